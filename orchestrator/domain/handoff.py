"""The handoff: where responsibility for a case stands, and all that its clocks follow from."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from enum import StrEnum
from typing import Final
from uuid import UUID

from orchestrator.domain.clocks.clock import CarriedClock, Clock
from orchestrator.domain.clocks.occasions import (
    RULES_CHANGED,
    Mark,
    Occasion,
)
from orchestrator.domain.model import Frozen, Priority
from orchestrator.domain.policy import BASE_POLICY
from orchestrator.domain.questions import Question
from orchestrator.domain.routing.entitlement import Entitlement


class Status(StrEnum):
    """Where a handoff stands."""

    HELD = "held"
    """The packet waits for what the sending team owes; the receiving team has not got it."""
    OFFERED = "offered"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    RETURNED = "returned"
    COMPLETED = "completed"
    WITHDRAWN = "withdrawn"
    HANDED_ON = "handed-on"

    @property
    def is_open(self) -> bool:
        """Whether somebody still has to act on it."""
        return self in (Status.HELD, Status.OFFERED, Status.ACCEPTED)

    @property
    def is_with_receiver(self) -> bool:
        """Whether the receiving team has the packet and is not done with it: its open work."""
        return self in (Status.OFFERED, Status.ACCEPTED)

    @property
    def may_go_on(self) -> bool:
        """Whether its case may move on from here: it is open, or back with its sending team."""
        return self.is_open or self in (Status.DECLINED, Status.RETURNED)


class Outcome(Frozen):
    """How a handoff ended."""

    at: datetime
    by: str | None = None
    """The name of who ended it, or the id where there is none; None: nobody in person."""
    team: str | None = None
    said: str = ""
    """The disposition, or the reason for which it was declined, returned or withdrawn."""


class Handoff(Frozen):
    """Responsibility for a case moving from one team to another."""

    id: UUID
    case_id: str
    customer_id: str
    account_id: str | None = None
    kind: str
    policy_version: str
    """The version of the rules under which it is now."""
    first_version: str = ""
    """The version of the rules under which it began."""
    clock_policy: str = BASE_POLICY
    first_clock_policy: str = BASE_POLICY
    status: Status
    version: int
    """How many journal entries it has."""
    sending_team: str
    receiving_team: str
    receiving_agent: str | None = None
    """Who accepted, once somebody has."""
    priority: Priority
    reason: str = ""
    """Why it was requested, in one line."""
    requested_at: datetime
    told_until: datetime | None = None
    """The latest time that a worker's clock showed when it wrote something; None: nobody knows any more."""
    packet_version: int = 0
    is_bounced: bool = False
    """Whether nothing is routed by itself any more."""
    sender_keeps_case: bool = False
    """Whether the sending team goes on working on the case meanwhile."""
    began_held: bool = False
    """Whether its packet was held when it was requested."""
    outcome: Outcome | None = None
    """How it ended; None while it is open, and where that was not noted."""
    offered_to: str | None = None
    """The agent of the receiving team whom it was offered to; None: the whole team."""
    refused_by: tuple[str, ...] = ()
    """Agents who declined it, gave it back or let it time out: it is not offered to them again."""
    brought: tuple[str, ...] = ()
    """Ids of the checklist items that were done when it was requested."""
    done: tuple[str, ...] = ()
    """Ids of the checklist items that are done."""
    required: tuple[str, ...] = ()
    """Ids of the items that the sending team owes."""
    marks: tuple[Mark, ...] = ()
    """What its clocks follow from, in the order in which it happened."""
    carried: CarriedClock | None = None
    entitlement: Entitlement = Entitlement()
    routing_notes: tuple[str, ...] = ()
    """What the packet says of the way it was routed."""
    clocks: tuple[Clock, ...] = ()
    questions: tuple[Question, ...] = ()
    """What the sending team was asked, in the order in which it was."""

    @property
    def ended_at(self) -> datetime | None:
        """When it was declined, returned, completed, withdrawn or handed on; None while it is open."""
        ended_at, status = None, Status.HELD
        for mark in self.marks:
            status = _status_after(status, mark)
            ended_at = None if status.is_open else ended_at or mark.at
        return ended_at

    def status_at(self, at: datetime) -> Status:
        """Return where it stood at `at`, as far as is known by now."""
        return status_of(mark for mark in self.marks if mark.at <= at)

    @property
    def calendars_version(self) -> str:
        """The version of the rules by whose calendars its clocks are measured now."""
        changed = [mark.detail for mark in self.marks if mark.what == RULES_CHANGED]
        return (changed and changed[-1]) or self.first_version

    @property
    def versions(self) -> set[str]:
        """Every version of the rules that its clocks are measured by."""
        changed = {mark.detail or "" for mark in self.marks if mark.what == RULES_CHANGED}
        return {self.policy_version, self.first_version, *changed}

    def not_before(self, now: datetime) -> datetime:
        """Return the time: that of a clock that is behind another's, or was set back, is past already."""
        return now if self.told_until is None else max(now, self.told_until)

    def clock(self, kind: str) -> Clock | None:
        """Return the newest run of the clock `kind`."""
        return next((c for c in reversed(self.clocks) if c.kind == kind), None)

    @property
    def open_questions(self) -> tuple[Question, ...]:
        """The questions for whose answer the receiving team waits: none once it is done with the case."""
        if not self.status.is_with_receiver:
            return ()
        return tuple(each for each in self.questions if each.is_open)

    def open_clocks(self) -> tuple[Clock, ...]:
        """Return the clocks whose promise still stands."""
        return tuple(c for c in self.clocks if c.is_open)


STATUS_AFTER: Final[dict[str, Status]] = {
    Occasion.OFFERED: Status.OFFERED,
    Occasion.ACCEPTED: Status.ACCEPTED,
    Occasion.DECLINED: Status.DECLINED,
    Occasion.RETURNED: Status.RETURNED,
    Occasion.WITHDRAWN: Status.WITHDRAWN,
    Occasion.HANDED_ON: Status.HANDED_ON,
    Occasion.COMPLETED: Status.COMPLETED,
    Occasion.REOPENED: Status.ACCEPTED,
}
BACK: Final = (Status.DECLINED, Status.RETURNED)


def status_of(marks: Iterable[Mark]) -> Status:
    """Return where a handoff stands after these marks, which are in order."""
    status = Status.HELD
    for mark in marks:
        status = _status_after(status, mark)
    return status


def _status_after(status: Status, mark: Mark) -> Status:
    if mark.what == Occasion.HANDED_ON and status in BACK:
        return status  # the case went on from its sending team, which does not change how this one ended
    if mark.what == Occasion.OFFERED and status is not Status.HELD:
        return status  # an offer to another team, of work that somebody has answered by now
    return STATUS_AFTER.get(mark.what, status)
