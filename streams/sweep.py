"""Due clocks -> desk. Any number of workers sweep at once; a row that one holds, the others skip."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

import structlog

from orchestrator.desk import Desk
from streams.patience import until_available
from streams.settings import Sweep as SweepSettings

log = structlog.get_logger(__name__)
_PARKED_EVERY_S = 1.0
_PARKED_BATCH = 200


class Sweep:
    """Asks the desk, again and again, to fire what is due."""

    def __init__(
        self, desk: Desk, settings: SweepSettings, *, on_written: Callable[[], None] = lambda: None
    ) -> None:
        self._desk = desk
        self._settings = settings
        self._on_written = on_written
        self._stopping = asyncio.Event()

    def stop(self) -> None:
        """Finish the transaction under way."""
        self._stopping.set()

    async def run(self) -> None:
        """Sweep until stopped."""
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(self._clocks())
            tasks.create_task(self._parked())

    async def _clocks(self) -> None:
        while not self._stopping.is_set():
            outcome = await until_available(lambda: self._desk.fire_due(self._settings.batch))
            if outcome.wrote:
                self._on_written()
            if outcome.events < self._settings.batch:
                await self._pause(self._settings.every.total_seconds())

    async def _parked(self) -> None:
        while not self._stopping.is_set():
            outcome = await until_available(lambda: self._desk.settle_parked(_PARKED_BATCH))
            if outcome.wrote:
                self._on_written()
            await self._pause(_PARKED_EVERY_S)

    async def _pause(self, seconds: float) -> None:
        try:
            async with asyncio.timeout(seconds):
                await self._stopping.wait()
        except TimeoutError:
            return
