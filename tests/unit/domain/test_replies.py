from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

import pytest

from orchestrator.domain import commands as c
from orchestrator.domain import events as e
from orchestrator.domain.clocks.clock import ClockState
from orchestrator.domain.errors import Refused, TooEarly
from orchestrator.domain.handoff import Handoff, Status
from orchestrator.domain.lifecycle.decision import Decision
from orchestrator.domain.lifecycle.replies import LEGAL, reply
from orchestrator.domain.model import Reason
from tests.builders import (
    HOUR,
    MINUTE,
    SECOND,
    T0,
    a_cause,
    a_completion,
    a_contact,
    a_decision,
    a_decline,
    a_handoff,
    a_holding_policy,
    a_kind,
    a_pause,
    a_policy,
    a_question,
    a_reopening,
    a_request,
    a_resume,
    a_return,
    a_tick,
    a_withdrawal,
    an_accept,
    an_acknowledgement,
    an_actor,
    an_answer,
)

POLICY = a_policy()
HOLDING = a_holding_policy()
LATER = T0 + MINUTE


def answer(
    handoff: Handoff,
    command: c.Reply,
    *,
    at: datetime = LATER,
    now: datetime | None = None,
    request: c.RequestHandoff | None = None,
) -> Decision:
    policy = HOLDING if handoff.began_held else POLICY
    return reply(handoff, command, cause=a_cause(at, "reply"), policy=policy, now=now or at, request=request)


def names(events: list[e.Event]) -> list[str]:
    """Return the events' names; a clock event with its clock."""
    return [
        f"{type(event).__name__}:{event.kind}"
        if isinstance(event, e.ClockEvent)
        else f"ClockActivated:{event.clock.kind}"
        if isinstance(event, e.ClockActivated)
        else type(event).__name__
        for event in events
    ]


# Every status x every reply

BUILD: dict[type[c.Reply], Callable[[Handoff], c.Reply]] = {
    c.Accept: an_accept,
    c.Decline: a_decline,
    c.Return: a_return,
    c.Pause: a_pause,
    c.Resume: a_resume,
    c.TickItem: a_tick,
    c.Contact: a_contact,
    c.Complete: a_completion,
    c.Withdraw: a_withdrawal,
    c.Reopen: a_reopening,
    c.Acknowledge: an_acknowledgement,
    c.Ask: a_question,
    c.Answer: an_answer,
}
EVENTS_OF: dict[tuple[Status, type[c.Reply]], list[str]] = {
    (Status.HELD, c.Withdraw): ["Withdrawn", "ClockCancelled:notes"],
    (Status.HELD, c.TickItem): [
        "ItemTicked",
        "ClockFulfilled:notes",
        "Released",
        "ClockActivated:accept",
        "PacketPrepared",
    ],
    (Status.OFFERED, c.Accept): [
        "Accepted",
        "ClockFulfilled:accept",
        "ClockActivated:first_contact",
        "ClockActivated:resolve",
    ],
    (Status.OFFERED, c.Decline): ["Declined", "ClockFulfilled:accept", "SenderNotified"],
    (Status.OFFERED, c.Withdraw): ["Withdrawn", "ClockCancelled:accept"],
    (Status.OFFERED, c.TickItem): ["ItemTicked"],
    (Status.OFFERED, c.Pause): ["Paused", "ClockPaused:accept"],
    (Status.ACCEPTED, c.Return): [
        "Returned",
        "ClockCancelled:first_contact",
        "ClockCancelled:resolve",
        "SenderNotified",
    ],
    (Status.ACCEPTED, c.Contact): ["Contacted", "ClockFulfilled:first_contact"],
    (Status.ACCEPTED, c.Complete): ["Completed", "ClockFulfilled:resolve", "ClockCancelled:first_contact"],
    (Status.ACCEPTED, c.TickItem): ["ItemTicked"],
    (Status.ACCEPTED, c.Pause): ["Paused", "ClockPaused:first_contact", "ClockPaused:resolve"],
    (Status.COMPLETED, c.Reopen): ["Reopened", "ClockActivated:resolve"],
    (Status.OFFERED, c.Ask): ["QuestionAsked"],
    (Status.ACCEPTED, c.Ask): ["QuestionAsked"],
}
NOTHING_BREACHED = dict.fromkeys(((status, c.Acknowledge) for status in Status), "nothing-breached")
TOO_EARLY: dict[tuple[Status, type[c.Reply]], str] = {
    **{
        (Status.HELD, reply): "packet-held"
        for reply in (
            *(c.Accept, c.Decline, c.Return, c.Contact, c.Complete, c.Reopen, c.Pause, c.Resume),
            *(c.Ask, c.Answer),
        )
    },
    (Status.OFFERED, c.Return): "illegal-transition",
    (Status.OFFERED, c.Contact): "illegal-transition",
    (Status.OFFERED, c.Complete): "illegal-transition",
    (Status.OFFERED, c.Resume): "not-paused",
    (Status.OFFERED, c.Reopen): "illegal-transition",
    (Status.ACCEPTED, c.Reopen): "illegal-transition",
    (Status.ACCEPTED, c.Resume): "not-paused",
    (Status.OFFERED, c.Answer): "nothing-asked",
    (Status.ACCEPTED, c.Answer): "nothing-asked",
    **{
        (Status.COMPLETED, reply): "illegal-transition"
        for reply in (c.Return, c.Pause, c.Resume, c.TickItem, c.Contact, c.Complete, c.Ask, c.Answer)
    },
}
"""What waits for the packet, an acceptance, a pause, a question, a completion, or to be reopened."""
PAIRS = [(status, command) for status in Status for command in BUILD]


