"""Collects messages into batches: as many as come while the one before is worked on, or within a moment."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import Generic, TypeVar

_T = TypeVar("_T")


class Batches(Generic[_T]):
    """Hands on what is put in, in its order, one batch after the other."""

    def __init__(
        self,
        work: Callable[[Sequence[_T]], Awaitable[None]],
        *,
        size: int,
        most_bytes: int,
        within_s: float,
    ) -> None:
        """Make one.

        Args:
            work: handles a batch.
            size: how many make a batch full.
            most_bytes: a batch is also full with so many.
            within_s: how long the first of a batch waits for others, at most.
        """
        self._work = work
        self._size = size
        self._most_bytes = most_bytes
        self._within_s = within_s
        self._waiting: list[_T] = []
        self._bytes = 0
        self._some, self._full, self._taken = asyncio.Event(), asyncio.Event(), asyncio.Event()

    async def put(self, item: _T, bytes: int) -> None:
        """Add one, as soon as there is room."""
        while self._full.is_set():
            await self._taken.wait()
        self._waiting.append(item)
        self._bytes += bytes
        self._some.set()
        if len(self._waiting) >= self._size or self._bytes >= self._most_bytes:
            self._taken.clear()
            self._full.set()

    async def run(self) -> None:
        """Work for ever; what `work` raises ends it, and what waits is dropped."""
        while True:
            await self._some.wait()
            try:
                async with asyncio.timeout(self._within_s):
                    await self._full.wait()
            except TimeoutError:
                pass
            await self._work(self._take())

    def _take(self) -> list[_T]:
        batch, self._waiting, self._bytes = self._waiting, [], 0
        self._some.clear()
        self._full.clear()
        self._taken.set()
        return batch
