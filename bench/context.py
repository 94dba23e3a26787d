"""`python -m bench.context`: observations a second of one process, beside a Faust agent that does nothing.

Both read the same messages with the same Faust; what is measured is how fast their offsets are committed.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import timedelta
from statistics import median
from time import perf_counter
from typing import Any

import asyncpg
import psutil
import uvloop
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, TopicPartition

from bench.processes import Contestant, running
from bench.servers import PARTITIONS, Servers, require_durable, servers
from orchestrator.domain.context.subjects import MANY, Subject
from streams.context.topics import CONTEXT_TOPICS, topic_of
from streams.topics.admin import apply, plan
from streams.topics.table import context_topics
from tests.builders import T0
from tests.context_builders import a_message, an_observation

ACCOUNTS = 5_000
_FIELDS = 5
_WARM_UP = 0.1
"""The share of all messages that is over before the watch begins."""
_POLL_S = 0.05
_WITHIN_S = 300.0


@dataclass(frozen=True, slots=True)
class Pace:
    """What one process did."""

    messages: int
    seconds: float
    cpu_s: float
    memory_mb: float

    @property
    def per_second(self) -> float:
        """Observations a second."""
        return self.messages / self.seconds


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(prog="bench.context")
    parser.add_argument("--messages", type=int, default=10_000 if os.environ.get("QUICK") else 60_000)
    parser.add_argument("--rounds", type=int, default=1 if os.environ.get("QUICK") else 3)
    given = parser.parse_args()
    with servers() as place:
        found = uvloop.run(_measure(place, given.messages, given.rounds))
    print(json.dumps(found, indent=2))


async def _measure(place: Servers, messages: int, rounds: int) -> dict[str, Any]:
    await place.prepare()
    await require_durable(place.dsn)
    specs = _specs()
    await apply(place.kafka, await plan(place.kafka, specs))
    await _fill(place, messages)
    print(f"{messages:,} observations of {ACCOUNTS:,} accounts are waiting", flush=True)
    paces: dict[str, list[Pace]] = {"no-op": [], "ours": []}
    for number in range(rounds):
        paces["no-op"].append(await _noop(place, f"noop-{number}", messages))
        paces["ours"].append(await _ours(place, f"ours-{number}", messages))
        for name, each in paces.items():
            print(f"{name}: {each[-1].per_second:,.0f}/s, {each[-1].cpu_s:.1f} s of CPU", flush=True)
    medians = {name: median(pace.per_second for pace in each) for name, each in paces.items()}
    return {
        "per_second": {name: round(value) for name, value in medians.items()},
        "of_a_no_op_agent": round(medians["ours"] / medians["no-op"], 2),
        "rounds": {name: [asdict(pace) for pace in each] for name, each in paces.items()},
        "load_average": [round(each, 2) for each in psutil.getloadavg()],
    }


def _specs() -> list[Any]:
    from dataclasses import replace

    return [replace(spec, partitions=PARTITIONS) for spec in CONTEXT_TOPICS]


async def _fill(place: Servers, messages: int) -> None:
    """Write observations: every account has records of all subjects, which are updated again and again."""
    subjects = list(Subject)
    async with AIOKafkaProducer(**place.kafka, acks="all", linger_ms=20, max_batch_size=500_000) as producer:
        for start in range(0, messages, 1_000):
            sent = []
            for n in range(start, min(start + 1_000, messages)):
                subject = subjects[n % len(subjects)]
                observation = an_observation(
                    subject,
                    f"acct-{n * 7 % ACCOUNTS}",
                    item=f"item-{n % 3}" if subject in MANY else None,
                    fields={f"field-{i}": f"value {n} of {i}" for i in range(_FIELDS)},
                )
                m = a_message(observation, at=T0 + timedelta(seconds=n), id=f"e-{n}")
                sent.append(await producer.send(topic_of(subject), m.value, key=m.key, headers=m.headers))
            await asyncio.gather(*sent)


async def _noop(place: Servers, group: str, messages: int) -> Pace:
    where = ("--bootstrap", place.bootstrap, "--group", group)
    with running(group, "bench.rivals.faust_noop", *where, folder=place.folder, env={}) as contestant:
        return await _pace(place, contestant, group, messages)


async def _ours(place: Servers, group: str, messages: int) -> Pace:
    dsn = await place.fresh_database()
    env = {
        "HANDOFF_KAFKA__BOOTSTRAP": place.bootstrap,
        "HANDOFF_KAFKA__GROUP": group,
        "HANDOFF_POSTGRES__DSN": dsn,
        "HANDOFF_LOG_LEVEL": "error",
    }
    with running(group, "streams.cli", "context", "run", folder=place.folder, env=env) as contestant:
        pace = await _pace(place, contestant, group, messages)
    db = await asyncpg.connect(dsn)
    try:
        dead = await db.fetchval("SELECT count(*) FROM dead_letters")
        held = await db.fetchval("SELECT count(*) FROM context_records WHERE is_live")
    finally:
        await db.close()
    assert not dead, f"{dead} dead letters"
    assert held, "nothing was stored"
    return pace


async def _pace(place: Servers, contestant: Contestant, group: str, messages: int) -> Pace:
    """Watch the offsets of a group from a tenth of the messages until all are committed."""
    async with AIOKafkaConsumer(
        **place.kafka, group_id=f"{group}-context", enable_auto_commit=False
    ) as consumer:
        places = [TopicPartition(topic, number) for topic in context_topics() for number in range(PARTITIONS)]
        consumer.assign(places)
        deadline = perf_counter() + _WITHIN_S
        first = await _until(consumer, places, contestant, int(messages * _WARM_UP), deadline)
        began, used = perf_counter(), contestant.cpu_s()
        await _until(consumer, places, contestant, messages, deadline)
        return Pace(
            messages - first, perf_counter() - began, contestant.cpu_s() - used, contestant.memory_mb()
        )


async def _until(
    consumer: Any, places: Sequence[TopicPartition], contestant: Contestant, count: int, deadline: float
) -> int:
    while (done := await _committed(consumer, places)) < count:
        contestant.require_running()
        if perf_counter() > deadline:
            raise TimeoutError(f"{contestant.name} committed {done} of {count} within {_WITHIN_S:.0f} s")
        await asyncio.sleep(_POLL_S)
    return done


async def _committed(consumer: Any, places: Sequence[TopicPartition]) -> int:
    # One request for all, where the public method sends one for each.
    found = await consumer._coordinator.fetch_committed_offsets(places)
    return sum(each.offset for each in found.values())


if __name__ == "__main__":
    main()
