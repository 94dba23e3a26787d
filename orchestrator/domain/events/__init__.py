"""What happened: one class for each entry a handoff's journal can hold.

An event with a `stream` also leaves on Kafka; the others stay in the journal.
"""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar, Literal

from orchestrator.domain.clocks.clock import CarriedClock
from orchestrator.domain.events.clock_events import (
    BreachUndone,
    BreachWithdrawn,
    ClockActivated,
    ClockBreached,
    ClockCancelled,
    ClockEscalated,
    ClockEvent,
    ClockFulfilled,
    ClockMoved,
    ClockPaused,
    ClockReprojected,
    ClockResumed,
    ClockWarned,
    MetLateDelivery,
    RungFired,
)
from orchestrator.domain.events.event import Event, JournalEntry, LifecycleEvent, Stream
from orchestrator.domain.events.integration_events import IntegrationHealthChanged
from orchestrator.domain.events.lifecycle_events import (
    Accepted,
    Acknowledged,
    CaseCarried,
    Completed,
    Contacted,
    Declined,
    HandedOn,
    ItemTicked,
    Paused,
    PriorityRaised,
    Released,
    Reoffered,
    Reopened,
    Resumed,
    Returned,
    RulesChanged,
    Withdrawn,
)
from orchestrator.domain.events.notice_events import ConcurrentWork, QuestionAnswered, QuestionAsked
from orchestrator.domain.model import (
    Customer,
    Priority,
    Reason,
    Receiver,
    Sender,
    Severity,
)
from orchestrator.domain.packet import Packet
from orchestrator.domain.policy import BASE_POLICY
from orchestrator.domain.routing.entitlement import Entitlement

__all__ = [
    "EVENTS",
    "JOURNAL_ENTRIES",
    "Accepted",
    "Acknowledged",
    "BreachUndone",
    "BreachWithdrawn",
    "CaseCarried",
    "ClockActivated",
    "ClockBreached",
    "ClockCancelled",
    "ClockEscalated",
    "ClockEvent",
    "ClockFulfilled",
    "ClockMoved",
    "ClockPaused",
    "ClockReprojected",
    "ClockResumed",
    "ClockWarned",
    "Completed",
    "ConcurrentWork",
    "Contacted",
    "Declined",
    "Event",
    "HandedOn",
    "HandoffRequested",
    "IntegrationHealthChanged",
    "ItemTicked",
    "JournalEntry",
    "LifecycleEvent",
    "MetLateDelivery",
    "Notified",
    "PacketPrepared",
    "Paused",
    "PriorityRaised",
    "QuestionAnswered",
    "QuestionAsked",
    "Released",
    "Reoffered",
    "Reopened",
    "Resumed",
    "Returned",
    "RulesChanged",
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
    required: tuple[str, ...] = ()
    """Ids of all items that the sending team owes."""
    offered_at: datetime
    """When its packet was prepared, or held back."""
    is_held: bool = False
    """Whether its packet waits for what is missing; `released` tells when it goes out."""
    clock_policy: str = BASE_POLICY
    """Which clock policy of the kind matched."""
    entitlement: Entitlement = Entitlement()
    routing_notes: tuple[str, ...] = ()
    """What the receiving team has to know of the way it was routed."""
    sender_keeps_case: bool = False
    """Whether the sending team goes on working on the case meanwhile."""
    is_bounced: bool = False
    """Whether the case goes to and fro, so that nothing is routed by itself any more."""
    carried: CarriedClock | None = None
    """What the clock that all teams owe together has seen before this handoff."""


class PacketPrepared(Event):
    """The packet for the receiving team, as sent."""

    type: ClassVar[str] = "support.handoff.packet.prepared.v1"
    stream: ClassVar[Stream | None] = Stream.PACKETS
    packet: Packet


class SenderNotified(Event):
    """Something the sending team must know about its handoff, and what to do."""

    type: ClassVar[str] = "support.handoff.notice.sent.v1"
    stream: ClassVar[Stream | None] = Stream.NOTICES
    team: str
    """The team that is told."""
    topic: Literal["declined", "returned", "timed-out", "items-missing", "packet-held"]
    message: str
    reason: Reason = Reason()
    missing: tuple[str, ...] = ()


class Notified(Event):
    """Something that one person, by role, must know now."""

    type: ClassVar[str] = "support.handoff.notification.raised.v1"
    stream: ClassVar[Stream | None] = Stream.NOTIFICATIONS
    topic: Literal["breached", "bounced"]
    to_role: Literal["lead", "manager"]
    to: str
    """Who has that role in `team`."""
    team: str
    title: str
    """One line."""
    message: str
    """What happened, and what to do."""
    kind: str
    """The kind of handoff."""
    sending_team: str
    receiving_team: str
    customer_id: str
    priority: Priority
    clock: str | None = None
    """The kind of the clock that ran out."""
    rung: str | None = None
    loop: int = 1
    due_at: datetime | None = None


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
        CaseCarried,
        ClockActivated,
        ClockFulfilled,
        ClockCancelled,
        ClockWarned,
        ClockBreached,
        ClockEscalated,
        ClockPaused,
        ClockResumed,
        ClockReprojected,
        BreachWithdrawn,
        MetLateDelivery,
        Reopened,
        Acknowledged,
        Released,
        Reoffered,
        PriorityRaised,
        RulesChanged,
        SenderNotified,
        ConcurrentWork,
        QuestionAsked,
        QuestionAnswered,
        Notified,
    )
}
"""Event type -> class, of what happens to handoffs."""

JOURNAL_ENTRIES: dict[str, type[JournalEntry]] = {
    **EVENTS,
    IntegrationHealthChanged.type: IntegrationHealthChanged,
}
"""Type -> class of all that can stand in a journal and leave."""
