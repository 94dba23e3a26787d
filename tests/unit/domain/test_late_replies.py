"""Replies that come late, out of order, or with a clock that runs behind: judged by their own time."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from orchestrator.domain import commands as c
from orchestrator.domain import events as e
from orchestrator.domain.clocks.clock import ClockState
from orchestrator.domain.errors import Refused, TooEarly
from orchestrator.domain.handoff import Status
from orchestrator.domain.lifecycle.requests import hand_on, request
from tests import builders as b
from tests.builders import MINUTE, T0, a_cause
from tests.unit.domain.clock_desk import ClockDesk, minute, rules
from tests.unit.domain.test_runs import CUSTOMER

POLICY = rules(*b.CLOCKS, CUSTOMER)
DONE = {"item": "identity-verified"}


def accepted(**over: object) -> ClockDesk:
    desk = ClockDesk(POLICY, **over)
    desk.say(c.Accept, minute(5))
    return desk


def test_an_earlier_contact_that_comes_late_is_the_first_one() -> None:
    desk = accepted()
    desk.say(c.Contact, minute(30))
    desk.say(c.Contact, minute(20), now=minute(31))
    assert desk.clock("first_contact").ended_at == minute(20)
    with pytest.raises(Refused, match="contacted already"):
        desk.say(c.Contact, minute(25), now=minute(32))


def test_nobody_contacts_the_customer_about_work_that_was_never_accepted() -> None:
    desk = ClockDesk(POLICY)
    desk.say(c.Decline, minute(10))
    with pytest.raises(Refused, match="it is declined"):
        desk.say(c.Contact, minute(5), now=minute(11))


def test_completions_and_reopenings_may_come_in_any_order() -> None:
    desk = accepted()
    desk.say(c.Complete, minute(40))
    with pytest.raises(TooEarly, match="it must be completed first"):
        desk.say(c.Reopen, minute(30), now=minute(41))
    desk.say(c.Complete, minute(20), now=minute(42))
    desk.say(c.Reopen, minute(30), now=minute(43))
    runs = [(k.started_at, k.ended_at, k.state) for k in desk.handoff.clocks if k.kind == "resolve"]
    assert runs == [
        (minute(5), minute(20), ClockState.MET),
        (minute(30), minute(40), ClockState.MET),
    ]
    assert desk.handoff.status is Status.COMPLETED


@pytest.mark.parametrize("command", [c.Complete, c.Return, c.Contact, c.Pause, c.TickItem, c.Resume, c.Ask])
def test_what_comes_before_the_reopening_that_it_needs_waits(command: type[c.Reply]) -> None:
    desk = accepted()
    desk.say(c.Complete, minute(20))
    over = {c.TickItem: {"item": "acknowledged"}, c.Ask: {"question": "Which one?"}}.get(command, {})
    with pytest.raises(TooEarly, match="it must be reopened first"):
        desk.say(command, minute(40), **over)


def test_what_the_sending_team_completed_is_not_the_receiving_teams_to_reopen() -> None:
    desk = ClockDesk(POLICY)
    desk.say(c.Decline, minute(10))
    desk.say(c.Complete, minute(20), team="tier-1")
    assert desk.clock("customer").state is ClockState.MET
    with pytest.raises(Refused, match="it is completed") as refusal:
        desk.say(c.Reopen, minute(30))
    assert not isinstance(refusal.value, TooEarly)


def test_a_case_that_went_on_is_not_completed_where_it_was_declined() -> None:
    desk = ClockDesk(POLICY)
    desk.say(c.Decline, minute(10))
    on = b.a_cause(minute(20), "on")
    desk.handoff = hand_on(desk.handoff, to=b.a_handoff(), cause=on, policy=POLICY, now=minute(20)).handoff
    assert (desk.handoff.status, desk.handoff.ended_at) == (Status.DECLINED, minute(10))
    with pytest.raises(Refused, match="it is declined"):
        desk.say(c.Complete, minute(30), team="tier-1")


@pytest.mark.parametrize("command", [c.Return, c.Complete])
def test_an_answer_from_before_the_acceptance_comes_right_after_it(command: type[c.Reply]) -> None:
    desk = accepted()
    desk.say(command, minute(4), now=minute(6))
    assert desk.handoff.ended_at == minute(5)
    assert all(clock.ended_at == minute(5) for clock in desk.handoff.clocks if clock.team == "tier-2")


def test_a_case_that_is_handed_on_before_it_was_accepted_leaves_no_clock_behind() -> None:
    desk = accepted()
    cause = b.a_cause(minute(4), "on")
    on = hand_on(desk.handoff, to=b.a_handoff(), cause=cause, policy=POLICY, now=minute(6))
    assert on.handoff.open_clocks() == ()


def test_a_pause_from_before_the_offer_counts_from_the_offer() -> None:
    desk = ClockDesk(POLICY)
    desk.say(c.Pause, T0 - 10 * MINUTE, now=minute(1))
    [paused] = desk.of(e.Paused)
    assert (paused.at, paused.clocks) == (T0, ("accept", "customer"))


def test_a_late_tick_completes_the_notes_of_a_handoff_that_is_over_and_prepares_no_packet() -> None:
    desk = ClockDesk(POLICY, checklist={})
    desk.say(c.Decline, minute(4))
    told = desk.say(c.TickItem, minute(2), now=minute(5), team="tier-1", **DONE)
    assert [type(event) for event in told] == [e.ItemTicked, e.ClockReprojected]
    notes = desk.clock("notes")
    assert (notes.state, notes.ended_at) == (ClockState.MET, minute(2))


def test_what_a_late_tick_leaves_missing_is_what_is_missing_now() -> None:
    desk = ClockDesk(POLICY, summary=None, checklist={})
    desk.say(c.TickItem, minute(3), team="tier-1", done=False, **DONE)
    [ticked] = desk.say(c.TickItem, minute(2), now=minute(4), team="tier-1", **DONE)
    assert isinstance(ticked, e.ItemTicked)
    assert ticked.missing == ("identity-verified", "summary-given")


def without_its_second_run(*, was_breached: bool) -> ClockDesk:
    """Return a handoff whose notes were whole at 1 and at last, not between; nor at 1, as comes out late."""
    desk = ClockDesk(POLICY, summary=None, checklist={"identity-verified": True})
    tick = {"team": "tier-1", "item": "summary-given"}
    desk.say(c.TickItem, minute(1), **tick)
    desk.say(c.TickItem, minute(2), team="tier-1", done=False, **DONE)
    end = 9 if was_breached else 4
    desk.say(c.TickItem, minute(end), team="tier-1", **DONE)
    desk.say(c.TickItem, T0 + timedelta(seconds=30), now=minute(10), team="tier-1", done=False, **DONE)
    return desk


@pytest.mark.parametrize("was_breached", [False, True])
def test_a_run_of_which_a_late_fact_leaves_nothing_is_taken_back(was_breached: bool) -> None:
    desk = without_its_second_run(was_breached=was_breached)
    first, second = desk.clock("notes", 1), desk.clock("notes", 2)
    assert (first.started_at, first.ended_at) == (T0, minute(9 if was_breached else 4))
    assert (second.started_at, second.ended_at, second.state) == (minute(2), minute(2), ClockState.CANCELLED)
    told = [event.rung_id for event in desk.of(e.ClockBreached) if event.generation == 2]
    assert [event.rung_id for event in desk.of(e.BreachWithdrawn)] == told
    assert len(told) == was_breached
    desk.sweep(minute(20))
    assert desk.clock("notes", 1).is_breached is was_breached


def instants(desk: ClockDesk, kind: str) -> list[tuple[datetime, datetime | None]]:
    return [(k.started_at, k.ended_at) for k in desk.handoff.clocks if k.kind == kind]


def test_generations_are_counted_in_the_order_of_time() -> None:
    desk = ClockDesk(POLICY)
    for at, done in ((20, False), (25, True)):
        desk.say(c.TickItem, minute(at), team="tier-1", done=done, **DONE)
    for at, done in ((10, False), (12, True)):
        desk.say(c.TickItem, minute(at), now=minute(30), team="tier-1", done=done, **DONE)
    assert instants(desk, "notes") == [
        (T0, T0),
        (minute(10), minute(12)),
        (minute(20), minute(25)),
    ]


def test_pauses_from_before_the_offer_keep_their_order_and_the_one_that_lasts() -> None:
    desk = ClockDesk(POLICY)
    asked_at, now = a_cause(T0 - 60 * MINUTE), minute(1)
    desk.handoff = request(desk.request, cause=asked_at, policy=POLICY, now=T0).handoff
    desk.say(c.Accept, T0 - 50 * MINUTE, now=now)
    for since in (40, 20):
        desk.say(c.Pause, T0 - since * MINUTE, now=now)
        desk.say(c.Resume, T0 - (since - 10) * MINUTE, now=now)
    assert not desk.clock("resolve").is_paused
    desk.say(c.Pause, T0 - 5 * MINUTE, now=now)
    assert desk.clock("resolve").is_paused
