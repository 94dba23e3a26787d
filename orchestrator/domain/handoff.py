"""The handoff: its state, and how each event changes it. `evolve` over the journal gives the state."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from orchestrator.domain import events as e
from orchestrator.domain.clocks import CarriedClock, Clock
from orchestrator.domain.entitlement import Entitlement
from orchestrator.domain.model import Frozen, Priority
from orchestrator.domain.occasions import (
    ACKNOWLEDGED,
    PAUSED,
    RESUMED,
    RULES_CHANGED,
    TICKED,
    UNTICKED,
    Mark,
    Occasion,
    insert,
)
from orchestrator.domain.policy import BASE_POLICY


class Status(StrEnum):
    """Where a handoff stands."""

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
        return self in (Status.OFFERED, Status.ACCEPTED)

    @property
    def may_go_on(self) -> bool:
        """Whether its case may move on from here: it is open, or back with its sending team."""
        return self.is_open or self in (Status.DECLINED, Status.RETURNED)


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
    requested_at: datetime
    told_until: datetime | None = None
    """The latest time that a worker's clock showed when it wrote something; None: nobody knows any more."""
    packet_version: int = 0
    is_bounced: bool = False
    """Whether nothing is routed by itself any more."""
    sender_keeps_case: bool = False
    """Whether the sending team goes on working on the case meanwhile."""
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

    @property
    def ended_at(self) -> datetime | None:
        """When it was declined, returned, completed, withdrawn or handed on; None while it is open."""
        ended_at, status = None, Status.OFFERED
        for mark in self.marks:
            status = _status_after(status, mark)
            ended_at = None if status.is_open else ended_at or mark.at
        return ended_at

    def status_at(self, at: datetime) -> Status:
        """Return where it stood at `at`, as far as is known by now."""
        return _status_of(mark for mark in self.marks if mark.at <= at)

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

    def open_clocks(self) -> tuple[Clock, ...]:
        """Return the clocks whose promise still stands."""
        return tuple(c for c in self.clocks if c.is_open)


_STATUS: dict[str, Status] = {
    Occasion.ACCEPTED: Status.ACCEPTED,
    Occasion.DECLINED: Status.DECLINED,
    Occasion.RETURNED: Status.RETURNED,
    Occasion.WITHDRAWN: Status.WITHDRAWN,
    Occasion.HANDED_ON: Status.HANDED_ON,
    Occasion.COMPLETED: Status.COMPLETED,
    Occasion.REOPENED: Status.ACCEPTED,
}
_BACK = (Status.DECLINED, Status.RETURNED)
_OCCASION: dict[type[e.Event], str] = {
    e.Accepted: Occasion.ACCEPTED,
    e.Contacted: Occasion.CONTACTED,
    e.Declined: Occasion.DECLINED,
    e.Returned: Occasion.RETURNED,
    e.Withdrawn: Occasion.WITHDRAWN,
    e.HandedOn: Occasion.HANDED_ON,
    e.CaseCarried: Occasion.HANDED_ON,
    e.Completed: Occasion.COMPLETED,
    e.Reopened: Occasion.REOPENED,
    e.Reoffered: Occasion.OFFERED,
    e.Resumed: RESUMED,
}


def begin(event: e.HandoffRequested) -> Handoff:
    """Return the state that the first journal entry gives."""
    assert event.receiver.team is not None
    return Handoff(
        id=event.handoff_id,
        case_id=event.case_id,
        customer_id=event.customer.id,
        account_id=event.customer.account_id,
        kind=event.kind,
        policy_version=event.policy_version,
        first_version=event.policy_version,
        clock_policy=event.clock_policy,
        first_clock_policy=event.clock_policy,
        status=Status.OFFERED,
        version=event.version,
        sending_team=event.sending_team,
        receiving_team=event.receiving_team,
        priority=event.priority,
        requested_at=event.at,
        told_until=event.offered_at,
        is_bounced=event.is_bounced,
        offered_to=event.receiver.agent,
        sender_keeps_case=event.sender_keeps_case,
        brought=event.done,
        done=event.done,
        required=event.required,
        carried=event.carried,
        entitlement=event.entitlement,
        routing_notes=event.routing_notes,
        marks=(
            Mark(event.at, Occasion.REQUESTED, event.sending_team),
            Mark(event.offered_at, Occasion.OFFERED, event.receiving_team),
        ),
    )


