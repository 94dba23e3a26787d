"""How often work was accepted in time lately, from team to team: the figure of the reports, for the board."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from orchestrator.board.access.viewer import Viewer
from orchestrator.board.filters import Filters
from orchestrator.board.lead.tally import Pair
from orchestrator.domain.figures.in_time import InTime

WINDOW: Final = timedelta(hours=24)
"""What lately means."""
CLOCK: Final = "accept"
"""The promise that it is about."""


@dataclass(frozen=True, slots=True)
class _Between:
    sending_team: str
    receiving_team: str


@dataclass(frozen=True, slots=True)
class Rates:
    """Promises to accept that were decided in a window."""

    since: datetime
    until: datetime
    pairs: Mapping[Pair, InTime]

    def between(self, filters: Filters, viewer: Viewer) -> dict[Pair, InTime]:
        """Return those between the teams that are asked for and that a viewer may see."""
        return {
            pair: rate
            for pair, rate in self.pairs.items()
            if filters.is_between(*pair) and viewer.may_see(_Between(*pair))
        }

    def of(self, filters: Filters, viewer: Viewer) -> InTime:
        """Return all of these together."""
        return sum(self.between(filters, viewer).values(), start=InTime())
