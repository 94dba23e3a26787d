"""When a clock runs, for whom, and what it takes over: reopening, resets, and pauses of several teams."""

from __future__ import annotations

import pytest

from orchestrator.domain import commands as c
from orchestrator.domain import events as e
from orchestrator.domain.clocks.clock import CarriedClock, ClockState, Suspension
from orchestrator.domain.clocks.moments import Facts
from orchestrator.domain.clocks.occasions import Mark, Occasion
from orchestrator.domain.clocks.spec import BREACH_RUNG, ClockSpec, Rung
from orchestrator.domain.clocks.timeline import runs
from orchestrator.domain.errors import TooEarly
from orchestrator.domain.model import Reason
from tests import builders as b
from tests.builders import HOUR, MINUTE, T0
from tests.unit.domain.clock_desk import ClockDesk, minute, rules

REOFFER = Rung(name="re-offer", effect="reoffer", before=-5 * MINUTE)
FALLBACK = {"fallback": "billing"}
CUSTOMER = ClockSpec(
    kind="customer",
    owes="all",
    budget=3 * HOUR,
    starts=(Occasion.CASE_OPENED, Occasion.REOPENED),
    stops=(Occasion.COMPLETED,),
    cancels=(Occasion.WITHDRAWN, Occasion.HANDED_ON),
    longest_pause=HOUR,
    reopening="total",
)


def in_turn(*specs: ClockSpec, **teams: dict[str, object]) -> ClockDesk:
    """Return a handoff that was accepted at once, completed and reopened twice, an hour each."""
    desk = ClockDesk(rules(b.ACCEPT, *specs, **teams))
    desk.say(c.Accept, T0)
    for hour in (1, 3):
        desk.say(c.Complete, T0 + hour * HOUR)
        desk.say(c.Reopen, T0 + (hour + 1) * HOUR)
    return desk


def test_what_was_consumed_is_carried_once_however_often_the_work_comes_back() -> None:
    desk = in_turn(b.RESOLVE)
    assert [desk.clock("resolve", n).carried for n in (1, 2, 3)] == [0 * HOUR, HOUR, 2 * HOUR]
    assert desk.clock("resolve", 3).due_at == T0 + 4 * HOUR + 2 * HOUR


def test_a_breach_before_the_work_came_back_is_not_told_again_and_its_ladder_goes_on() -> None:
    ladder = (Rung(name="lead", effect="notify", to="lead", before=-40 * MINUTE),)
    spec = b.RESOLVE.model_copy(update={"budget": 30 * MINUTE, "rungs": (BREACH_RUNG, *ladder)})
    desk = ClockDesk(rules(b.ACCEPT, spec))
    desk.say(c.Accept, T0)
    desk.sweep(minute(60))
    desk.say(c.Complete, minute(60))
    desk.say(c.Reopen, minute(90))
    again = desk.clock("resolve", 2)
    assert (again.is_breached, again.inherited) == (True, ("breach",))
    # The lead is told after forty minutes beyond the budget, half an hour of which had passed.
    assert (again.next_rung, again.next_at) == ("lead", minute(100))
    desk.sweep(minute(100))
    assert len(desk.of(e.ClockBreached)) == 1


@pytest.mark.parametrize(("until", "is_withdrawn"), [(20, True), (5, False)])
def test_a_pause_that_comes_to_light_late_moves_the_runs_after_it_too(until: int, is_withdrawn: bool) -> None:
    spec = b.RESOLVE.model_copy(update={"budget": 30 * MINUTE, "rungs": (BREACH_RUNG,)})
    desk = ClockDesk(rules(b.ACCEPT, spec))
    desk.say(c.Accept, T0)
    desk.say(c.Complete, minute(40))
    desk.say(c.Reopen, minute(50))
    assert [(x.generation, x.at) for x in desk.of(e.ClockBreached)] == [(1, minute(30))]
    desk.say(c.Pause, minute(1), now=minute(51), until=minute(until))
    # One breach was told, of the first run: the second only went on with it.
    assert [x.generation for x in desk.of(e.BreachWithdrawn)] == [1] * is_withdrawn
    again = desk.clock("resolve", 2)
    assert again.carried == (40 - until + 1) * MINUTE
    assert again.is_breached is not is_withdrawn
    assert again.due_at == (minute(50 + 9) if is_withdrawn else minute(50))