def _id(value: object) -> str:
    return value.value if isinstance(value, Status) else getattr(value, "__name__", str(value))


@pytest.mark.parametrize(("status", "command"), PAIRS, ids=_id)
def test_every_reply_in_every_status_gives_its_events_or_its_refusal(
    status: Status, command: type[c.Reply]
) -> None:
    handoff = a_handoff(status)
    expected = EVENTS_OF.get((status, command))
    if expected is not None:
        told = answer(handoff, BUILD[command](handoff), request=a_request(checklist={})).events
        assert names(told) == expected
        return
    with pytest.raises(Refused) as refusal:
        answer(handoff, BUILD[command](handoff))
    codes = NOTHING_BREACHED | TOO_EARLY
    assert refusal.value.code == codes.get((status, command), "illegal-transition")
    assert isinstance(refusal.value, TooEarly) == ((status, command) in TOO_EARLY)


STATUS_AFTER = {
    (Status.HELD, c.Withdraw): Status.WITHDRAWN,
    (Status.HELD, c.TickItem): Status.OFFERED,
    (Status.COMPLETED, c.Reopen): Status.ACCEPTED,
    (Status.OFFERED, c.Accept): Status.ACCEPTED,
    (Status.OFFERED, c.Decline): Status.DECLINED,
    (Status.OFFERED, c.Withdraw): Status.WITHDRAWN,
    (Status.ACCEPTED, c.Return): Status.RETURNED,
    (Status.ACCEPTED, c.Complete): Status.COMPLETED,
}


@pytest.mark.parametrize(("status", "command"), list(EVENTS_OF), ids=_id)
def test_a_legal_reply_leads_to_its_status_and_nowhere_else(status: Status, command: type[c.Reply]) -> None:
    handoff = a_handoff(status)
    after = answer(handoff, BUILD[command](handoff), request=a_request(checklist={})).handoff
    assert after.status is STATUS_AFTER.get((status, command), status)
    assert after.status.is_open or not after.open_clocks()


def test_the_table_covers_every_reply() -> None:
    assert set(BUILD) == set(LEGAL) == {k for k in c.COMMANDS.values() if issubclass(k, c.Reply)}


def test_a_reply_that_comes_too_early_says_what_has_to_come_first() -> None:
    handoff = a_handoff()
    with pytest.raises(TooEarly) as refusal:
        answer(handoff, a_completion(handoff))
    assert refusal.value.message == (
        f"'completed' is not legal for handoff {handoff.id}: it is offered; it must be accepted first"
    )


def test_a_second_accept_is_told_who_was_first() -> None:
    handoff = a_handoff(Status.ACCEPTED)
    with pytest.raises(Refused, match="it is accepted by agent-tier-2"):
        answer(handoff, an_accept(handoff, actor=an_actor("tier-2", id="bob")))


