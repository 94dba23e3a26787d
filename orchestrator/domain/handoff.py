"""The handoff: its state, and how each event changes it. `evolve` over the journal gives the state."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from orchestrator.domain import events as e
from orchestrator.domain.clocks import Clock, Suspension
from orchestrator.domain.model import Frozen, Priority


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


class Handoff(Frozen):
    """Responsibility for a case moving from one team to another."""

    id: UUID
    case_id: str
    customer_id: str
    account_id: str | None = None
    kind: str
    policy_version: str
    status: Status
    version: int
    """How many journal entries it has."""
    sending_team: str
    receiving_team: str
    receiving_agent: str | None = None
    """Who accepted, once somebody has."""
    priority: Priority
    requested_at: datetime
    packet_version: int = 0
    done: tuple[str, ...] = ()
    """Ids of the checklist items that are done."""
    clocks: tuple[Clock, ...] = ()

    def clock(self, kind: str) -> Clock | None:
        """Return the newest run of the clock `kind`."""
        return next((c for c in reversed(self.clocks) if c.kind == kind), None)

    def open_clocks(self) -> tuple[Clock, ...]:
        """Return the clocks whose promise still stands."""
        return tuple(c for c in self.clocks if c.is_open)

    def next_due(self) -> datetime | None:
        """Return the instant of the next rung of any clock."""
        instants = [due[1] for clock in self.clocks if (due := clock.next_rung())]
        return min(instants, default=None)


_STATUS: dict[type[e.Event], Status] = {
    e.Declined: Status.DECLINED,
    e.Returned: Status.RETURNED,
    e.Completed: Status.COMPLETED,
    e.Withdrawn: Status.WITHDRAWN,
    e.HandedOn: Status.HANDED_ON,
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
        status=Status.OFFERED,
        version=event.version,
        sending_team=event.sending_team,
        receiving_team=event.receiving_team,
        priority=event.priority,
        requested_at=event.at,
        done=event.done,
    )


def evolve(handoff: Handoff, event: e.Event) -> Handoff:
    """Return the state after `event`."""
    change: dict[str, Any] = {"version": event.version}
    match event:
        case e.Accepted():
            change |= {"status": Status.ACCEPTED, "receiving_agent": event.actor.id}
        case e.PacketPrepared():
            change["packet_version"] = event.packet.packet_version
        case e.ItemTicked():
            done = [item for item in handoff.done if item != event.item]
            change["done"] = tuple([*done, event.item] if event.done else done)
        case e.ClockActivated():
            change["clocks"] = (*handoff.clocks, event.clock)
        case e.RungFired():
            change["clocks"] = _with_clock(handoff, event, lambda c: {"fired": (*c.fired, event.rung)})
        case e.ClockFulfilled() | e.ClockCancelled():
            outcome = "met" if isinstance(event, e.ClockFulfilled) else "cancelled"
            change["clocks"] = _with_clock(handoff, event, lambda c: _ended(c, event.at, outcome))
        case e.Paused():
            change["clocks"] = tuple(
                _suspended(c, event) if c.kind in event.clocks and c.is_open else c for c in handoff.clocks
            )
        case e.Resumed():
            change["clocks"] = tuple(
                _resumed(c, event.at) if c.kind in event.clocks and c.is_paused else c for c in handoff.clocks
            )
        case _ if type(event) in _STATUS:
            change["status"] = _STATUS[type(event)]
        case _:
            pass
    return handoff.model_copy(update=change)


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


def _with_clock(handoff: Handoff, event: e.ClockEvent, change: Any) -> tuple[Clock, ...]:
    return tuple(c.model_copy(update=change(c)) if c.id == event.clock_id else c for c in handoff.clocks)


def _ended(clock: Clock, at: datetime, outcome: str) -> dict[str, Any]:
    change: dict[str, Any] = {"ended_at": at, "outcome": outcome}
    if clock.is_paused:
        change["suspensions"] = _closed(clock.suspensions, at)
    return change


def _suspended(clock: Clock, event: e.Paused) -> Clock:
    since = max(event.at, clock.started_at)
    reason = event.reason.text or event.reason.code or ""
    suspension = Suspension(since=since, reason=reason, actor=event.actor.id)
    return clock.model_copy(update={"suspensions": (*clock.suspensions, suspension)})


def _resumed(clock: Clock, at: datetime) -> Clock:
    return clock.model_copy(update={"suspensions": _closed(clock.suspensions, at)})


def _closed(suspensions: tuple[Suspension, ...], at: datetime) -> tuple[Suspension, ...]:
    last = suspensions[-1]
    return (*suspensions[:-1], last.model_copy(update={"until": max(at, last.since)}))
