"""(a) A plain aiokafka loop: consume a batch, send two records for each, wait for the acks, commit.

It looks at nothing: no database, no JSON, no clocks. Its records have the sizes of ours, headers included.
"""

from __future__ import annotations

import argparse
import asyncio

import uvloop
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer

from bench.load import IN_TOPIC

_BATCH = 500


async def main(bootstrap: str, out: str, packet_bytes: int, lifecycle_bytes: int) -> None:
    """Copy until killed."""
    packet, lifecycle = b"p" * packet_bytes, b"l" * lifecycle_bytes
    consumer = AIOKafkaConsumer(
        IN_TOPIC,
        bootstrap_servers=bootstrap,
        group_id=out,
        enable_auto_commit=False,
        auto_offset_reset="earliest",
        max_partition_fetch_bytes=2 * 1024 * 1024,
    )
    producer = AIOKafkaProducer(bootstrap_servers=bootstrap, acks="all", max_batch_size=1_000_000)
    async with consumer, producer:
        while True:
            fetched = await consumer.getmany(timeout_ms=200, max_records=_BATCH)
            sent = []
            for records in fetched.values():
                for record in records:
                    sent.append(await producer.send(f"{out}.packets", packet, key=record.key))
                    sent.append(await producer.send(f"{out}.lifecycle", lifecycle, key=record.key))
            if sent:
                await asyncio.gather(*sent)
                await consumer.commit()


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--bootstrap", required=True)
    parser.add_argument("--out", required=True)
    parser.add_argument("--packet-bytes", type=int, required=True)
    parser.add_argument("--lifecycle-bytes", type=int, required=True)
    given = parser.parse_args()
    uvloop.run(main(given.bootstrap, given.out, given.packet_bytes, given.lifecycle_bytes))