# Whose answer it is


@pytest.mark.parametrize(
    ("status", "command", "team"),
    [
        (Status.OFFERED, an_accept, "tier-1"),
        (Status.OFFERED, an_accept, "billing"),
        (Status.OFFERED, a_decline, "tier-1"),
        (Status.OFFERED, a_withdrawal, "tier-2"),
        (Status.OFFERED, a_pause, "billing"),
        (Status.OFFERED, a_resume, "billing"),
        (Status.OFFERED, a_tick, "tier-2"),
        (Status.ACCEPTED, a_return, "tier-1"),
        (Status.ACCEPTED, a_contact, "tier-1"),
        (Status.ACCEPTED, a_completion, "billing"),
        (Status.OFFERED, an_accept, None),
        (Status.OFFERED, a_question, "tier-1"),
        (Status.ACCEPTED, a_question, "billing"),
        (Status.OFFERED, an_answer, "tier-2"),
    ],
)
def test_an_answer_of_another_team_is_refused(
    status: Status, command: Callable[..., c.Reply], team: str | None
) -> None:
    handoff = a_handoff(status)
    with pytest.raises(Refused) as refusal:
        answer(handoff, command(handoff, actor=an_actor(team, id="somebody")))
    assert refusal.value.code == "wrong-team"
    assert f"actor.team is {team!r}" in refusal.value.message
    assert not isinstance(refusal.value, TooEarly)


def test_the_sending_team_completes_a_case_that_came_back_to_it_and_waits_until_it_has() -> None:
    accepted = a_handoff(Status.ACCEPTED)
    completion = a_completion(accepted, actor=an_actor("tier-1"))
    with pytest.raises(TooEarly, match="until the case is given back"):
        answer(accepted, completion)
    returned = a_handoff(Status.RETURNED)
    assert answer(returned, completion).handoff.status is Status.COMPLETED


@pytest.mark.parametrize(
    ("item", "team", "is_allowed"),
    [
        ("identity-verified", "tier-1", True),
        ("identity-verified", "tier-2", False),
        ("customer-informed", "tier-1", True),
        ("customer-informed", "tier-2", True),
        ("customer-informed", "billing", False),
        ("acknowledged", "tier-1", False),
        ("acknowledged", "tier-2", True),
    ],
)
def test_an_item_is_ticked_by_the_team_whose_stage_it_is(item: str, team: str, is_allowed: bool) -> None:
    handoff = a_handoff(Status.ACCEPTED)
    tick = a_tick(handoff, item, actor=an_actor(team))
    if is_allowed:
        assert item in answer(handoff, tick).handoff.done
        return
    with pytest.raises(Refused) as refusal:
        answer(handoff, tick)
    assert refusal.value.code == "wrong-team"


# Accept, decline, return, contact, complete


def test_who_accepted_is_remembered() -> None:
    handoff = a_handoff()
    assert answer(handoff, an_accept(handoff)).handoff.receiving_agent == "agent-tier-2"


def test_the_receivers_clocks_start_when_it_accepted_not_when_we_heard_of_it() -> None:
    handoff = a_handoff()
    after = answer(handoff, an_accept(handoff), at=LATER, now=LATER + 2 * MINUTE).handoff
    resolve = after.clock("resolve")
    assert resolve is not None
    assert (resolve.team, resolve.started_at) == ("tier-2", LATER)


def test_an_accept_of_a_case_whose_notes_are_missing_leaves_the_senders_clock_running() -> None:
    handoff = a_handoff(command=a_request(summary=None))
    after = answer(handoff, an_accept(handoff)).handoff
    assert [k.kind for k in after.open_clocks()] == ["notes", "first_contact", "resolve"]


@pytest.mark.parametrize(
    ("status", "command", "topic", "message"),
    [
        (
            Status.OFFERED,
            a_decline,
            "declined",
            "Sarah of tier-2 declined case case-1: We are full (no-capacity). The case is yours again",
        ),
        (
            Status.ACCEPTED,
            a_return,
            "returned",
            "Sarah of tier-2 returned case case-1: We are full (no-capacity). The case is yours again",
        ),
    ],
)
def test_the_sender_is_told_when_and_why_a_case_comes_back(
    status: Status, command: Callable[..., c.Reply], topic: str, message: str
) -> None:
    handoff = a_handoff(status)
    reason = Reason(code="no-capacity", text="We are full")
    notice = answer(handoff, command(handoff, reason=reason)).events[-1]
    assert isinstance(notice, e.SenderNotified)
    assert (notice.team, notice.topic, notice.message) == ("tier-1", topic, message)
    assert notice.reason == reason


