"""One run of a clock, as the ledger keeps it.

What it promises stands in its specification; every instant it has is derived (`schedule`), and kept here
only so that what falls due can be found and shown without measuring time again.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from enum import StrEnum
from typing import Literal
from uuid import UUID

from orchestrator.domain.clocks.spec import BREACH
from orchestrator.domain.model import Frozen


class ClockState(StrEnum):
    """Where a run of a clock stands."""

    RUNNING = "running"
    PAUSED = "paused"
    MET = "met"
    BREACHED = "breached"
    CANCELLED = "cancelled"


class Suspension(Frozen):
    """A span in which the clock stood still, and who said so."""

    since: datetime
    until: datetime | None = None
    """None while it lasts."""
    reason: str
    actor: str


class Clock(Frozen):
    """One run of a clock: a promise of one team for one handoff."""

    id: UUID
    kind: str
    team: str
    generation: int
    budget: timedelta
    calendar: str
    """The name of the calendar it runs on; `elapsed` is time as it passes."""
    is_shared: bool = False
    """Whether all teams owe it together, so that it goes on with the case."""
    started_at: datetime
    carried: timedelta = timedelta()
    """What of the budget was consumed before it started, by earlier generations."""
    fired: tuple[str, ...] = ()
    """Names of the rungs that have fired, or were already past when the clock started."""
    inherited: tuple[str, ...] = ()
    """Those of them that were reached before it started, in the runs from which it goes on."""
    withdrawn: int = 0
    """How many breaches were taken back."""
    suspensions: tuple[Suspension, ...] = ()
    acknowledged_until: datetime | None = None
    """Until when a lead's acknowledgement stops the ladder."""
    ended_at: datetime | None = None
    outcome: Literal["met", "cancelled"] | None = None
    """How it ended; None while it is open. A breach is read from `fired`, whatever came after."""
    due_at: datetime | None = None
    """When the budget is used up; None while a pause that came before it is open."""
    next_rung: str | None = None
    """The next rung to fire, or `resume`; None when there is none."""
    next_at: datetime | None = None

    @property
    def is_open(self) -> bool:
        """Whether the promise still stands."""
        return self.ended_at is None

    @property
    def is_paused(self) -> bool:
        """Whether it stands still now."""
        return self.is_open and bool(self.suspensions) and self.suspensions[-1].until is None

    @property
    def is_breached(self) -> bool:
        """Whether a breach stands."""
        return BREACH in self.fired

    @property
    def state(self) -> ClockState:
        """One word for where it stands."""
        if self.is_breached:
            return ClockState.BREACHED
        if self.outcome is not None:
            return ClockState(self.outcome)
        return ClockState.PAUSED if self.is_paused else ClockState.RUNNING

    def paused_for(self, now: datetime) -> timedelta:
        """Return how long it has stood still up to `now`, in elapsed time."""
        end = self.ended_at or now
        spans = (max(timedelta(), min(s.until or end, end) - s.since) for s in self.suspensions)
        return sum(spans, timedelta())


class CarriedClock(Frozen):
    """What the clock that all teams owe together has seen, carried from one handoff of a case to the next."""

    opened_at: datetime
    """When the case was opened, or opened again."""
    consumed: timedelta = timedelta()
    """What was consumed before that, by earlier generations."""
    generation: int
    fired: tuple[str, ...] = ()
    suspensions: tuple[Suspension, ...] = ()
