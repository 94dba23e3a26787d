"""How often work came back: declined, or returned after it had been accepted."""

from __future__ import annotations

from datetime import datetime
from typing import Final, NamedTuple

from orchestrator.domain.clocks.occasions import Occasion
from orchestrator.domain.figures.past import Past

BACK: Final = (Occasion.DECLINED.value, Occasion.RETURNED.value)


class Bounce(NamedTuple):
    """A handoff that came back."""

    what: str
    """`declined` or `returned`."""
    team: str
    """The team that gave it back."""
    at: datetime


def bounce(past: Past) -> Bounce | None:
    """Return how a handoff came back to its sending team; None when it did not."""
    return next(
        (Bounce(m.what, m.team or past.receiving_team, m.at) for m in past.marks if m.what in BACK), None
    )
