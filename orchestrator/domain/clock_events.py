"""What happened to a clock, named after Zendesk's metric events where they fit."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import ClassVar
from uuid import UUID

from orchestrator.domain.clocks import Clock
from orchestrator.domain.event import Event, Stream
from orchestrator.domain.model import Priority


class ClockActivated(Event):
    """A clock started."""

    type: ClassVar[str] = "support.handoff.sla.activated.v1"
    clock: Clock


class ClockEvent(Event):
    """Something that happened to a clock that runs already."""

    clock_id: UUID
    kind: str
    generation: int
    team: str
    """The team that owes."""
    consumed: timedelta
    paused: timedelta


class ClockFulfilled(ClockEvent):
    """The promise was kept, or kept late: a breach before it stands in the journal."""

    type: ClassVar[str] = "support.handoff.sla.fulfilled.v1"


class ClockCancelled(ClockEvent):
    """The promise no longer applies."""

    type: ClassVar[str] = "support.handoff.sla.cancelled.v1"


class RungFired(ClockEvent):
    """A rung was reached at `at`, and noticed at `fired_at`."""

    stream: ClassVar[Stream | None] = Stream.SLA
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
