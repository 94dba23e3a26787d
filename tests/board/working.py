"""The desk that goes on working beside a board, as a worker would."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from orchestrator.desk import Desk
from orchestrator.domain.policy import Policy
from orchestrator.ledger.postgres import PostgresLedger
from orchestrator.wall_clock import SystemClock, WallClock
from streams.settings import Sweep as SweepSettings
from streams.sweep import Sweep
from tests.board.stage import CLUSTER, GROUP


@asynccontextmanager
async def working(
    dsn: str, policy: Policy, clock: WallClock | None = None, *, sweeps: bool = True
) -> AsyncIterator[Desk]:
    """Fire what falls due, as a worker does, until the end of the block; give the desk that does it."""
    ledger = PostgresLedger(dsn, cluster=CLUSTER, group=GROUP)
    await ledger.open()
    desk = Desk(ledger, policy, clock or SystemClock())
    sweep = Sweep(desk, SweepSettings())
    running = asyncio.create_task(sweep.run()) if sweeps else None
    try:
        yield desk
    finally:
        if running is not None:
            sweep.stop()
            await running
        await ledger.close()
