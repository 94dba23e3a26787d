"""The trends of a page, read at times and kept for all who ask for the same."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Final
from zoneinfo import ZoneInfo

from orchestrator.board.access.viewer import Viewer
from orchestrator.board.filters import Filters
from orchestrator.board.lead.fresh import Fresh
from orchestrator.board.lead.selection import Scope, scope_of
from orchestrator.board.lead.trend import Trend, asked_for, drawn, window_of
from orchestrator.board.parts import Parts
from orchestrator.domain.figures.periods import Step
from orchestrator.ledger import figures

_MAX_AGE: Final = timedelta(minutes=1)
_KEPT: Final = 64
_Key = tuple[Step, Filters, Scope, str]


class Trends:
    """Of one application."""

    def __init__(self, parts: Parts) -> None:
        self._parts = parts
        self._kept: OrderedDict[_Key, Fresh[Trend]] = OrderedDict()

    async def of(self, filters: Filters, viewer: Viewer, zone: ZoneInfo) -> list[Trend]:
        """Return the last day by hours and the last week by days; what could never be read is left out."""
        about = Filters(
            team=filters.team, sender=filters.sender, receiver=filters.receiver, kind=filters.kind
        )
        found = [await self._trend((step, about, scope_of(viewer), zone.key), viewer) for step in Step]
        return [trend for trend in found if trend is not None]

    async def _trend(self, key: _Key, viewer: Viewer) -> Trend | None:
        fresh = self._kept.get(key)
        if fresh is None:
            fresh = self._kept[key] = Fresh(self._reading(key, viewer), self._parts.clock, _MAX_AGE)
        self._kept.move_to_end(key)
        if len(self._kept) > _KEPT:
            self._kept.popitem(last=False)
        return await fresh.get()

    def _reading(self, key: _Key, viewer: Viewer) -> Callable[[], Awaitable[Trend]]:
        step, filters, _, zone = key

        async def read() -> Trend:
            edges = window_of(step, self._parts.clock.now(), ZoneInfo(zone))
            async with self._parts.readers.connection() as db:
                rates = await figures.in_time_trend(db, asked_for(filters, viewer, edges), edges)
            return drawn(step, edges, rates)

        return read