def test_a_notice_names_the_agents_id_when_there_is_no_name() -> None:
    handoff = a_handoff()
    command = a_decline(handoff, actor=an_actor("tier-2", id="bob", name=None), reason=Reason())
    notice = answer(handoff, command).events[-1]
    assert isinstance(notice, e.SenderNotified)
    assert notice.message.startswith("bob of tier-2 declined case case-1: no reason given.")


def test_a_decline_cancels_what_the_sender_still_owed() -> None:
    handoff = a_handoff(command=a_request(summary=None))
    assert names(answer(handoff, a_decline(handoff)).events) == [
        "Declined",
        "ClockFulfilled:accept",
        "ClockCancelled:notes",
        "SenderNotified",
    ]


def test_the_customer_is_contacted_for_the_first_time_once() -> None:
    handoff = a_handoff(Status.ACCEPTED)
    after = answer(handoff, a_contact(handoff)).handoff
    with pytest.raises(Refused) as refusal:
        answer(after, a_contact(after))
    assert refusal.value.code == "already-contacted"


def test_a_completion_after_first_contact_cancels_nothing() -> None:
    handoff = a_handoff(Status.ACCEPTED)
    contacted = answer(handoff, a_contact(handoff)).handoff
    decision = answer(contacted, a_completion(contacted, disposition="refunded", note="Paid back"))
    assert names(decision.events) == ["Completed", "ClockFulfilled:resolve"]
    completed = decision.events[0]
    assert isinstance(completed, e.Completed)
    assert (completed.disposition, completed.note) == ("refunded", "Paid back")


# Ticks


def test_the_tick_that_completes_the_checklist_delivers_the_notes_and_a_second_packet() -> None:
    request = a_request(checklist={})
    handoff = a_handoff(command=request)
    after, events = answer(handoff, a_tick(handoff), request=request)
    assert names(events) == ["ItemTicked", "ClockFulfilled:notes", "PacketPrepared"]
    ticked, fulfilled, prepared = events
    assert isinstance(ticked, e.ItemTicked)
    assert isinstance(fulfilled, e.ClockFulfilled)
    assert isinstance(prepared, e.PacketPrepared)
    assert ticked.missing == ()
    assert (fulfilled.team, fulfilled.consumed) == ("tier-1", MINUTE)
    assert prepared.packet.packet_version == after.packet_version == 2
    assert prepared.packet.missing == ()
    assert prepared.packet.packet_id != a_decision(request).handoff.id


def test_the_second_packet_differs_from_the_first_only_in_what_changed() -> None:
    request = a_request(checklist={})
    handoff, first_events = a_decision(request)
    first = next(event.packet for event in first_events if isinstance(event, e.PacketPrepared))
    second = answer(handoff, a_tick(handoff), request=request).events[-1]
    assert isinstance(second, e.PacketPrepared)
    changed = {"packet_id", "packet_version", "checklist", "missing", "clocks", "body"}
    assert second.packet.model_dump(exclude=changed) == first.model_dump(exclude=changed)


def test_a_tick_that_leaves_something_missing_says_what() -> None:
    request = a_request(summary=None, checklist={})
    handoff = a_handoff(command=request)
    (ticked,) = answer(handoff, a_tick(handoff), request=request).events
    assert isinstance(ticked, e.ItemTicked)
    assert ticked.missing == ("summary-given",)


def test_an_item_can_be_taken_back_and_done_again() -> None:
    request = a_request()
    handoff = a_handoff(command=request)
    undone = answer(handoff, a_tick(handoff, done=False), request=request)
    assert names(undone.events) == ["ItemTicked", "ClockActivated:notes"]
    assert "identity-verified" not in undone.handoff.done
    redone = answer(undone.handoff, a_tick(handoff), at=LATER + MINUTE, request=request)
    assert names(redone.events) == ["ItemTicked", "ClockFulfilled:notes", "PacketPrepared"]
    assert redone.handoff.packet_version == 2


