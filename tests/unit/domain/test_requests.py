from __future__ import annotations

import pytest

from orchestrator.domain import events as e
from orchestrator.domain.clocks.clock import ClockState
from orchestrator.domain.commands import RequestHandoff
from orchestrator.domain.errors import Refused
from orchestrator.domain.handoff import Status
from orchestrator.domain.identity import clock_id, handoff_id
from orchestrator.domain.lifecycle.requests import hand_on
from orchestrator.domain.lifecycle.story import SYSTEM
from orchestrator.domain.model import Receiver
from tests.builders import (
    ACCEPT,
    HOUR,
    MINUTE,
    NOTES,
    SECOND,
    SOURCE,
    T0,
    a_cause,
    a_decision,
    a_handoff,
    a_kind,
    a_policy,
    a_request,
    an_escalation,
)


def names(events: list[e.Event]) -> list[str]:
    return [type(event).__name__ for event in events]


def test_a_complete_request_is_offered_at_once_with_its_notes_delivered() -> None:
    handoff, events = a_decision()
    assert names(events) == [
        "HandoffRequested",
        "ClockActivated",
        "ClockFulfilled",
        "ClockActivated",
        "PacketPrepared",
    ]
    assert handoff.status is Status.OFFERED
    assert [(k.kind, k.state) for k in handoff.clocks] == [
        ("notes", ClockState.MET),
        ("accept", ClockState.RUNNING),
    ]


def test_an_incomplete_request_is_offered_too_and_the_sender_is_told_what_to_add() -> None:
    handoff, events = a_decision(a_request(summary=None, checklist={}))
    assert names(events) == [
        "HandoffRequested",
        "ClockActivated",
        "ClockActivated",
        "PacketPrepared",
        "SenderNotified",
    ]
    notice = events[-1]
    assert isinstance(notice, e.SenderNotified)
    assert (notice.team, notice.topic) == ("tier-1", "items-missing")
    assert notice.missing == ("identity-verified", "summary-given")
    assert "add identity-verified, summary-given" in notice.message
    assert [k.kind for k in handoff.open_clocks()] == ["notes", "accept"]


def test_the_first_entry_holds_the_request_and_the_rules_it_began_under() -> None:
    asked = an_escalation(receiver=Receiver(agent="bob"))
    first = a_decision(asked, policy=a_policy(version="rules-9")).events[0]
    assert isinstance(first, e.HandoffRequested)
    assert (first.kind, first.policy_version) == ("support-to-engineering", "rules-9")
    assert first.receiver == Receiver(team="engineering", agent="bob")
    assert first.is_escalation
    for field in ("case_id", "priority", "severity", "incident", "customer", "sender", "reason", "actor"):
        assert getattr(first, field) == getattr(asked, field)
    assert first.done == (
        "identity-verified",
        "reason-stated",
        "summary-given",
        "severity-set",
        "logs-attached",
    )
    assert first.missing == ()


def test_what_the_system_does_is_never_the_agents_doing() -> None:
    first, *rest = a_decision(a_request(summary=None)).events
    assert first.actor == a_request().actor
    assert {event.actor for event in rest} == {SYSTEM}


def test_every_entry_names_the_event_that_caused_it() -> None:
    assert {event.cause for event in a_decision().events} == {a_cause()}


def test_the_handoff_takes_its_id_from_the_event() -> None:
    assert a_decision(cause=a_cause(id="e-7")).handoff.id == handoff_id(SOURCE, "e-7")


def test_the_same_event_decides_the_same_thing_twice() -> None:
    assert a_decision(a_request(summary=None)) == a_decision(a_request(summary=None))


def test_versions_count_from_one_without_a_gap() -> None:
    handoff, events = a_decision(a_request(summary=None))
    assert [event.version for event in events] == list(range(1, len(events) + 1))
    assert handoff.version == len(events)


def test_the_notes_clock_runs_from_when_the_sender_asked_and_the_accept_clock_from_when_it_arrived() -> None:
    asked_at, now = T0, T0 + 3 * MINUTE
    handoff = a_decision(a_request(summary=None), cause=a_cause(asked_at), now=now).handoff
    notes, accept = handoff.clocks
    assert (notes.team, notes.started_at, notes.due_at) == ("tier-1", asked_at, asked_at + NOTES.budget)
    assert (accept.team, accept.started_at, accept.due_at) == ("tier-2", now, now + ACCEPT.budget)
    assert accept.id == clock_id(handoff.id, "accept", 1)
    assert handoff.requested_at == asked_at


