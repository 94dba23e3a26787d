"""Running clocks under edited rules: what was consumed stays, and what is over stays as it was."""

from __future__ import annotations

import pytest

from orchestrator.domain import commands as c
from orchestrator.domain import events as e
from orchestrator.domain.calendars.calendar import BusinessCalendar
from orchestrator.domain.clocks.clock import ClockState
from orchestrator.domain.clocks.spec import BREACH_RUNG, TEAM_CALENDAR, ClockSpec
from orchestrator.domain.errors import Refused
from orchestrator.domain.policy import Policy
from tests import builders as b
from tests.builders import HOUR, MINUTE, T0
from tests.unit.domain.clock_desk import ClockDesk, minute, rules

DAY = 24 * HOUR
RESOLVE = b.RESOLVE.model_copy(update={"rungs": (BREACH_RUNG,)})
IN_WORKING_TIME = RESOLVE.model_copy(update={"calendar": TEAM_CALENDAR})


def calendar(windows: list[str], **over: object) -> BusinessCalendar:
    week = dict.fromkeys(("mon", "tue", "wed", "thu", "fri"), windows)
    return BusinessCalendar.model_validate({"name": "office", "zone": "UTC", "week": week} | over)


def office(windows: list[str], *specs: ClockSpec, version: str = "rules-1", **over: object) -> Policy:
    """Return rules under which tier-2 works in these windows."""
    known = (calendar(windows, **over),)
    return rules(b.ACCEPT, *specs, calendars=known, version=version, tier_2={"calendar": "office"})


def accepted(policy: Policy) -> ClockDesk:
    desk = ClockDesk(policy)
    desk.say(c.Accept, T0)
    return desk


def test_an_edited_calendar_counts_from_when_it_was_put_in_force() -> None:
    desk = accepted(office(["09:00-11:00", "12:00-17:00"], IN_WORKING_TIME))
    assert desk.clock("resolve").due_at == T0 + 5 * HOUR
    # Two hours are used when the break is gone and the afternoon shorter: two are left of tomorrow.
    desk.edit(office(["10:00-13:30"], IN_WORKING_TIME.model_copy(update={"budget": HOUR}), version="rules-2"))
    desk.remeasure(minute(150), calendars_only=True)
    [moved] = desk.of(e.ClockReprojected)
    assert (moved.consumed, moved.clock.budget) == (2 * HOUR, 4 * HOUR)
    assert desk.clock("resolve").due_at == T0 + 4.5 * HOUR
    assert desk.remeasure(minute(151), calendars_only=True) == []


def test_a_new_holiday_moves_what_is_due_on_it_and_a_pause_stays_as_long_as_it_was() -> None:
    desk = accepted(office(["09:00-10:00"], IN_WORKING_TIME))
    desk.say(c.Pause, minute(20))
    desk.say(c.Resume, minute(50))
    assert desk.clock("resolve").due_at == T0 + 4 * DAY + 30 * MINUTE
    desk.edit(office(["09:00-10:00"], IN_WORKING_TIME, version="rules-2", holidays=["2026-03-04"]))
    desk.remeasure(T0 + 1 * DAY - HOUR, calendars_only=True)
    assert desk.clock("resolve").due_at == T0 + 7 * DAY + 30 * MINUTE
    assert desk.clock("resolve").paused_for(minute(60)) == 30 * MINUTE


def test_time_consumed_on_another_calendar_stays_consumed() -> None:
    desk = accepted(office(["12:00-20:00"], RESOLVE))
    desk.edit(office(["12:00-20:00"], IN_WORKING_TIME, version="rules-2"))
    desk.remeasure(minute(60))
    # An hour went by on the wall, though the team was closed: three are left from noon on.
    [moved] = desk.of(e.ClockReprojected)
    assert moved.consumed == HOUR
    assert desk.clock("resolve").due_at == T0 + 6 * HOUR


def test_several_changes_each_count_in_their_own_time() -> None:
    desk = accepted(office(["09:00-10:00"], IN_WORKING_TIME))
    desk.edit(office(["10:30-11:00"], IN_WORKING_TIME, version="rules-2"))
    desk.remeasure(minute(70), calendars_only=True)
    desk.edit(office(["11:15-24:00"], IN_WORKING_TIME, version="rules-3"))
    desk.remeasure(minute(125), calendars_only=True)
    assert desk.clock("resolve").due_at == T0 + 135 * MINUTE + 2.5 * HOUR