def test_ticking_an_item_twice_keeps_it_once() -> None:
    handoff = a_handoff()
    after = answer(handoff, a_tick(handoff)).handoff
    assert sorted(after.done) == sorted(set(handoff.done))


def test_a_tick_that_completes_nothing_prepares_no_packet() -> None:
    request = a_request()
    handoff = a_handoff(command=request)
    assert names(answer(handoff, a_tick(handoff), request=request).events) == ["ItemTicked"]
    tick = a_tick(handoff, "acknowledged", actor=an_actor("tier-2"))
    assert names(answer(handoff, tick, request=request).events) == ["ItemTicked"]


def test_without_the_request_the_notes_are_delivered_but_no_packet_is_prepared() -> None:
    handoff = a_handoff(command=a_request(checklist={}))
    assert names(answer(handoff, a_tick(handoff)).events) == ["ItemTicked", "ClockFulfilled:notes"]


def test_an_unknown_item_is_refused_with_the_closest_one() -> None:
    handoff = a_handoff()
    with pytest.raises(Refused) as refusal:
        answer(handoff, a_tick(handoff, "identity-verfied"))
    assert refusal.value.code == "unknown-item"
    assert "did you mean 'identity-verified'?" in refusal.value.message


def test_an_unknown_item_that_resembles_none_is_refused_with_all_of_them() -> None:
    handoff = a_handoff()
    with pytest.raises(Refused, match="it has identity-verified, reason-stated") as refusal:
        answer(handoff, a_tick(handoff, "zzz"))
    assert refusal.value.code == "unknown-item"


def test_a_tick_is_judged_by_the_rules_the_handoff_began_under() -> None:
    policy = a_policy(version="rules-1")
    handoff = a_handoff(policy=policy)
    edited = a_policy(a_kind("tier-1-to-tier-2", checklist=()), version="rules-2")
    edited.remember(policy.rules)
    decision = reply(handoff, a_tick(handoff), cause=a_cause(LATER, "r"), policy=edited, now=LATER)
    assert names(decision.events) == ["ItemTicked"]


# Pause and resume


def test_a_pause_stops_the_clocks_that_the_team_owes_and_no_other() -> None:
    handoff = a_handoff(command=a_request(summary=None))
    after, (paused, _) = answer(handoff, a_pause(handoff))
    assert isinstance(paused, e.Paused)
    assert (paused.team, paused.clocks) == ("tier-2", ("accept",))
    assert [(k.kind, k.state) for k in after.open_clocks()] == [
        ("notes", ClockState.RUNNING),
        ("accept", ClockState.PAUSED),
    ]


def test_the_sending_team_pauses_its_own_clock() -> None:
    handoff = a_handoff(command=a_request(summary=None))
    _, (paused, _) = answer(handoff, a_pause(handoff, actor=an_actor("tier-1")))
    assert isinstance(paused, e.Paused)
    assert (paused.team, paused.clocks) == ("tier-1", ("notes",))


def test_a_suspension_says_why_and_by_whom() -> None:
    handoff = a_handoff(Status.ACCEPTED)
    after = answer(handoff, a_pause(handoff, reason=Reason(text="Waits for a log"))).handoff
    resolve = after.clock("resolve")
    assert resolve is not None
    (suspension,) = resolve.suspensions
    assert (suspension.reason, suspension.actor) == ("Waits for a log", "agent-tier-2")


def test_a_resume_moves_the_due_instant_by_the_length_of_the_pause() -> None:
    handoff = a_handoff(Status.ACCEPTED)
    paused = answer(handoff, a_pause(handoff), at=T0 + 10 * MINUTE).handoff
    after, (resumed, *_) = answer(paused, a_resume(paused), at=T0 + 25 * MINUTE)
    assert isinstance(resumed, e.Resumed)
    assert resumed.clocks == ("first_contact", "resolve")
    resolve = after.clock("resolve")
    assert resolve is not None
    assert resolve.due_at == T0 + 4 * HOUR + 15 * MINUTE


