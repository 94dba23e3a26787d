"""What every journal entry says, and where it leaves."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import ClassVar
from uuid import UUID

from orchestrator.domain.model import Actor, Cause, Frozen


class Stream(StrEnum):
    """Where an event leaves."""

    PACKETS = "packets"
    """A topic per receiving team."""
    LIFECYCLE = "lifecycle"
    SLA = "sla"
    NOTICES = "notices"
    NOTIFICATIONS = "notifications"
    """What a lead, a manager or an outside system is told."""
    HEALTH = "health"
    """How the flows of the integration map do."""


class JournalEntry(Frozen):
    """An entry of a journal, which leaves where it has a stream."""

    type: ClassVar[str]
    stream: ClassVar[Stream | None] = None
    is_routine: ClassVar[bool] = False
    """Whether it leaves only where every step is wanted: nobody has to act on it."""


class Event(JournalEntry):
    """An entry in a handoff's journal."""

    handoff_id: UUID
    case_id: str
    version: int
    """Its place in the handoff's journal, from 1."""
    at: datetime
    """When it became true, aware UTC."""
    actor: Actor
    cause: Cause | None = None
    """The incoming event that led to it; None when a clock did."""


class LifecycleEvent(Event):
    """An event that every interested system may follow."""

    stream: ClassVar[Stream | None] = Stream.LIFECYCLE
    sending_team: str
    receiving_team: str
    is_automatic: bool = False
    """Whether no person did it, which never counts as the team's action."""
