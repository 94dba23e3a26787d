"""What happened to a clock, named after Zendesk's metric events where they fit.

An event that carries a `clock` gives its state as it is from then on; the others say what changed.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import ClassVar, Literal
from uuid import UUID

from orchestrator.domain.clocks.clock import Clock
from orchestrator.domain.clocks.spec import Effect
from orchestrator.domain.events.event import Event, Stream
from orchestrator.domain.model import Priority


class ClockEvent(Event):
    """Something that happened to a clock."""

    stream: ClassVar[Stream | None] = Stream.SLA
    clock_id: UUID
    kind: str
    generation: int
    team: str
    """The team that owes."""
    consumed: timedelta
    """Of the budget, measured on the clock's calendar."""
    paused: timedelta
    """How long it has stood still, in elapsed time."""


class ClockActivated(ClockEvent):
    """A clock started."""

    type: ClassVar[str] = "support.handoff.sla.activated.v1"
    is_routine: ClassVar[bool] = True
    clock: Clock


class ClockFulfilled(ClockEvent):
    """The promise was kept, or kept late: a breach before it stands in the journal."""

    type: ClassVar[str] = "support.handoff.sla.fulfilled.v1"
    is_routine: ClassVar[bool] = True


class ClockCancelled(ClockEvent):
    """The promise no longer applies."""

    type: ClassVar[str] = "support.handoff.sla.cancelled.v1"
    is_routine: ClassVar[bool] = True


class ClockMoved(ClockEvent):
    """A clock that is not as it was: `clock` is what it is now, `due_before` what was promised until now."""

    clock: Clock
    due_before: datetime | None
    reason: str
    """Why, for a person."""


class ClockPaused(ClockMoved):
    """A clock stands still."""

    type: ClassVar[str] = "support.handoff.sla.paused.v1"


class ClockResumed(ClockMoved):
    """A clock goes on."""

    type: ClassVar[str] = "support.handoff.sla.resumed.v1"


class ClockReprojected(ClockMoved):
    """A clock was measured anew: a fact came late, or its rules or calendar changed."""

    type: ClassVar[str] = "support.handoff.sla.reprojected.v1"


class BreachUndone(ClockMoved):
    """A breach that was told does not stand any more. Nothing that was published is rewritten."""

    rung_id: UUID
    """The breach it undoes."""
    breached_at: datetime


class BreachWithdrawn(BreachUndone):
    """A pause that came to light late moved the due instant: there was no breach."""

    type: ClassVar[str] = "support.handoff.sla.breach-withdrawn.v1"


class MetLateDelivery(BreachUndone):
    """The promise was kept in time, and the answer that says so arrived after the breach was told."""

    type: ClassVar[str] = "support.handoff.sla.met-late-delivery.v1"


class RungFired(ClockEvent):
    """A rung was reached at `at`, and noticed at `fired_at`."""

    sending_team: str
    receiving_team: str
    priority: Priority
    rung: str
    rung_id: UUID
    budget: timedelta
    due_at: datetime
    """When the clock's budget is used up; equal to `at` for a breach."""
    fired_at: datetime
    next_rung: str | None
    next_at: datetime | None


class ClockWarned(RungFired):
    """A clock nears its due instant."""

    type: ClassVar[str] = "support.handoff.sla.warned.v1"


class ClockBreached(RungFired):
    """A clock ran out."""

    type: ClassVar[str] = "support.handoff.sla.breached.v1"


class ClockEscalated(RungFired):
    """A step of the ladder after a breach was taken."""

    type: ClassVar[str] = "support.handoff.sla.escalated.v1"
    effect: Effect
    to: Literal["lead", "manager"] | None = None
    loop: int
    skipped: tuple[str, ...] = ()
    """Steps before it that had nobody to notify, or nowhere to go."""