def evolve(handoff: Handoff, event: e.Event) -> Handoff:
    """Return the state after `event`."""
    at = event.fired_at if isinstance(event, e.RungFired) else event.at
    change: dict[str, Any] = {"version": event.version, "told_until": handoff.not_before(at)}
    if (mark := _mark(handoff, event)) is not None:
        change["marks"] = insert(handoff.marks, mark)
        if mark.what in _STATUS:
            change["status"] = _status_of(change["marks"])
    match event:
        case e.Accepted():
            change["receiving_agent"] = event.actor.id
        case e.Declined() | e.Returned():
            change["refused_by"] = (*handoff.refused_by, event.actor.id)
        case e.PacketPrepared():
            change["packet_version"] = event.packet.packet_version
        case e.ItemTicked():
            change["done"] = done_after(handoff.brought, change["marks"])
        case e.ClockActivated():
            change["clocks"] = (*handoff.clocks, event.clock)
        case e.ClockMoved():
            change["clocks"] = _with_clock(handoff, event, lambda c: event.clock)
        case e.RungFired():
            change["clocks"] = _with_clock(handoff, event, lambda c: _fired(c, event))
            if event.kind == "accept" and isinstance(event, e.ClockBreached) and handoff.offered_to:
                change["refused_by"] = (*handoff.refused_by, handoff.offered_to)
        case e.ClockFulfilled() | e.ClockCancelled():
            outcome = "met" if isinstance(event, e.ClockFulfilled) else "cancelled"
            change["clocks"] = _with_clock(handoff, event, lambda c: _ended(c, event.at, outcome))
        case e.Reoffered():
            change |= {"receiving_team": event.receiving_team, "offered_to": None}
        case e.PriorityRaised():
            change["priority"] = event.priority
        case e.RulesChanged() if not event.calendars_only:
            change |= {"policy_version": event.policy_version, "clock_policy": event.clock_policy}
        case _:
            pass
    return handoff.model_copy(update=change)


def _mark(handoff: Handoff, event: e.Event) -> Mark | None:
    actor = event.actor
    match event:
        case e.Paused():
            why = event.reason.code or event.reason.text
            since = event.happened_at
            return Mark(event.at, PAUSED, event.team, why, actor.id, event.until, happened_at=since)
        case e.Resumed():
            return Mark(event.at, RESUMED, event.team, happened_at=event.happened_at)
        case e.ItemTicked():
            return Mark(event.at, TICKED if event.done else UNTICKED, detail=event.item)
        case e.Acknowledged():
            return Mark(
                event.at, ACKNOWLEDGED, detail=",".join(event.clocks), actor=actor.id, until=event.until
            )
        case e.RulesChanged():
            policy = None if event.calendars_only else event.clock_policy
            return Mark(event.at, RULES_CHANGED, detail=event.policy_version, policy=policy)
        case e.LifecycleEvent() if (what := _OCCASION.get(type(event))) is not None:
            at = max(event.at, _answered_at_earliest(handoff, what))
            return Mark(at, what, event.receiving_team, is_automatic=event.is_automatic)
        case _:
            return None


def _answered_at_earliest(handoff: Handoff, what: str) -> datetime:
    """Return when that happened which `what` answers, by clocks that do not agree: it came no earlier.

    Work that was answered before we had offered it took no time.
    """
    since = [mark for mark in handoff.marks if mark.what in _STATUS or mark.what == Occasion.OFFERED]
    is_receivers = what == Occasion.COMPLETED and handoff.status not in _BACK
    if is_receivers or what in (Occasion.CONTACTED, Occasion.REOPENED):
        # What the receiving team says of its work may come late, but not before it had the work.
        since = [mark for mark in since if mark.what in (Occasion.OFFERED, Occasion.ACCEPTED)]
    return since[-1].at


def _status_of(marks: Iterable[Mark]) -> Status:
    status = Status.OFFERED
    for mark in marks:
        status = _status_after(status, mark)
    return status


def _status_after(status: Status, mark: Mark) -> Status:
    if mark.what == Occasion.HANDED_ON and status in _BACK:
        return status  # the case went on from its sending team, which does not change how this one ended
    return _STATUS.get(mark.what, status)


def done_after(brought: Iterable[str], marks: Iterable[Mark]) -> tuple[str, ...]:
    """Return the ids of the items that are done after these marks, which are in order."""
    done = dict.fromkeys(brought)
    for mark in marks:
        if mark.what == TICKED:
            done[mark.detail or ""] = None
        elif mark.what == UNTICKED:
            done.pop(mark.detail or "", None)
    return tuple(done)


def fold(events: Iterable[e.Event]) -> Handoff:
    """Return the state that a whole journal gives.

    Raises:
        ValueError: the journal is empty or does not begin with a request.
    """
    handoff: Handoff | None = None
    for event in events:
        if isinstance(event, e.HandoffRequested):
            handoff = begin(event)
        elif handoff is None:
            raise ValueError(f"a journal begins with {e.HandoffRequested.type}, not {event.type}")
        else:
            handoff = evolve(handoff, event)
    if handoff is None:
        raise ValueError("an empty journal has no state")
    return handoff


def _with_clock(handoff: Handoff, event: e.ClockEvent, change: Callable[[Clock], Clock]) -> tuple[Clock, ...]:
    return tuple(change(c) if c.id == event.clock_id else c for c in handoff.clocks)


def _fired(clock: Clock, event: e.RungFired) -> Clock:
    fired = (*clock.fired, event.rung)
    return clock.model_copy(update={"fired": fired, "next_rung": event.next_rung, "next_at": event.next_at})


def _ended(clock: Clock, at: datetime, outcome: str) -> Clock:
    change: dict[str, Any] = {"ended_at": at, "outcome": outcome}
    if clock.next_at is None or clock.next_at >= at:
        # What was reached before the end, and is not told yet, still is.
        change |= {"next_rung": None, "next_at": None}
    return clock.model_copy(update=change)
