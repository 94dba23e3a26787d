"""The rungs after a breach: who is told, who is passed over, and what an acknowledgement holds up."""

from __future__ import annotations

from datetime import timedelta

import pytest

from orchestrator.domain import commands as c
from orchestrator.domain import events as e
from orchestrator.domain.calendars.calendar import BusinessCalendar
from orchestrator.domain.clocks.ladder import climb
from orchestrator.domain.clocks.spec import BREACH_RUNG, TEAM_CALENDAR, ClockSpec, Rung
from orchestrator.domain.errors import Refused
from orchestrator.domain.handoff import Status
from orchestrator.domain.model import Priority
from orchestrator.domain.policy import Team
from tests import builders as b
from tests.builders import HOUR, MINUTE, T0
from tests.unit.domain.clock_desk import ClockDesk, minute, rules

LEAD_OF_TIER_2 = {"kind": "lead", "id": "lead-tier-2", "team": "tier-2"}
FULL = Team(id="tier-2", name="Tier 2", lead="lena", manager="max", fallback="billing")


def after(minutes: int, effect: str, to: str | None = None, loop: int = 1) -> Rung:
    return Rung(name=f"{to or effect}-{loop}", effect=effect, to=to, before=-minutes * MINUTE, loop=loop)


def accept(*ladder: Rung, **over: object) -> ClockSpec:
    return b.ACCEPT.model_copy(update={"rungs": (BREACH_RUNG, *ladder), **over})


LEAD, REOFFER = after(0, "notify", "lead"), after(5, "reoffer")
MANAGER, PRIORITY = after(10, "notify", "manager"), after(20, "raise-priority")
LADDER = (LEAD, REOFFER, MANAGER, PRIORITY)
BUDGET = b.ACCEPT.budget


@pytest.mark.parametrize(
    ("team", "steps"),
    [
        (FULL, {"lead-1": 0, "reoffer-1": 5, "manager-1": 10, "raise-priority-1": 20}),
        (FULL.model_copy(update={"lead": None}), {"reoffer-1": 0, "manager-1": 5, "raise-priority-1": 15}),
        (FULL.model_copy(update={"fallback": None}), {"lead-1": 0, "manager-1": 5, "raise-priority-1": 15}),
        (
            FULL.model_copy(update={"fallback": None, "manager": None}),
            {"lead-1": 0, "raise-priority-1": 5},
        ),
        (Team(id="tier-2", name="Tier 2"), {"raise-priority-1": 0}),
        (None, {}),
    ],
    ids=["all", "no-lead", "no-fallback", "no-manager", "nobody", "no-team"],
)
def test_a_step_that_nobody_can_take_gives_its_place_to_the_next(
    team: Team | None, steps: dict[str, int]
) -> None:
    climbed = climb(accept(*LADDER), team, is_bounced=False)
    found = {step.rung.name: (step.offset - BUDGET) / MINUTE for step in climbed if step.rung.is_ladder}
    assert found == steps


def test_a_case_that_has_bounced_is_not_offered_by_itself() -> None:
    [step] = [s for s in climb(accept(REOFFER, PRIORITY), FULL, is_bounced=True) if s.rung.is_ladder]
    assert step.skipped == ("reoffer-1: the case has bounced, and is not offered by itself any more",)


def test_rungs_come_in_the_order_of_time_also_where_a_warning_is_later_than_a_step() -> None:
    spec = accept(LEAD, MANAGER).model_copy(
        update={"rungs": (Rung(name="late", before=-5 * MINUTE), BREACH_RUNG, LEAD, MANAGER)}
    )
    assert [step.rung.name for step in climb(spec, FULL, is_bounced=False)] == [
        "breach",
        "lead-1",
        "late",
        "manager-1",
    ]


def test_the_whole_ladder_tells_each_once_in_order_and_loops() -> None:
    ladder = (LEAD, MANAGER, PRIORITY, after(30, "notify", "lead", 2), after(40, "notify", "manager", 2))
    desk = ClockDesk(rules(accept(*ladder), tier_2={"manager": "max"}))
    names = [rung.name for rung in ladder]
    assert desk.sweep(minute(100)) == ["breach", *names]
    assert [event.at for event in desk.of(e.ClockEscalated)] == [minute(n) for n in (15, 25, 35, 45, 55)]
    told = [(note.to, note.loop, note.clock, note.due_at) for note in desk.of(e.Notified)]
    assert told == [
        ("lead-tier-2", 1, "accept", minute(15)),
        ("max", 1, "accept", minute(15)),
        ("lead-tier-2", 2, "accept", minute(15)),
        ("max", 2, "accept", minute(15)),
    ]
    assert desk.handoff.priority is Priority.HIGH


def test_the_highest_priority_is_not_raised() -> None:
    desk = ClockDesk(rules(accept(PRIORITY)), priority=Priority.URGENT)
    assert desk.sweep(minute(35)) == ["breach", "raise-priority-1"]
    assert desk.of(e.PriorityRaised) == []


def test_a_ladder_follows_the_hours_of_the_team() -> None:
    office = BusinessCalendar.model_validate(
        {
            "name": "office",
            "zone": "UTC",
            "week": {day: ["09:00-09:20"] for day in ("mon", "tue", "wed", "thu", "fri")},
        }
    )
    spec = accept(LEAD, MANAGER, calendar=TEAM_CALENDAR)
    team = {"calendar": "office", "manager": "max"}
    desk = ClockDesk(rules(spec, calendars=(office,), tier_2=team))
    desk.sweep(T0 + 3 * HOUR)
    assert desk.clock("accept").next_at == T0 + timedelta(days=1) + 5 * MINUTE


# To another team