def test_a_longer_budget_takes_a_breach_back_and_the_next_one_is_another() -> None:
    desk = accepted(rules(b.ACCEPT, RESOLVE.model_copy(update={"budget": HOUR})))
    desk.sweep(minute(60))
    [first] = desk.of(e.ClockBreached)
    desk.edit(rules(b.ACCEPT, RESOLVE, version="rules-2"))
    desk.remeasure(minute(90))
    [withdrawn] = desk.of(e.BreachWithdrawn)
    assert (withdrawn.rung_id, withdrawn.reason) == (first.rung_id, "edited")
    desk.sweep(minute(240))
    [_, second] = desk.of(e.ClockBreached)
    assert (second.at, second.rung_id == first.rung_id) == (minute(240), False)


def test_what_is_over_is_not_measured_by_rules_that_came_later() -> None:
    desk = ClockDesk(rules(b.ACCEPT, RESOLVE))
    desk.say(c.Accept, minute(10))
    stricter = b.ACCEPT.model_copy(update={"budget": 5 * MINUTE})
    desk.edit(rules(stricter, RESOLVE.model_copy(update={"budget": 3 * HOUR}), version="rules-2"))
    desk.remeasure(minute(20))
    assert (desk.clock("accept").state, desk.clock("accept").due_at) == (ClockState.MET, minute(15))
    assert desk.clock("resolve").due_at == minute(190)
    assert desk.sweep(minute(30)) == []


def test_what_longer_rules_excused_stands_again_once_it_is_known_to_have_ended_before_them() -> None:
    desk = ClockDesk(rules(b.ACCEPT, RESOLVE))
    due = desk.clock("accept").due_at
    desk.sweep(due + MINUTE)
    longer = b.ACCEPT.model_copy(update={"budget": 2 * b.ACCEPT.budget})
    desk.edit(rules(longer, RESOLVE, version="rules-2"))
    desk.remeasure(due + 5 * MINUTE)
    assert not desk.clock("accept").is_breached
    desk.say(c.Accept, due + 2 * MINUTE, now=due + 6 * MINUTE)
    desk.sweep(due + 7 * MINUTE)
    assert desk.clock("accept").is_breached
    assert [event.at for event in desk.of(e.ClockBreached)] == [due, due]


def test_a_new_clock_runs_from_where_it_would_have_and_promises_nothing_of_the_past() -> None:
    desk = ClockDesk(rules(RESOLVE))
    desk.say(c.Accept, minute(40))
    desk.edit(rules(b.ACCEPT, b.FIRST_CONTACT, RESOLVE, version="rules-2"))
    desk.remeasure(minute(50))
    assert [clock.kind for clock in desk.handoff.clocks] == ["resolve", "first_contact"]
    assert desk.clock("first_contact").due_at == minute(70)
    desk.say(c.Complete, minute(60))
    assert [clock.kind for clock in desk.handoff.clocks] == ["resolve", "first_contact"]
    assert desk.of(e.ClockBreached) == []


def test_a_clock_that_the_rules_have_no_more_is_cancelled_then_and_what_it_was_stays() -> None:
    desk = ClockDesk(rules(b.ACCEPT, b.FIRST_CONTACT, RESOLVE))
    desk.say(c.Accept, minute(10))
    desk.edit(rules(RESOLVE, version="rules-2"))
    desk.remeasure(minute(20))
    assert (desk.clock("accept").state, desk.clock("accept").ended_at) == (ClockState.MET, minute(10))
    gone = desk.clock("first_contact")
    assert (gone.state, gone.ended_at) == (ClockState.CANCELLED, minute(20))
    assert [event.kind for event in desk.of(e.ClockCancelled)] == ["first_contact"]


def test_rules_without_the_teams_calendar_are_refused_for_a_handoff_and_change_nothing_of_it() -> None:
    desk = accepted(office(["09:00-17:00"], IN_WORKING_TIME))
    before = desk.handoff
    desk.edit(rules(b.ACCEPT, IN_WORKING_TIME, version="rules-2", tier_2={"calendar": "mars"}))
    with pytest.raises(Refused, match="calendar 'mars', which is not in version rules-2") as refusal:
        desk.remeasure(minute(30), calendars_only=True)
    assert refusal.value.code == "clock-cannot-be-armed"
    assert desk.handoff == before