def test_what_the_sender_did_happened_when_it_asked_and_what_we_did_when_it_arrived() -> None:
    events = a_decision(a_request(), cause=a_cause(T0), now=T0 + MINUTE).events
    assert [event.at for event in events] == [T0, T0, T0, T0 + MINUTE, T0 + MINUTE]


def test_a_request_from_a_clock_that_runs_fast_counts_from_when_it_arrived() -> None:
    handoff, events = a_decision(cause=a_cause(T0 + HOUR), now=T0)
    assert handoff.requested_at == T0
    assert {event.at for event in events} == {T0}


def test_a_kind_without_clocks_promises_nothing() -> None:
    handoff, events = a_decision(policy=a_policy(a_kind(clocks=())))
    assert handoff.clocks == ()
    assert names(events) == ["HandoffRequested", "PacketPrepared"]


def test_a_warning_that_is_past_when_a_late_request_arrives_is_dropped_but_the_breach_is_not() -> None:
    handoff = a_decision(a_request(summary=None), cause=a_cause(T0), now=T0 + HOUR).handoff
    notes = handoff.clock("notes")
    assert notes is not None
    assert notes.fired == ("half",)
    assert (notes.next_rung, notes.next_at) == ("breach", T0 + NOTES.budget)


@pytest.mark.parametrize(
    ("asked", "code"),
    [
        (a_request(receiver=Receiver(team="tier-3")), "unknown-team"),
        (a_request(kind="no-such-kind"), "unknown-kind"),
        (a_request(receiver=Receiver(team="tier-1")), "same-team"),
    ],
)
def test_a_request_that_cannot_be_routed_is_refused(asked: RequestHandoff, code: str) -> None:
    with pytest.raises(Refused) as refusal:
        a_decision(asked)
    assert refusal.value.code == code


def test_handing_the_case_on_keeps_the_resolve_promise_and_drops_the_others() -> None:
    old = a_handoff(Status.ACCEPTED)
    new = a_decision(cause=a_cause(T0, "request-2")).handoff
    handoff, events = hand_on(
        old, to=new, cause=a_cause(T0 + MINUTE, "request-2"), policy=a_policy(), now=T0 + MINUTE
    )
    assert names(events) == ["HandedOn", "ClockFulfilled", "ClockCancelled"]
    assert isinstance(events[0], e.HandedOn)
    assert events[0].to_handoff == new.id
    assert handoff.status is Status.HANDED_ON
    assert handoff.open_clocks() == ()
    resolve, first_contact = handoff.clock("resolve"), handoff.clock("first_contact")
    assert resolve is not None
    assert first_contact is not None
    assert (resolve.state, first_contact.state) == (ClockState.MET, ClockState.CANCELLED)


def test_handing_an_offer_on_without_accepting_it_cancels_the_offer() -> None:
    old = a_handoff()
    handoff, events = hand_on(
        old, to=a_handoff(), cause=a_cause(T0 + MINUTE, "on"), policy=a_policy(), now=T0 + MINUTE
    )
    assert names(events) == ["HandedOn", "ClockCancelled"]
    assert (handoff.status, handoff.open_clocks()) == (Status.HANDED_ON, ())


def test_handing_on_too_late_leaves_the_breach_in_the_journal() -> None:
    old = a_handoff(Status.ACCEPTED)
    late = T0 + 5 * HOUR
    handoff, events = hand_on(old, to=a_handoff(), cause=a_cause(late, "on"), policy=a_policy(), now=late)
    breached = [event.kind for event in events if isinstance(event, e.ClockBreached)]
    assert breached == ["first_contact", "resolve"]
    assert handoff.status is Status.HANDED_ON


def test_handing_on_never_happens_before_the_handoff_began() -> None:
    old = a_handoff(Status.ACCEPTED)
    events = hand_on(
        old, to=a_handoff(), cause=a_cause(T0 - HOUR, "on"), policy=a_policy(), now=T0 + SECOND
    ).events
    assert {event.at for event in events} == {T0}
