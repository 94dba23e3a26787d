"""The fourteen rules of the clocks, one after the other; docs/clocks.md names each test."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from orchestrator.domain import commands as c
from orchestrator.domain import events as e
from orchestrator.domain.calendars.calendar import BusinessCalendar
from orchestrator.domain.clocks.clock import ClockState
from orchestrator.domain.clocks.spec import BREACH_RUNG, ClockSpec, Rung
from orchestrator.domain.errors import Refused
from orchestrator.domain.lifecycle.requests import carried_from, hand_on
from orchestrator.domain.model import Receiver
from tests import builders as b
from tests.builders import HOUR, MINUTE, SECOND, T0
from tests.unit.domain.clock_desk import OPS, ClockDesk, minute, rules

LEAD = Rung(name="lead", effect="notify", to="lead", before=timedelta())
MANAGER = Rung(name="manager", effect="notify", to="manager", before=-10 * MINUTE)
OFFER = Rung(name="re-offer", effect="reoffer", before=-20 * MINUTE)
PRIORITY = Rung(name="priority", effect="raise-priority", before=-30 * MINUTE)
AGAIN = Rung(name="lead #2", effect="notify", to="lead", before=-60 * MINUTE, loop=2)
LADDER = (LEAD, MANAGER, OFFER, PRIORITY, AGAIN)


ACCEPT = b.ACCEPT.model_copy(update={"budget": 15 * MINUTE, "rungs": (*b.ACCEPT.rungs, *LADDER)})
RESOLVE = b.RESOLVE


def test_rule_01_a_team_never_inherits_a_clock_that_another_has_burnt() -> None:
    desk = ClockDesk(rules(ACCEPT, RESOLVE, tier_2={"fallback": "billing", "manager": None}))
    desk.sweep(minute(25))
    first, second = desk.clock("accept", 1), desk.clock("accept", 2)
    assert (first.team, first.is_breached, first.ended_at) == ("tier-2", True, minute(25))
    assert (second.team, second.started_at, second.due_at) == ("billing", minute(25), minute(40))
    desk.say(c.Accept, minute(30))
    assert (desk.clock("resolve").team, desk.clock("resolve").started_at) == ("billing", minute(30))


@pytest.mark.parametrize(
    ("reopening", "runs"),
    [
        ("fresh", [(1, timedelta(), ClockState.MET), (2, timedelta(), ClockState.RUNNING)]),
        ("first", [(1, timedelta(), ClockState.MET)]),
        ("total", [(1, timedelta(), ClockState.MET), (2, HOUR, ClockState.RUNNING)]),
    ],
)
def test_rule_02_work_that_comes_back_is_a_new_generation(
    reopening: str, runs: list[tuple[int, timedelta, ClockState]]
) -> None:
    desk = ClockDesk(rules(b.ACCEPT, RESOLVE.model_copy(update={"reopening": reopening})))
    desk.say(c.Accept, T0)
    desk.say(c.Complete, minute(60))
    desk.say(c.Reopen, minute(90))
    found = [k for k in desk.handoff.clocks if k.kind == "resolve"]
    assert [(k.generation, k.carried, k.state) for k in found] == runs
    if reopening == "total":
        assert desk.clock("resolve", 2).due_at == minute(90) + 3 * HOUR


def test_rule_03_a_pause_lasts_as_long_as_it_may_and_nothing_fires_meanwhile() -> None:
    desk = ClockDesk(rules(b.ACCEPT.model_copy(update={"longest_pause": 2 * HOUR})))
    desk.say(c.Pause, minute(5))
    assert desk.sweep(minute(120)) == []
    assert desk.sweep(minute(125)) == []
    [resumed] = desk.of(e.ClockResumed)
    assert (resumed.at, resumed.actor.kind, resumed.reason) == (
        minute(125),
        "system",
        "the pause has lasted as long as it may",
    )
    assert desk.clock("accept").due_at == minute(135)
    assert desk.sweep(minute(136)) == ["80%", "last-minute", "breach"]
    [suspension] = desk.clock("accept").suspensions
    assert (suspension.reason, suspension.actor) == ("waits-for-customer", "agent-tier-2")


def test_rule_04_a_late_pause_takes_a_breach_back_and_a_later_one_is_another() -> None:
    desk = ClockDesk(rules(b.ACCEPT))
    desk.sweep(minute(15))
    [first] = desk.of(e.ClockBreached)
    desk.say(c.Pause, minute(10), now=minute(16))
    [withdrawn] = desk.of(e.BreachWithdrawn)
    assert (withdrawn.rung_id, withdrawn.breached_at) == (first.rung_id, minute(15))
    assert not desk.clock("accept").is_breached
    desk.say(c.Resume, minute(20))
    desk.sweep(minute(25))
    [_, second] = desk.of(e.ClockBreached)
    assert second.due_at == minute(25)
    assert second.rung_id != first.rung_id
    assert desk.of(e.ClockBreached)[0] == first, "nothing that was told is rewritten"


@pytest.mark.parametrize("kind", ["system", "bot"])
def test_rule_05_what_the_system_does_is_never_the_teams_action(kind: str) -> None:
    robot = {"kind": kind, "id": "robot", "team": "tier-2"}
    desk = ClockDesk(rules(b.ACCEPT, b.FIRST_CONTACT, RESOLVE))
    desk.say(c.Accept, T0)
    desk.say(c.Contact, minute(1), actor=robot)
    assert desk.clock("first_contact").is_open
    desk.say(c.Contact, minute(2))
    assert desk.clock("first_contact").state is ClockState.MET
    desk.say(c.Complete, minute(3), actor=robot)
    assert desk.clock("resolve").state is ClockState.CANCELLED


def test_rule_06_what_is_due_outside_hours_lands_in_the_next_opening() -> None:
    week = {day: ["09:00-12:30", "13:15-17:30"] for day in ("mon", "tue", "wed", "thu", "fri")}
    berlin = BusinessCalendar.model_validate({"name": "berlin", "zone": "Europe/Berlin", "week": week})
    spec = RESOLVE.model_copy(update={"calendar": "team"})
    desk = ClockDesk(rules(b.ACCEPT, spec, calendars=(berlin,), tier_2={"calendar": "berlin"}))
    friday = datetime.fromisoformat("2026-03-27T16:00:00+01:00")
    desk.say(c.Accept, friday)
    # An hour and a half on Friday, and the rest on the Monday after the clocks went forward.
    assert desk.clock("resolve").due_at == datetime.fromisoformat("2026-03-30T11:30:00+02:00")


def test_rule_07_edited_rules_move_running_clocks_only_when_asked_and_keep_what_was_consumed() -> None:
    desk = ClockDesk(rules(b.ACCEPT, RESOLVE))
    desk.say(c.Accept, T0)
    shorter = RESOLVE.model_copy(update={"budget": 3 * HOUR})
    desk.edit(rules(b.ACCEPT, shorter, version="rules-2"))
    desk.say(c.Pause, minute(30))
    desk.say(c.Resume, minute(40))
    assert desk.clock("resolve").due_at == T0 + 4 * HOUR + 10 * MINUTE
    desk.remeasure(minute(60))
    [moved] = desk.of(e.ClockReprojected)
    assert (moved.reason, moved.actor, moved.consumed) == ("edited", OPS, 50 * MINUTE)
    assert (moved.due_before, moved.clock.due_at) == (
        T0 + 4 * HOUR + 10 * MINUTE,
        T0 + 3 * HOUR + 10 * MINUTE,
    )


def test_rule_08_after_an_hour_down_everything_fires_once_in_order_with_its_own_instant() -> None:
    desk = ClockDesk(rules(ACCEPT))
    assert desk.sweep(minute(75))[:4] == ["80%", "last-minute", "breach", "lead"]
    assert desk.sweep(minute(75)) == []
    fired = desk.of(e.RungFired)
    assert [event.at for event in fired[:4]] == [minute(12), minute(14), minute(15), minute(15)]
    assert {event.fired_at for event in fired} == {minute(75)}
    assert {event.due_at for event in fired} == {minute(15)}
    assert len({event.rung_id for event in fired}) == len(fired)
    assert (fired[0].next_rung, fired[0].next_at) == ("last-minute", minute(14))


@pytest.mark.parametrize(("seconds", "is_met"), [(-1, True), (0, True), (1, False)])
@pytest.mark.parametrize("is_told", [True, False])
def test_rule_09_of_a_reply_and_a_breach_at_the_same_moment_one_stands(
    seconds: int, is_met: bool, is_told: bool
) -> None:
    desk = ClockDesk(rules(b.ACCEPT))
    if is_told:
        desk.sweep(minute(15))
    desk.say(c.Accept, minute(15) + seconds * SECOND, now=minute(16))
    assert desk.clock("accept").state is (ClockState.MET if is_met else ClockState.BREACHED)
    assert len(desk.of(e.MetLateDelivery)) == (is_met and is_told)
    assert len(desk.of(e.ClockBreached)) == (is_told or not is_met)


def test_rule_10_the_ladder_skips_whom_it_cannot_reach_loops_and_waits_while_acknowledged() -> None:
    desk = ClockDesk(rules(ACCEPT, tier_2={"manager": None, "fallback": None}))
    desk.sweep(minute(15))
    [told] = desk.of(e.Notified)
    assert (told.to_role, told.to, told.loop) == ("lead", "lead-tier-2", 1)
    # Neither a manager nor a fallback: the priority moved up to where the manager stood.
    assert desk.clock("accept").next_at == minute(25)
    desk.say(c.Acknowledge, minute(20), actor={"kind": "lead", "id": "lead-tier-2", "team": "tier-2"})
    assert desk.sweep(minute(50)) == []
    assert desk.sweep(minute(55)) == ["priority"]
    [raised] = [event for event in desk.of(e.ClockEscalated) if event.effect == "raise-priority"]
    assert raised.skipped == ("manager: Tier-2 has no manager", "re-offer: Tier-2 has no fallback")
    assert desk.handoff.priority == "high"
    assert desk.sweep(minute(85)) == ["lead #2"]
    assert [event.loop for event in desk.of(e.Notified)] == [1, 2]


def test_rule_11_a_warning_that_is_past_when_its_clock_starts_is_dropped() -> None:
    spec = b.ACCEPT.model_copy(
        update={"rungs": (Rung(name="all of it", before=15 * MINUTE), *b.ACCEPT.rungs)}
    )
    desk = ClockDesk(rules(spec))
    assert desk.clock("accept").fired == ("all of it",)
    assert desk.sweep(minute(15)) == ["80%", "last-minute", "breach"]


def test_rule_12_an_agent_who_let_it_time_out_is_not_offered_it_again() -> None:
    desk = ClockDesk(rules(b.ACCEPT), receiver=Receiver(team="tier-2", agent="bob"))
    desk.sweep(minute(15))
    assert desk.handoff.refused_by == ("bob",)


def test_rule_13_a_clock_that_cannot_be_armed_fails_the_request_visibly() -> None:
    spec = RESOLVE.model_copy(update={"calendar": "mars"})
    with pytest.raises(Refused, match="calendar 'mars', which is not in version rules-1") as refusal:
        ClockDesk(rules(b.ACCEPT, spec))
    assert refusal.value.code == "clock-cannot-be-armed"


def test_rule_14_every_clock_event_names_its_clock_and_generation() -> None:
    words = {name.split(".")[3] for name in e.EVENTS if name.startswith("support.handoff.sla.")}
    assert words >= {"activated", "paused", "resumed", "warned", "breached", "fulfilled", "cancelled"}
    assert words >= {"reprojected", "escalated", "breach-withdrawn", "met-late-delivery"}
    for event in e.EVENTS.values():
        if issubclass(event, e.ClockEvent):
            assert {"clock_id", "generation", "team", "consumed", "paused"} <= set(event.model_fields)


def test_what_all_teams_owe_together_goes_on_with_the_case() -> None:
    customer = ClockSpec(
        kind="customer",
        owes="all",
        budget=10 * HOUR,
        starts=("case-opened",),
        stops=("completed",),
        cancels=("withdrawn", "handed-on"),
        rungs=(Rung(name="half", share=0.5), BREACH_RUNG),
    )
    desk = ClockDesk(rules(b.ACCEPT, customer))
    desk.say(c.Accept, minute(10))
    desk.sweep(minute(300))
    carried = carried_from([desk.handoff])
    assert carried is not None
    assert (carried.opened_at, carried.fired) == (T0, ("half",))
    old = hand_on(
        desk.handoff, to=desk.handoff, cause=b.a_cause(minute(301)), policy=desk.policy, now=minute(301)
    )
    assert old.handoff.open_clocks() == ()


def test_rules_without_a_clock_that_has_run_out_tell_it_first_and_then_cancel_it() -> None:
    desk = ClockDesk(rules(b.ACCEPT, RESOLVE))
    desk.edit(rules(RESOLVE, version="rules-2"))
    desk.remeasure(minute(20))
    assert desk.clock("accept").state is ClockState.BREACHED
    assert desk.handoff.open_clocks() == ()
    assert desk.sweep(minute(600)) == []


def test_an_acknowledgement_that_has_expired_moves_nothing() -> None:
    desk = ClockDesk(rules(ACCEPT, RESOLVE, tier_2={"fallback": None}))
    desk.sweep(minute(15))
    desk.say(c.Acknowledge, minute(16), actor={"kind": "lead", "id": "lead-tier-2", "team": "tier-2"})
    told = len(desk.of(e.ClockReprojected))
    desk.say(c.Accept, minute(50))
    assert len(desk.of(e.ClockReprojected)) == told
