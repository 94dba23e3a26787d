"""Judges the flows of the map: what arrived of them, and the instants at which silence becomes too long.

It belongs to the worker and not to the process that reads the context, so that the death of that process is
noticed too: as the silence of every flow.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable

import structlog

from orchestrator.domain.flow_health.state import State
from orchestrator.domain.flow_health.watched import WatchedFlow
from orchestrator.ledger.flow_health import FlowLedger
from orchestrator.wall_clock import WallClock
from streams.patience import until_available

log = structlog.get_logger(__name__)
_EVERY_S = 0.1
_AFTER_A_BUG_S = 10.0


class FlowSweep:
    """Asks, again and again, which flows are due. Any number of workers do; each change is told once."""

    def __init__(
        self,
        ledger: FlowLedger,
        flows: Iterable[WatchedFlow],
        clock: WallClock,
        *,
        on_written: Callable[[], None] = lambda: None,
    ) -> None:
        self._ledger = ledger
        self._flows = {flow.id: flow for flow in flows}
        self._clock = clock
        self._on_written = on_written
        self._stopping = asyncio.Event()

    def stop(self) -> None:
        """Finish the transaction under way."""
        self._stopping.set()

    async def run(self) -> None:
        """Judge until stopped; without flows there is nothing to do."""
        if not self._flows:
            return
        await until_available(lambda: self._ledger.watch(self._flows.values(), now=self._clock.now()))
        while not self._stopping.is_set():
            pause_s = _EVERY_S
            try:
                await until_available(self.judge)
            except Exception:
                # Handoffs do not wait for the watch over flows, whatever is wrong with it.
                log.exception("flows.sweep_failed", do="report it; until then no flow is watched")
                pause_s = _AFTER_A_BUG_S
            try:
                async with asyncio.timeout(pause_s):
                    await self._stopping.wait()
            except TimeoutError:
                pass

    async def judge(self) -> None:
        """Judge what is due now."""
        told = await self._ledger.judge_due(self._flows, now=self._clock.now())
        for event in told:
            say = log.info if event.state is State.OK else log.warning
            say(
                "flow.health_changed",
                flow=event.flow,
                was=event.was.value,
                state=event.state.value,
                summary=event.summary,
            )
        if told:
            self._on_written()
