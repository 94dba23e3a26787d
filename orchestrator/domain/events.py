"""What happened: one class for each entry a handoff's journal can hold.

An event with a `stream` also leaves on Kafka; the others stay in the journal.
"""

from __future__ import annotations

from typing import ClassVar, Literal
from uuid import UUID

from orchestrator.domain.clock_events import (
    ClockActivated,
    ClockBreached,
    ClockCancelled,
    ClockEvent,
    ClockFulfilled,
    ClockWarned,
    RungFired,
)
from orchestrator.domain.event import Event, LifecycleEvent, Stream
from orchestrator.domain.model import (
    Customer,
    Priority,
    Reason,
    Receiver,
    Sender,
    Severity,
)
from orchestrator.domain.packet import Packet

__all__ = [
    "EVENTS",
    "Accepted",
    "ClockActivated",
    "ClockBreached",
    "ClockCancelled",
    "ClockEvent",
    "ClockFulfilled",
    "ClockWarned",
    "Completed",
    "Contacted",
    "Declined",
    "Event",
    "HandedOn",
    "HandoffRequested",
    "ItemTicked",
    "LifecycleEvent",
    "PacketPrepared",
    "Paused",
    "Resumed",
    "Returned",
    "RungFired",
    "SenderNotified",
    "Stream",
    "Withdrawn",
]


class HandoffRequested(LifecycleEvent):
    """A handoff began: who, to whom, why, under which rules."""

    type: ClassVar[str] = "support.handoff.lifecycle.requested.v1"
    kind: str
    policy_version: str
    mode: Literal["warm", "cold"]
    is_escalation: bool
    priority: Priority
    severity: Severity | None = None
    incident: str | None = None
    customer: Customer
    sender: Sender
    receiver: Receiver
    reason: Reason
    done: tuple[str, ...]
    missing: tuple[str, ...]


class PacketPrepared(Event):
    """The packet for the receiving team, as sent."""

    type: ClassVar[str] = "support.handoff.packet.prepared.v1"
    stream: ClassVar[Stream | None] = Stream.PACKETS
    packet: Packet


class Accepted(LifecycleEvent):
    """The receiving team took responsibility."""

    type: ClassVar[str] = "support.handoff.lifecycle.accepted.v1"


class Declined(LifecycleEvent):
    """The receiving team refused; the case stays with the sending team."""

    type: ClassVar[str] = "support.handoff.lifecycle.declined.v1"
    reason: Reason


class Returned(LifecycleEvent):
    """The receiving team gave the case back after it had accepted."""

    type: ClassVar[str] = "support.handoff.lifecycle.returned.v1"
    reason: Reason


class Paused(LifecycleEvent):
    """The clocks that `team` owes stand still from `at`."""

    type: ClassVar[str] = "support.handoff.lifecycle.paused.v1"
    team: str
    reason: Reason
    clocks: tuple[str, ...]


class Resumed(LifecycleEvent):
    """The clocks that `team` owes go on from `at`."""

    type: ClassVar[str] = "support.handoff.lifecycle.resumed.v1"
    team: str
    reason: Reason
    clocks: tuple[str, ...]


class ItemTicked(LifecycleEvent):
    """A checklist item changed; `missing` is what the sending team still owes."""

    type: ClassVar[str] = "support.handoff.lifecycle.item-ticked.v1"
    item: str
    done: bool
    missing: tuple[str, ...]


class Contacted(LifecycleEvent):
    """The receiver spoke to the customer."""

    type: ClassVar[str] = "support.handoff.lifecycle.contacted.v1"


class Completed(LifecycleEvent):
    """The work is finished, with this final outcome."""

    type: ClassVar[str] = "support.handoff.lifecycle.completed.v1"
    disposition: str
    note: str | None = None


class Withdrawn(LifecycleEvent):
    """The sending team took the offer back."""

    type: ClassVar[str] = "support.handoff.lifecycle.withdrawn.v1"
    reason: Reason


class HandedOn(LifecycleEvent):
    """The receiving team moved the case on to another team, with the handoff `to_handoff`."""

    type: ClassVar[str] = "support.handoff.lifecycle.handed-on.v1"
    to_handoff: UUID


class SenderNotified(Event):
    """Something the sending team must know about its handoff, and what to do."""

    type: ClassVar[str] = "support.handoff.notice.sent.v1"
    stream: ClassVar[Stream | None] = Stream.NOTICES
    team: str
    """The team that is told."""
    topic: Literal["declined", "returned", "timed-out", "items-missing"]
    message: str
    reason: Reason = Reason()
    missing: tuple[str, ...] = ()


EVENTS: dict[str, type[Event]] = {
    event.type: event
    for event in (
        HandoffRequested,
        PacketPrepared,
        Accepted,
        Declined,
        Returned,
        Paused,
        Resumed,
        ItemTicked,
        Contacted,
        Completed,
        Withdrawn,
        HandedOn,
        ClockActivated,
        ClockFulfilled,
        ClockCancelled,
        ClockWarned,
        ClockBreached,
        SenderNotified,
    )
}
"""Event type -> class."""
