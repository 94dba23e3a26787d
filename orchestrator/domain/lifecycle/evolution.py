"""How each event changes a handoff: `evolve` over the journal gives the state."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Any

from orchestrator.domain import events as e
from orchestrator.domain.clocks.clock import Clock
from orchestrator.domain.clocks.occasions import (
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
from orchestrator.domain.handoff import BACK, STATUS_AFTER, Handoff, Status, status_of
from orchestrator.domain.lifecycle.outcomes import in_a_line, outcome_after
from orchestrator.domain.questions import Question, with_answer, with_question

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
    e.Released: Occasion.OFFERED,
    e.Reoffered: Occasion.OFFERED,
    e.Resumed: RESUMED,
}


def begin(event: e.HandoffRequested) -> Handoff:
    """Return the state that the first journal entry gives."""
    assert event.receiver.team is not None
    requested = Mark(event.at, Occasion.REQUESTED, event.sending_team)
    offered = Mark(event.offered_at, Occasion.OFFERED, event.receiving_team)
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
        status=Status.HELD if event.is_held else Status.OFFERED,
        version=event.version,
        sending_team=event.sending_team,
        receiving_team=event.receiving_team,
        priority=event.priority,
        reason=in_a_line(event.reason),
        requested_at=event.at,
        told_until=event.offered_at,
        is_bounced=event.is_bounced,
        offered_to=event.receiver.agent,
        sender_keeps_case=event.sender_keeps_case,
        began_held=event.is_held,
        brought=event.done,
        done=event.done,
        required=event.required,
        carried=event.carried,
        entitlement=event.entitlement,
        routing_notes=event.routing_notes,
        marks=(requested,) if event.is_held else (requested, offered),
    )


def evolve(handoff: Handoff, event: e.Event) -> Handoff:
    """Return the state after `event`."""
    at = event.fired_at if isinstance(event, e.RungFired) else event.at
    change: dict[str, Any] = {"version": event.version, "told_until": handoff.not_before(at)}
    if (mark := _mark(handoff, event)) is not None:
        change["marks"] = insert(handoff.marks, mark)
        if mark.what in STATUS_AFTER:
            change["status"] = status_of(change["marks"])
            change["outcome"] = outcome_after(handoff.outcome, event, change["status"])
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
        case e.QuestionAsked():
            change["questions"] = with_question(handoff.questions, _question(event))
        case e.QuestionAnswered():
            id, by = event.question_id, event.actor.name or event.actor.id
            change["questions"] = with_answer(handoff.questions, id, answer=event.answer, by=by, at=event.at)
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
    since = [mark for mark in handoff.marks if mark.what in STATUS_AFTER]
    is_receivers = what == Occasion.COMPLETED and handoff.status not in BACK
    if is_receivers or what in (Occasion.CONTACTED, Occasion.REOPENED):
        # What the receiving team says of its work may come late, but not before it had the work.
        since = [mark for mark in since if mark.what in (Occasion.OFFERED, Occasion.ACCEPTED)]
    return since[-1].at if since else handoff.requested_at


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


def _question(event: e.QuestionAsked) -> Question:
    by = event.actor.name or event.actor.id
    return Question(id=event.question_id, text=event.question, asked_by=by, asked_at=event.at)


def _fired(clock: Clock, event: e.RungFired) -> Clock:
    fired = (*clock.fired, event.rung)
    return clock.model_copy(update={"fired": fired, "next_rung": event.next_rung, "next_at": event.next_at})


def _ended(clock: Clock, at: datetime, outcome: str) -> Clock:
    change: dict[str, Any] = {"ended_at": at, "outcome": outcome}
    if clock.next_at is None or clock.next_at >= at:
        # What was reached before the end, and is not told yet, still is.
        change |= {"next_rung": None, "next_at": None}
    return clock.model_copy(update=change)
