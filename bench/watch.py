"""Counts what contestants publish, from outside: the end offsets of their topics."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from time import perf_counter
from typing import Any

from aiokafka import AIOKafkaConsumer, TopicPartition

from bench.processes import Contestant
from bench.servers import PARTITIONS

_EVERY_S = 0.1
_FIRST_WITHIN_S = 90.0
_SILENT_FOR_S = 20.0
_BURSTS, _LONGER = 10, 3


@dataclass(frozen=True, slots=True)
class Pace:
    """What one contestant did while it was watched."""

    handoffs: int
    seconds: float
    cpu_s: float
    memory_mb: float

    @property
    def per_second(self) -> float:
        """Handoffs a second."""
        return self.handoffs / self.seconds


class Watcher:
    """Asks the broker how many records topics hold."""

    def __init__(self, consumer: Any) -> None:
        self._consumer = consumer

    async def count(self, topic: str) -> int:
        """Return how many records were ever written to `topic`."""
        ends = await self._consumer.end_offsets([TopicPartition(topic, p) for p in range(PARTITIONS)])
        return sum(ends.values())

    async def least(self, topics: Sequence[str]) -> int:
        """Return the count of that topic which has the fewest records."""
        return min([await self.count(topic) for topic in topics])

    async def pace(
        self, contestant: Contestant, topics: Sequence[str], *, total: int, window_s: float
    ) -> Pace:
        """Watch from the first output until all `total` handoffs are out or the window is over.

        A handoff is out once each of `topics` has its record.
        """
        before = await self.least(topics)
        first = await self._more_than(before, contestant, topics, within_s=_FIRST_WITHIN_S)
        began, used = perf_counter(), contestant.cpu_s()
        seen, at, bursts = first, began, 0
        # Who sends in large batches has to be seen sending several, or the first would weigh too much.
        while seen - before < total and (
            at - began < window_s or (bursts < _BURSTS and at - began < _LONGER * window_s)
        ):
            seen = await self._more_than(seen, contestant, topics, within_s=_SILENT_FOR_S)
            at, bursts = perf_counter(), bursts + 1
        return Pace(seen - first, at - began, contestant.cpu_s() - used, contestant.memory_mb())

    async def reaches(self, contestant: Contestant, topics: Sequence[str], count: int) -> None:
        """Wait until each of `topics` holds `count` records."""
        seen = await self.least(topics)
        while seen < count:
            seen = await self._more_than(seen, contestant, topics, within_s=_FIRST_WITHIN_S)

    async def _more_than(
        self, known: int, contestant: Contestant, topics: Sequence[str], *, within_s: float
    ) -> int:
        deadline = perf_counter() + within_s
        while True:
            await asyncio.sleep(_EVERY_S)
            seen = await self.least(topics)
            if seen > known:
                return seen
            contestant.require_running()
            if perf_counter() > deadline:
                raise TimeoutError(f"{contestant.name} published nothing for {within_s:.0f} s")


@contextlib.asynccontextmanager
async def watcher(kafka: dict[str, str]) -> AsyncIterator[Watcher]:
    """Connect a watcher."""
    consumer = AIOKafkaConsumer(**kafka)
    await consumer.start()
    try:
        yield Watcher(consumer)
    finally:
        await consumer.stop()
