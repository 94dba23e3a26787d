"""Feels how the system does, every other second."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Final

import structlog

from orchestrator.board.parts import Parts
from orchestrator.ledger.floor import Watched
from orchestrator.ledger.port import LedgerUnavailable
from orchestrator.wall_clock import WallClock

log = structlog.get_logger(__name__)
EVERY_S: Final = 2.0


class PulseReading:
    """Keeps the pulse of `parts` as it is; what fails is tried again.

    Args:
        machine: the clock of this machine, whose distance from the database's is measured.
        lag: tells how many events wait on the topics; None: nobody could tell.
    """

    def __init__(
        self, parts: Parts, ledger: Watched, machine: WallClock, lag: Callable[[], int | None]
    ) -> None:
        self._parts = parts
        self._ledger = ledger
        self._machine = machine
        self._lag = lag

    async def run(self) -> None:
        """Feel it until cancelled."""
        while True:
            try:
                await self.feel()
            except LedgerUnavailable:
                # Whoever follows the journal says so.
                pass
            except Exception:
                log.exception("board.pulse_failed", again_in_s=EVERY_S)
            await asyncio.sleep(EVERY_S)

    async def feel(self) -> None:
        """Feel it once.

        Raises:
            LedgerUnavailable: the database cannot be reached.
        """
        before = self._machine.now()
        signs = await self._ledger.signs()
        after = self._machine.now()
        parts = self._parts
        waiting = parts.clock.now() - signs.next_at if signs.next_at is not None else timedelta()
        parts.pulse = replace(
            parts.pulse,
            lag=self._lag(),
            dead_letters=signs.dead_letters,
            # The answer was given about in the middle.
            clock_skew=before + (after - before) / 2 - signs.now,
            overdue=max(waiting, timedelta()),
        )
