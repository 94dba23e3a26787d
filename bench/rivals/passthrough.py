"""(a) A plain aiokafka loop: consume a batch, send two records for each, wait for the acks, commit.

It looks at nothing: no database, no JSON, no clocks. Its records have the sizes and the headers of ours, and
its producer is as durable as ours; all else is as the library comes.
"""

from __future__ import annotations

import argparse
import asyncio
from typing import Any

import uvloop
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer

from bench.load import IN_TOPIC
from bench.rivals.job import Job, Output, lifecycle_of, packet_of

_BATCH = 500


async def main(bootstrap: str, out: str) -> None:
    """Copy until killed."""
    consumer = AIOKafkaConsumer(
        IN_TOPIC,
        bootstrap_servers=bootstrap,
        group_id=out,
        enable_auto_commit=False,
        auto_offset_reset="earliest",
    )
    producer = AIOKafkaProducer(bootstrap_servers=bootstrap, acks="all", enable_idempotence=True)
    packet: Output | None = None
    async with consumer, producer:
        while True:
            fetched = await consumer.getmany(timeout_ms=200, max_records=_BATCH)
            sent = []
            for records in fetched.values():
                if packet is None:
                    packet, lifecycle = _samples(records[0])
                for record in records:
                    for topic, output in (("packets", packet), ("lifecycle", lifecycle)):
                        send = producer.send(
                            f"{out}.{topic}", output.value, key=record.key, headers=output.headers
                        )
                        sent.append(await send)
            if sent:
                await asyncio.gather(*sent)
                await consumer.commit()


def _samples(record: Any) -> tuple[Output, Output]:
    """Return the two records that we send for the first request; it sends these for all."""
    job = Job()
    decision = job.decide(job.read(record.key, record.value, record.headers))
    return packet_of(decision), lifecycle_of(decision)


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--bootstrap", required=True)
    parser.add_argument("--out", required=True)
    given = parser.parse_args()
    uvloop.run(main(given.bootstrap, given.out))
