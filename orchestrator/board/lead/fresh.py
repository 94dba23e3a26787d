"""What is read from the ledger at times and shown by many: read once, and again when it is too old."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from datetime import datetime, timedelta
from typing import Generic, TypeVar

from orchestrator.ledger.port import LedgerUnavailable
from orchestrator.wall_clock import WallClock

_T = TypeVar("_T")


class Fresh(Generic[_T]):
    """A reading that is `max_age` old at most where the ledger answers, and older where it does not."""

    def __init__(self, read: Callable[[], Awaitable[_T]], clock: WallClock, max_age: timedelta) -> None:
        self._read = read
        self._clock = clock
        self._max_age = max_age
        self._held: _T | None = None
        self.version = 0
        """Higher after each reading."""
        self._read_at: datetime | None = None
        self._reading: asyncio.Task[None] | None = None

    async def get(self) -> _T | None:
        """Return it, read anew if it has to be; None when it could never be read."""
        if self._is_due():
            await asyncio.shield(self._start())
        return self._held

    def peek(self) -> _T | None:
        """Return what is known of it now; if it is old, it is read meanwhile."""
        if self._is_due():
            self._start()
        return self._held

    def _is_due(self) -> bool:
        return self._read_at is None or not timedelta() <= self._clock.now() - self._read_at < self._max_age

    def _start(self) -> asyncio.Task[None]:
        if self._reading is None or self._reading.done():
            self._reading = asyncio.create_task(self._read_anew())
        return self._reading

    async def _read_anew(self) -> None:
        # Where the ledger is away the strip of the page says so; what was known is shown until it is back.
        with suppress(LedgerUnavailable):
            self._held = await self._read()
            self.version += 1
        self._read_at = self._clock.now()