def test_only_the_team_that_had_a_clock_does_not_get_it_a_second_time() -> None:
    accept = b.ACCEPT.model_copy(update={"reopening": "first", "rungs": (BREACH_RUNG, REOFFER)})
    desk = ClockDesk(rules(accept, tier_2=FALLBACK))
    desk.sweep(minute(20))
    assert (desk.clock("accept", 2).team, desk.clock("accept", 2).started_at) == ("billing", minute(20))


def test_a_clock_that_is_reset_has_its_whole_budget_again_whatever_reopening_would_do() -> None:
    for reopening in ("fresh", "first", "total"):
        spec = ClockSpec(
            kind="next_reply",
            owes="receiving",
            budget=HOUR,
            starts=(Occasion.ACCEPTED,),
            stops=(Occasion.COMPLETED,),
            resets=(Occasion.CONTACTED,),
            reopening=reopening,
        )
        desk = ClockDesk(rules(b.ACCEPT, spec))
        desk.say(c.Accept, T0)
        desk.say(c.Contact, minute(10))
        first, second = desk.clock("next_reply", 1), desk.clock("next_reply", 2)
        assert (first.state, first.ended_at) == (ClockState.MET, minute(10))
        assert (second.started_at, second.due_at) == (minute(10), minute(70))


def test_a_clock_of_the_receiving_team_may_start_before_the_offer_and_is_its_own() -> None:
    spec = b.ACCEPT.model_copy(update={"starts": (Occasion.REQUESTED,)})
    desk = ClockDesk(rules(spec))
    [clock] = desk.handoff.clocks
    assert (clock.team, clock.started_at, clock.is_open) == ("tier-2", T0, True)


# Pauses


def test_a_pause_ends_with_the_handoff_so_that_reopened_work_does_not_start_still() -> None:
    desk = ClockDesk(rules(b.ACCEPT, b.RESOLVE))
    desk.say(c.Accept, T0)
    desk.say(c.Pause, minute(10))
    desk.say(c.Complete, minute(20))
    desk.say(c.Reopen, minute(30))
    again = desk.clock("resolve", 2)
    assert (again.state, again.suspensions) == (ClockState.RUNNING, ())
    desk.say(c.Pause, minute(40))
    assert desk.clock("resolve", 2).is_paused


def test_a_team_that_gave_the_case_back_does_not_hold_up_what_all_owe() -> None:
    desk = ClockDesk(rules(b.ACCEPT, b.RESOLVE, CUSTOMER.model_copy(update={"longest_pause": None})))
    desk.say(c.Accept, T0)
    desk.say(c.Pause, minute(10))
    assert desk.clock("customer").is_paused
    desk.say(c.Return, minute(30))
    assert desk.clock("customer").due_at == T0 + 3 * HOUR + 20 * MINUTE


def test_an_offer_that_went_to_another_team_takes_its_pause_along() -> None:
    accept = b.ACCEPT.model_copy(update={"rungs": (BREACH_RUNG, REOFFER), "pauses": ("vacation",)})
    desk = ClockDesk(rules(accept, CUSTOMER.model_copy(update={"longest_pause": None}), tier_2=FALLBACK))
    desk.say(c.Pause, minute(4))
    assert desk.clock("customer").is_paused
    desk.sweep(minute(20))
    assert desk.handoff.receiving_team == "billing"
    assert desk.clock("customer").due_at == T0 + 3 * HOUR + 16 * MINUTE


def test_what_two_teams_paused_goes_on_by_itself_when_the_last_pause_has_lasted_as_long_as_it_may() -> None:
    desk = ClockDesk(rules(b.NOTES, b.ACCEPT, CUSTOMER), checklist={})
    desk.say(c.Pause, minute(10))
    desk.say(c.Pause, minute(30), team="tier-1")
    customer = desk.clock("customer")
    assert (customer.next_rung, customer.next_at) == ("resume", minute(90))
    desk.sweep(minute(100))
    assert desk.clock("customer").suspensions[0].until == minute(90)
    assert [x.at for x in desk.of(e.ClockResumed) if x.kind == "customer"] == [minute(90)]


def test_a_pause_of_an_earlier_handoff_of_the_case_lasts_no_longer_than_that() -> None:
    still = Suspension(since=T0, until=None, reason="waits", actor="somebody")
    carried = CarriedClock(opened_at=T0 - HOUR, generation=1, suspensions=(still,))
    marks = (
        Mark(minute(30), Occasion.REQUESTED, "tier-2"),
        Mark(minute(30), Occasion.OFFERED, "billing"),
    )
    [run] = runs([CUSTOMER], Facts(marks, "tier-2", frozenset(), frozenset(), carried), minute(60))
    assert (run.started_at, run.generation) == (T0 - HOUR, 2)
    assert [(s.since, s.until) for s in run.suspensions] == [(T0, minute(30))]


