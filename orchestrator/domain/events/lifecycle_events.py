"""What happened to a handoff after it was requested, for every system that follows it."""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar
from uuid import UUID

from orchestrator.domain.events.event import LifecycleEvent
from orchestrator.domain.model import Priority, Reason


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
    until: datetime | None = None
    """When they go on by themselves."""
    happened_at: datetime | None = None
    """When it happened, where that was before the work was offered."""


class Resumed(LifecycleEvent):
    """The clocks that `team` owes go on from `at`."""

    type: ClassVar[str] = "support.handoff.lifecycle.resumed.v1"
    team: str
    reason: Reason
    clocks: tuple[str, ...]
    happened_at: datetime | None = None
    """When it happened, where that was before the work was offered."""


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
    unfinished: tuple[str, ...] = ()
    """Ids of the receiving team's required items that were not done."""


class Withdrawn(LifecycleEvent):
    """The sending team took the offer back."""

    type: ClassVar[str] = "support.handoff.lifecycle.withdrawn.v1"
    reason: Reason


class Reopened(LifecycleEvent):
    """The work was not finished after all, and its receiving team has it again."""

    type: ClassVar[str] = "support.handoff.lifecycle.reopened.v1"
    reason: Reason


class Acknowledged(LifecycleEvent):
    """A lead has seen what breached; its ladder stands still until `until`."""

    type: ClassVar[str] = "support.handoff.lifecycle.acknowledged.v1"
    clocks: tuple[str, ...]
    note: str | None = None
    until: datetime


class Released(LifecycleEvent):
    """A packet that was held goes to the receiving team: it is complete, or its notes' time is over."""

    type: ClassVar[str] = "support.handoff.lifecycle.released.v1"
    missing: tuple[str, ...] = ()
    """Ids of the items that the sending team still owes."""


class Reoffered(LifecycleEvent):
    """The packet goes to another team, since the one it was offered to did not accept in time."""

    type: ClassVar[str] = "support.handoff.lifecycle.reoffered.v1"
    from_team: str


class PriorityRaised(LifecycleEvent):
    """A step of a ladder raised the priority."""

    type: ClassVar[str] = "support.handoff.lifecycle.priority-raised.v1"
    priority: Priority
    priority_before: Priority


class RulesChanged(LifecycleEvent):
    """From `at` on its clocks are measured by another version of the rules; what was consumed stays."""

    type: ClassVar[str] = "support.handoff.lifecycle.rules-changed.v1"
    policy_version: str
    clock_policy: str
    calendars_only: bool
    """Whether its budgets stay, and only the calendars are those of the new version."""
    reason: str


class HandedOn(LifecycleEvent):
    """The receiving team moved the case on to another team, with the handoff `to_handoff`."""

    type: ClassVar[str] = "support.handoff.lifecycle.handed-on.v1"
    to_handoff: UUID


class CaseCarried(LifecycleEvent):
    """A case that had come back to its sending team went on with the handoff `to_handoff`."""

    type: ClassVar[str] = "support.handoff.lifecycle.case-carried.v1"
    to_handoff: UUID