def test_a_second_pause_waits_for_the_resume_between_them() -> None:
    handoff = a_handoff()
    paused = answer(handoff, a_pause(handoff)).handoff
    with pytest.raises(TooEarly) as refusal:
        answer(paused, a_pause(paused), at=LATER + 2 * MINUTE)
    assert refusal.value.code == "already-paused"
    resumed = answer(paused, a_resume(paused), at=LATER + MINUTE, now=LATER + 2 * MINUTE).handoff
    again = answer(resumed, a_pause(resumed), at=LATER + 2 * MINUTE).handoff
    accept = again.clock("accept")
    assert accept is not None
    assert [(s.since, s.until) for s in accept.suspensions] == [
        (LATER, LATER + MINUTE),
        (LATER + 2 * MINUTE, None),
    ]


def test_a_pause_that_ends_before_it_starts_is_refused() -> None:
    handoff = a_handoff()
    with pytest.raises(Refused, match="starts at 2026-03-02 09:01:00") as refusal:
        answer(handoff, a_pause(handoff, until=T0))
    assert refusal.value.code == "pause-ends-before-it-starts"
    assert not isinstance(refusal.value, TooEarly)


def test_a_team_that_owes_nothing_has_nothing_to_pause() -> None:
    handoff = a_handoff()
    with pytest.raises(TooEarly) as refusal:
        answer(handoff, a_pause(handoff, actor=an_actor("tier-1")))
    assert refusal.value.code == "nothing-to-pause"


def test_a_team_cannot_end_the_pause_of_another() -> None:
    handoff = a_handoff(command=a_request(summary=None))
    paused = answer(handoff, a_pause(handoff)).handoff
    with pytest.raises(TooEarly) as refusal:
        answer(paused, a_resume(paused, actor=an_actor("tier-1")))
    assert refusal.value.code == "not-paused"


def test_an_accept_ends_the_pause_of_the_offer() -> None:
    handoff = a_handoff()
    paused = answer(handoff, a_pause(handoff), at=T0 + MINUTE).handoff
    after = answer(paused, an_accept(paused), at=T0 + 9 * MINUTE).handoff
    accept = after.clock("accept")
    assert accept is not None
    assert accept.state is ClockState.MET
    assert accept.paused_for(T0 + HOUR) == 8 * MINUTE
    assert accept.suspensions[-1].until == T0 + 9 * MINUTE


def test_a_pause_within_an_earlier_one_is_none() -> None:
    handoff = a_handoff(Status.ACCEPTED)
    first = answer(handoff, a_pause(handoff), at=T0 + 10 * MINUTE).handoff
    first = answer(first, a_resume(first), at=T0 + 20 * MINUTE).handoff
    with pytest.raises(TooEarly) as refusal:
        # Heard of at 25, it happened at 15.
        answer(first, a_pause(first), at=T0 + 15 * MINUTE, now=T0 + 25 * MINUTE)
    assert refusal.value.code == "already-paused"


def test_pauses_heard_of_out_of_order_give_the_same_due_instant() -> None:
    handoff = a_handoff(Status.ACCEPTED)
    now = T0 + 25 * MINUTE
    spans = [(10, 12), (3, 7)]
    due = []
    for order in (spans, spans[::-1]):
        after = handoff
        for since, until in order:
            after = answer(after, a_pause(after), at=T0 + since * MINUTE, now=now).handoff
            after = answer(after, a_resume(after), at=T0 + until * MINUTE, now=now).handoff
        due.append([clock.due_at for clock in after.open_clocks()])
    assert due[0] == due[1] == [T0 + 36 * MINUTE, T0 + 4 * HOUR + 6 * MINUTE]


def test_a_pause_from_before_its_clock_started_stops_it_from_the_start() -> None:
    handoff = a_decision(cause=a_cause(T0), now=T0 + 10 * MINUTE).handoff
    paused = answer(handoff, a_pause(handoff), at=T0 + 5 * MINUTE, now=T0 + 11 * MINUTE).handoff
    after = answer(paused, a_resume(paused), at=T0 + 12 * MINUTE).handoff
    accept = after.clock("accept")
    assert accept is not None
    assert accept.paused_for(T0 + HOUR) == 2 * MINUTE
    assert accept.due_at == T0 + 27 * MINUTE