def test_a_reason_for_which_no_clock_stands_still_pauses_nothing() -> None:
    desk = ClockDesk(rules(b.ACCEPT.model_copy(update={"pauses": ("vacation",)})))
    with pytest.raises(TooEarly, match="only for these: accept: vacation") as refusal:
        desk.say(c.Pause, minute(1), reason=Reason(code="lunch"))
    assert refusal.value.code == "pause-not-allowed"


def test_a_pause_names_only_the_clocks_that_stand_still_for_its_reason() -> None:
    desk = ClockDesk(rules(b.ACCEPT, b.FIRST_CONTACT.model_copy(update={"pauses": ()}), b.RESOLVE))
    desk.say(c.Accept, T0)
    desk.say(c.Pause, minute(5))
    [paused] = desk.of(e.Paused)
    assert paused.clocks == ("resolve",)
    assert [x.kind for x in desk.of(e.ClockPaused)] == ["resolve"]
    assert desk.clock("first_contact").due_at == minute(30)


def test_a_team_pauses_nothing_that_starts_only_later() -> None:
    desk = ClockDesk(rules(b.NOTES, b.ACCEPT))
    desk.say(c.TickItem, minute(10), team="tier-1", item="identity-verified", done=False)
    with pytest.raises(TooEarly) as refusal:
        desk.say(c.Pause, minute(5), now=minute(11), team="tier-1")
    assert refusal.value.code == "nothing-to-pause"


def test_a_clock_that_ends_while_it_stands_still_says_that_it_went_on_until_then() -> None:
    desk = ClockDesk(rules(b.ACCEPT))
    desk.say(c.Pause, minute(5))
    told = desk.say(c.Accept, minute(25))
    assert [type(event) for event in told] == [e.Accepted, e.ClockResumed, e.ClockFulfilled]
    assert [event.at for event in told] == [minute(25)] * 3
    accept = desk.clock("accept")
    assert (accept.state, accept.paused_for(minute(60))) == (ClockState.MET, 20 * MINUTE)


def test_after_an_outage_each_pause_ended_at_its_own_time_and_what_follows_is_told_in_order() -> None:
    notes = b.NOTES.model_copy(update={"longest_pause": 40 * MINUTE, "rungs": (BREACH_RUNG,)})
    accept = b.ACCEPT.model_copy(update={"longest_pause": 20 * MINUTE, "rungs": (BREACH_RUNG,)})
    desk = ClockDesk(rules(notes, accept), checklist={})
    desk.say(c.Pause, minute(1))
    desk.say(c.Pause, minute(2), team="tier-1")
    told = len(desk.told)
    desk.sweep(minute(300))
    clocks = [event for event in desk.told[told:] if isinstance(event, e.ClockEvent)]
    assert [(type(x), x.kind, x.at) for x in clocks] == [
        (e.ClockResumed, "accept", minute(21)),
        (e.ClockBreached, "accept", minute(35)),
        (e.ClockResumed, "notes", minute(42)),
        (e.ClockBreached, "notes", minute(45)),
    ]


def test_a_reply_after_the_end_of_a_pause_finds_it_ended_by_the_system() -> None:
    desk = ClockDesk(rules(b.ACCEPT.model_copy(update={"longest_pause": 20 * MINUTE})))
    desk.say(c.Pause, minute(1))
    told = desk.say(c.Accept, minute(15), now=minute(40))
    assert [type(event) for event in told[:2]] == [e.ClockResumed, e.Accepted]
    assert (told[0].at, told[0].actor.kind, told[1].at) == (minute(21), "system", minute(15))


def test_a_warning_that_was_reached_before_a_pause_and_not_told_waits_until_it_is_over() -> None:
    desk = ClockDesk(rules(b.NOTES, b.ACCEPT.model_copy(update={"rungs": (BREACH_RUNG,)})))
    desk.say(c.TickItem, minute(6), team="tier-1", item="identity-verified", done=False)
    desk.say(c.Pause, minute(7), team="tier-1")
    # An item was missing already at 4, so that half the budget was gone at 6:30.
    desk.say(c.TickItem, minute(4), now=minute(8), team="tier-1", item="identity-verified", done=False)
    assert desk.sweep(minute(14)) == []
    desk.say(c.Resume, minute(14), team="tier-1")
    assert desk.sweep(minute(14)) == ["half"]
    [warned] = desk.of(e.ClockWarned)
    assert (warned.at, warned.due_at) == (minute(6.5), minute(16))
