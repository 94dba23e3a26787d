"""The records of one assignment of partitions that are under way to one endpoint."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from aiokafka import TopicPartition

from streams.notify.retries import Pause

Bring = Callable[[Any, Pause], Awaitable[None]]


class Closing(Exception):
    """Nobody waits any more: the record is left to whoever reads it next."""


class Position:
    """How far a partition is done without a gap."""

    def __init__(self, start: int) -> None:
        self._read = start
        self._open: dict[int, None] = {}
        """Offsets under way, in their order."""

    def began(self, offset: int) -> None:
        """Take note of a record that was read."""
        self._open[offset] = None
        self._read = offset + 1

    def done(self, offset: int) -> None:
        """Take note of a record that needs nothing more."""
        del self._open[offset]

    @property
    def safe(self) -> int:
        """The offset that may be committed: all before it is done."""
        return next(iter(self._open), self._read)


class Round:
    """Brings cases side by side, and the records of each case one after the other."""

    def __init__(self, starts: Mapping[TopicPartition, int], bring: Bring) -> None:
        self._positions = {place: Position(start) for place, start in starts.items()}
        self._bring = bring
        self._committed: dict[TopicPartition, int] = {}
        self._cases: dict[Any, deque[Any]] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self._closing = asyncio.Event()
        self._failure: BaseException | None = None
        self.size = 0
        """Records under way."""

    def put(self, record: Any) -> None:
        """Begin with a record; what comes after the end, or from elsewhere, is left to the next round."""
        position = self._positions.get(TopicPartition(record.topic, record.partition))
        if position is None or self._closing.is_set():
            return
        position.began(record.offset)
        self.size += 1
        queue = self._cases.get(record.key)
        if queue is not None:
            queue.append(record)
            return
        self._cases[record.key] = deque([record])
        task = asyncio.create_task(self._run(record.key))
        self._tasks.add(task)
        task.add_done_callback(self._ended)

    def check(self) -> None:
        """Raise what our own code failed with."""
        if self._failure is not None:
            raise self._failure

    def safe(self) -> dict[TopicPartition, int]:
        """Return what can be committed and is not."""
        safe = {place: position.safe for place, position in self._positions.items()}
        return {place: offset for place, offset in safe.items() if self._committed.get(place) != offset}

    def committed(self, offsets: Mapping[TopicPartition, int]) -> None:
        """Take note of what Kafka has stored."""
        self._committed |= offsets

    async def pause(self, seconds: float) -> None:
        """Wait, unless the round ends.

        Raises:
            Closing: it does.
        """
        if not self._closing.is_set():
            try:
                async with asyncio.timeout(seconds):
                    await self._closing.wait()
            except TimeoutError:
                return
        raise Closing

    async def close(self, within_s: float) -> None:
        """Let what is on the wire finish, and drop the rest, which is read again by whoever comes next."""
        self._closing.set()
        tasks = list(self._tasks)
        if tasks:
            _, late = await asyncio.wait(tasks, timeout=within_s)
            for task in late:
                task.cancel()
            await asyncio.gather(*late, return_exceptions=True)

    async def _run(self, case: Any) -> None:
        queue = self._cases[case]
        while queue:
            record = queue[0]
            await self._bring(record, self.pause)
            queue.popleft()
            self._positions[TopicPartition(record.topic, record.partition)].done(record.offset)
            self.size -= 1
        del self._cases[case]

    def _ended(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        if not task.cancelled() and (error := task.exception()) is not None and type(error) is not Closing:
            self._failure = error
