"""How long the receiving team took to accept."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from math import ceil
from typing import NamedTuple

from orchestrator.domain.clocks.occasions import Occasion
from orchestrator.domain.figures.past import Past


class Acceptance(NamedTuple):
    """The first time that a handoff was accepted."""

    team: str
    at: datetime
    waited: timedelta
    """Since it was offered to this team, in elapsed time."""


def acceptance(past: Past) -> Acceptance | None:
    """Return when a handoff was accepted first; None when nobody has."""
    offered_at = past.requested_at
    for mark in past.marks:
        if mark.what == Occasion.OFFERED:
            offered_at = mark.at
        elif mark.what == Occasion.ACCEPTED:
            return Acceptance(mark.team or past.receiving_team, mark.at, mark.at - offered_at)
    return None


def percentile(waits: Sequence[timedelta], share: float) -> timedelta | None:
    """Return the shortest of `waits` that this share of them does not exceed; None where there are none."""
    if not waits:
        return None
    return sorted(waits)[max(0, ceil(share * len(waits)) - 1)]
