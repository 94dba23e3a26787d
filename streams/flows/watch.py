"""What the stream of observations says of its sources, counted in memory and stored once a second.

A process that is killed loses the counts of its last second, never an observation: those are stored with
their own transaction, and the ones that Kafka delivers again are counted again.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Sequence

import structlog

from orchestrator.domain.flow_health.counts import EMPTY, Counts, merge
from orchestrator.domain.flow_health.noted import Noted as Noted
from orchestrator.domain.flow_health.tally import Tally
from orchestrator.domain.flow_health.watched import WatchedFlow
from orchestrator.ledger.flow_health import FlowLedger
from orchestrator.ledger.port import LedgerUnavailable
from orchestrator.wall_clock import WallClock

log = structlog.get_logger(__name__)
_FLUSH_EVERY_S = 1.0


class FlowWatch:
    """Notes what arrives for the flows of the map; a rebuild has none, since it reads what was noted once."""

    def __init__(self, ledger: FlowLedger, flows: Iterable[WatchedFlow], clock: WallClock) -> None:
        self._ledger = ledger
        self._clock = clock
        self._tally = Tally(flows)
        self._unstored: dict[str, Counts] = {}
        self._said: set[tuple[str, str]] = set()
        self._stopping = asyncio.Event()

    def note(self, observed: Sequence[Noted]) -> None:
        """Count a batch that was received just now; it returns at once."""
        now = self._clock.now()
        for noted in observed:
            self._tally.add(noted, now=now)

    def stop(self) -> None:
        """Store what is left, then end."""
        self._stopping.set()

    async def run(self) -> None:
        """Store what was counted, again and again, until stopped."""
        while not self._stopping.is_set():
            try:
                async with asyncio.timeout(_FLUSH_EVERY_S):
                    await self._stopping.wait()
            except TimeoutError:
                await self.flush()
        await self.flush()

    async def flush(self) -> None:
        """Store what was counted; what cannot be stored now is kept for the next call."""
        for flow, counts in self._tally.take().items():
            self._unstored[flow] = merge(self._unstored.get(flow, EMPTY), counts)
        try:
            await self._ledger.note(self._unstored, now=self._clock.now())
        except LedgerUnavailable as error:
            log.warning("flows.ledger_unavailable", error=str(error))
            return
        except Exception:
            # Observations do not wait for the watch over their flows, whatever is wrong with it.
            log.exception("flows.unstored", do="report it; until then their ages grow as if they were silent")
            return
        self._unstored = {}
        self._say_undocumented()

    def _say_undocumented(self) -> None:
        for system, subject in sorted(self._tally.undocumented - self._said):
            log.warning(
                "flows.undocumented",
                system=system,
                subject=subject,
                do="add a flow from this system to integration_map.yaml, or stop it sending",
            )
        self._said |= self._tally.undocumented