def test_a_resume_from_before_its_pause_resumes_nothing() -> None:
    handoff = a_handoff()
    paused = answer(handoff, a_pause(handoff), at=T0 + 10 * MINUTE).handoff
    with pytest.raises(TooEarly) as refusal:
        answer(paused, a_resume(paused), at=T0 + 5 * MINUTE, now=T0 + 11 * MINUTE)
    assert refusal.value.code == "not-paused"


# When it happened


def test_a_reply_counts_from_when_it_happened_not_from_when_it_arrived() -> None:
    handoff = a_handoff()
    decision = answer(handoff, an_accept(handoff), at=T0 + MINUTE, now=T0 + 10 * MINUTE)
    assert {event.at for event in decision.events} == {T0 + MINUTE}


def test_a_reply_from_the_future_happens_now() -> None:
    handoff = a_handoff()
    decision = answer(handoff, an_accept(handoff), at=T0 + HOUR, now=T0 + MINUTE)
    assert {event.at for event in decision.events} == {T0 + MINUTE}


def test_a_reply_from_before_the_request_happens_with_the_request() -> None:
    handoff = a_handoff()
    decision = answer(handoff, an_accept(handoff), at=T0 - HOUR, now=T0 + MINUTE)
    assert {event.at for event in decision.events} == {T0}


def test_a_reply_to_an_offer_that_arrived_late_never_ends_a_clock_before_it_started() -> None:
    handoff = a_decision(cause=a_cause(T0), now=T0 + 10 * MINUTE).handoff
    after = answer(handoff, an_accept(handoff), at=T0 + MINUTE, now=T0 + 11 * MINUTE).handoff
    accept = after.clock("accept")
    assert accept is not None
    assert accept.ended_at == accept.started_at == T0 + 10 * MINUTE


# A promise that ran out before the reply, and that no sweep has noticed yet


def test_an_accept_after_the_due_instant_leaves_the_breach_in_the_journal() -> None:
    handoff = a_handoff()
    late = T0 + 16 * MINUTE
    after, events = answer(handoff, an_accept(handoff), at=late, now=late + SECOND)
    assert names(events) == [
        "ClockWarned:accept",
        "ClockWarned:accept",
        "ClockBreached:accept",
        "SenderNotified",
        "Accepted",
        "ClockFulfilled:accept",
        "ClockActivated:first_contact",
        "ClockActivated:resolve",
    ]
    breached = events[2]
    assert isinstance(breached, e.ClockBreached)
    assert (breached.at, breached.due_at, breached.fired_at) == (
        T0 + 15 * MINUTE,
        T0 + 15 * MINUTE,
        late + SECOND,
    )
    assert breached.cause is None
    assert breached.actor.kind == "system"
    accept = after.clock("accept")
    assert accept is not None
    assert accept.is_breached


def test_an_accept_at_the_due_instant_itself_keeps_the_promise() -> None:
    handoff = a_handoff()
    after = answer(handoff, an_accept(handoff), at=T0 + 15 * MINUTE).handoff
    accept = after.clock("accept")
    assert accept is not None
    assert accept.state is ClockState.MET


def test_an_accept_in_time_that_arrives_late_keeps_the_promise() -> None:
    handoff = a_handoff()
    after, events = answer(handoff, an_accept(handoff), at=T0 + 5 * MINUTE, now=T0 + HOUR)
    assert not any(isinstance(event, e.ClockBreached) for event in events)
    accept = after.clock("accept")
    assert accept is not None
    assert (accept.state, accept.ended_at) == (ClockState.MET, T0 + 5 * MINUTE)


def test_a_pause_after_the_due_instant_does_not_hide_the_breach() -> None:
    handoff = a_handoff()
    after, events = answer(handoff, a_pause(handoff), at=T0 + 20 * MINUTE)
    assert "ClockBreached:accept" in names(events)
    accept = after.clock("accept")
    assert accept is not None
    assert accept.due_at == T0 + 15 * MINUTE


def test_a_refused_reply_changes_nothing_however_late() -> None:
    handoff = a_handoff()
    before = handoff.model_copy()
    with pytest.raises(Refused):
        answer(handoff, an_accept(handoff, actor=an_actor("billing")), at=T0 + HOUR)
    assert handoff == before