def test_the_offer_goes_to_one_team_for_each_that_let_it_lie_however_long_nobody_looked() -> None:
    twice = (REOFFER, after(10, "reoffer", loop=2))
    desk = ClockDesk(rules(accept(*twice), tier_2={"fallback": "billing"}, billing={"fallback": "phone"}))
    desk.sweep(minute(300))
    [offered] = desk.of(e.Reoffered)
    assert (offered.from_team, offered.receiving_team, offered.at) == ("tier-2", "billing", minute(300))
    assert desk.handoff.packet_version == 2
    desk.sweep(minute(320))
    assert desk.handoff.receiving_team == "phone"
    assert [clock.team for clock in desk.handoff.clocks] == ["tier-2", "billing", "phone"]


def test_what_was_accepted_late_is_not_offered_again() -> None:
    desk = ClockDesk(rules(accept(REOFFER), tier_2={"fallback": "billing"}))
    desk.say(c.Accept, minute(18), now=minute(30))
    assert desk.sweep(minute(40)) == []
    assert (desk.handoff.status, desk.handoff.receiving_team) == (Status.ACCEPTED, "tier-2")


def test_a_late_answer_of_the_team_that_lost_the_offer_is_refused() -> None:
    desk = ClockDesk(rules(accept(REOFFER), tier_2={"fallback": "billing"}))
    desk.sweep(minute(20))
    with pytest.raises(Refused, match="belongs to billing"):
        desk.say(c.Accept, minute(14), now=minute(21), team="tier-2")


def test_an_answer_whose_clock_runs_behind_comes_after_the_offer_that_it_answers() -> None:
    desk = ClockDesk(rules(accept(REOFFER), b.RESOLVE, tier_2={"fallback": "billing"}))
    desk.sweep(minute(20))
    desk.say(c.Accept, minute(19), now=minute(21))
    assert [(k.kind, k.team, k.is_open) for k in desk.handoff.clocks] == [
        ("accept", "tier-2", False),
        ("accept", "billing", False),
        ("resolve", "billing", True),
    ]
    desk.say(c.Return, minute(18), now=minute(22))
    assert desk.handoff.open_clocks() == ()


# Acknowledged


def test_an_acknowledgement_stops_the_ladder_and_expires() -> None:
    desk = ClockDesk(rules(accept(LEAD, MANAGER, acknowledged_for=HOUR), tier_2={"manager": "max"}))
    desk.sweep(minute(15))
    desk.say(c.Acknowledge, minute(20), actor=LEAD_OF_TIER_2)
    accept_ = desk.clock("accept")
    assert (accept_.acknowledged_until, accept_.due_at) == (minute(80), minute(15))
    assert desk.sweep(minute(85) - timedelta(microseconds=1)) == []
    assert desk.sweep(minute(85)) == ["manager-1"]


def test_an_acknowledgement_is_seen_where_no_step_is_left() -> None:
    desk = ClockDesk(rules(accept(acknowledged_for=HOUR)))
    desk.sweep(minute(15))
    desk.say(c.Acknowledge, minute(20), actor=LEAD_OF_TIER_2)
    assert (desk.clock("accept").acknowledged_until, desk.clock("accept").next_at) == (minute(80), None)


def test_two_acknowledgements_that_overlap_hold_up_once() -> None:
    desk = ClockDesk(rules(accept(MANAGER), tier_2={"manager": "max"}))
    desk.sweep(minute(15))
    desk.say(c.Acknowledge, minute(17), actor=LEAD_OF_TIER_2)
    desk.say(c.Acknowledge, minute(37), actor=LEAD_OF_TIER_2)
    assert desk.clock("accept").next_at == minute(67 + 8)


def test_an_acknowledgement_does_not_hold_up_the_ladder_of_the_next_team() -> None:
    spec = accept(after(5, "reoffer"), MANAGER, acknowledged_for=24 * HOUR)
    desk = ClockDesk(rules(spec, tier_2={"fallback": "billing"}, billing={"manager": "max"}))
    desk.sweep(minute(20))
    desk.sweep(minute(35))
    # It comes late, of the time when tier-2 had the offer.
    desk.say(c.Acknowledge, minute(16), now=minute(36), actor=LEAD_OF_TIER_2)
    assert (desk.clock("accept", 2).team, desk.clock("accept", 2).next_at) == ("billing", minute(40))


@pytest.mark.parametrize(
    ("actor", "code"),
    [(LEAD_OF_TIER_2, "nothing-breached"), ({"kind": "agent", "id": "bob", "team": "tier-2"}, "not-a-lead")],
)
def test_only_a_lead_acknowledges_and_only_a_breach(actor: dict[str, str], code: str) -> None:
    desk = ClockDesk(rules(accept(LEAD)))
    with pytest.raises(Refused) as refusal:
        desk.say(c.Acknowledge, minute(5), actor=actor)
    assert refusal.value.code == code


def test_a_breach_that_is_taken_back_takes_its_ladder_back_too() -> None:
    desk = ClockDesk(rules(accept(LEAD, MANAGER), tier_2={"manager": "max"}))
    desk.sweep(minute(25))
    desk.say(c.Pause, minute(10), now=minute(26), until=minute(30))
    assert desk.clock("accept").fired == ()
    assert desk.sweep(minute(100)) == ["breach", "lead-1", "manager-1"]
    ids = [event.rung_id for event in desk.of(e.RungFired)]
    assert len(set(ids)) == len(ids) == 6


def test_nobody_is_told_while_the_team_waits_also_after_the_breach() -> None:
    desk = ClockDesk(rules(accept(LEAD, MANAGER), tier_2={"manager": "max"}))
    desk.sweep(minute(15))
    desk.say(c.Pause, minute(20))
    assert desk.sweep(minute(200)) == []
    desk.say(c.Resume, minute(200))
    assert desk.clock("accept").next_at == minute(205)
