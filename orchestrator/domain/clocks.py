"""A clock is a budget and a ledger of suspensions; every instant it has is derived from the two.

Only elapsed time is counted here; a calendar is named on the specification, and the two functions that
turn a budget into an instant (`due_at`) and two instants into a duration (`consumed`) are the only places
that measure time.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from enum import StrEnum
from typing import Annotated, Final, Literal
from uuid import UUID

from pydantic import Field

from orchestrator.domain.model import Frozen

WARN: Final = "warn"
BREACH: Final = "breach"


class Rung(Frozen):
    """A step on a clock: at a share of its budget, or at an offset from its due instant."""

    name: str
    effect: Literal["warn", "breach"] = WARN
    share: Annotated[float, Field(gt=0, le=10, allow_inf_nan=False)] | None = None
    before: timedelta | None = None
    """How long before the due instant; used when `share` is absent."""

    def offset(self, budget: timedelta) -> timedelta:
        """Return the consumed time at which this rung is reached."""
        if self.share is not None:
            return budget * self.share
        return budget - (self.before or timedelta())


BREACH_RUNG = Rung(name=BREACH, effect="breach", share=1.0)


class ClockSpec(Frozen):
    """One clock of a kind, as `handoff.yaml` writes it."""

    kind: str
    owes: Literal["sending", "receiving"]
    budget: Annotated[timedelta, Field(gt=timedelta())]
    calendar: str = "elapsed"
    rungs: tuple[Rung, ...] = (BREACH_RUNG,)


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
    started_at: datetime
    rungs: tuple[Rung, ...]
    fired: tuple[str, ...] = ()
    """Names of the rungs that have fired, or were already past when the clock started."""
    suspensions: tuple[Suspension, ...] = ()
    ended_at: datetime | None = None
    outcome: Literal["met", "cancelled"] | None = None
    """How it ended; None while it is open. A breach is read from `fired`, whatever came after."""

    @property
    def is_open(self) -> bool:
        """Whether the promise still stands."""
        return self.ended_at is None

    @property
    def is_paused(self) -> bool:
        """Whether a suspension is open."""
        return bool(self.suspensions) and self.suspensions[-1].until is None

    @property
    def is_breached(self) -> bool:
        """Whether the breach rung has fired."""
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
        """Return how long it has stood still up to `now`."""
        if not self.suspensions:
            return timedelta()
        end = self.ended_at or now
        spans = (max(timedelta(), min(until or end, end) - since) for since, until in self._standstills())
        return sum(spans, timedelta())

    def consumed(self, now: datetime) -> timedelta:
        """Return the time of the budget used up to `now`."""
        end = self.ended_at or now
        return max(timedelta(), end - self.started_at - self.paused_for(end))

    def instant_of(self, rung: Rung) -> datetime | None:
        """Return when `rung` is reached; None while a pause that came before it is open."""
        left = rung.offset(self.budget)
        runs_from = self.started_at
        if not self.suspensions:
            return runs_from + left
        for since, until in self._standstills():
            ran = since - runs_from
            if left < ran:
                break
            if until is None:
                return None
            left -= ran
            runs_from = until
        return runs_from + left

    @property
    def due_at(self) -> datetime | None:
        """When the budget is used up; None while a pause that came before it is open."""
        return self.instant_of(BREACH_RUNG)

    def next_rung(self) -> tuple[Rung, datetime] | None:
        """Return the next rung to fire and its instant; None when ended, paused or at the top."""
        if not self.is_open or self.is_paused:
            return None
        open_rungs = [(r.offset(self.budget), r) for r in self.rungs if r.name not in self.fired]
        if not open_rungs:
            return None
        rung = min(open_rungs, key=lambda pair: pair[0])[1]
        instant = self.instant_of(rung)
        assert instant is not None
        return rung, instant

    def _standstills(self) -> list[tuple[datetime, datetime | None]]:
        """Return the suspensions in the order of time, those that overlap as one: pauses may arrive late."""
        spans: list[tuple[datetime, datetime | None]] = []
        for suspension in sorted(self.suspensions, key=lambda s: s.since):
            since, until = suspension.since, suspension.until
            if spans and (spans[-1][1] is None or since <= spans[-1][1]):
                since, earlier = spans.pop()
                until = max(earlier, until) if earlier and until else None
            spans.append((since, until))
        return spans


def start(spec: ClockSpec, *, id: UUID, team: str, generation: int, at: datetime, now: datetime) -> Clock:
    """Start a clock at `at`.

    A warning whose instant is already past at `now` is dropped; a breach never is.
    """
    clock = Clock(
        id=id,
        kind=spec.kind,
        team=team,
        generation=generation,
        budget=spec.budget,
        calendar=spec.calendar,
        started_at=at,
        rungs=spec.rungs,
    )
    past = tuple(r.name for r in spec.rungs if r.effect == WARN and at + r.offset(spec.budget) <= now)
    return clock.model_copy(update={"fired": past}) if past else clock
