"""An explanation says why each clock is where it is, and its numbers add up."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orchestrator.domain.calendars.calendar import Closure, Week
from orchestrator.domain.clocks.clock import ClockState
from orchestrator.domain.clocks.occasions import Occasion
from orchestrator.domain.clocks.spec import BREACH_RUNG, Rung
from orchestrator.domain.commands import Acknowledge, Reopen
from orchestrator.domain.explanation.explained import (
    Condition,
    Custody,
    Explanation,
    Held,
    Matched,
    NoRun,
    PassedOver,
    RulesStep,
    Share,
)
from orchestrator.domain.explanation.explained_clock import (
    Acknowledgement,
    CalendarInForce,
    ClockStory,
    Firing,
    Happening,
    Moved,
    RungState,
    RungStory,
    Span,
    Still,
    Used,
)
from orchestrator.domain.explanation.explanation import explain
from orchestrator.domain.model import Actor, Reason, Receiver, Severity
from tests.builders import (
    HOUR,
    MINUTE,
    NOTES,
    RESOLVE,
    a_completion,
    a_contact,
    a_decline,
    a_pause,
    a_request,
    a_resume,
    a_return,
    a_sender,
    a_tick,
    an_accept,
    an_actor,
    an_escalation,
)
from tests.unit.domain.case_story import (
    BERLIN,
    CONTACT,
    CUSTOMER,
    LEAD,
    OFFERED,
    SOLVE,
    Case,
    a_long_case,
    at,
    office,
    office_rules,
)
from tests.unit.domain.properties import PROPERTY

WEEK = "Mon-Thu 09:00-12:30 13:15-17:30, Fri 09:00-12:30"
IN_BERLIN = CalendarInForce(since=None, name="berlin", zone="Europe/Berlin", week=WEEK)
ALWAYS = CalendarInForce(since=None, name="elapsed", zone="UTC", week="day and night")
NOTHING = timedelta()
SARAH = "Sarah"


def explained(case: Case, now: datetime) -> Explanation:
    return explain(case.histories, policy=case.policy, now=now)


def clock(case: Case, now: datetime, kind: str, generation: int = 1) -> ClockStory:
    """Return the newest story of a run."""
    found = [c for handoff in explained(case, now).handoffs for c in handoff.clocks]
    return next(c for c in reversed(found) if (c.kind, c.generation) == (kind, generation))


def rungs(story: ClockStory) -> list[tuple[str, str, str | None, list[str]]]:
    """Return name, state, instant and computation of each rung, in the zone of the calendar."""
    zone = ZoneInfo(story.calendars[-1].zone)

    def local(instant: datetime) -> str:
        return f"{instant.astimezone(zone):%a %H:%M}"

    return [
        (
            rung.name,
            rung.state.value,
            local(rung.instant) if rung.instant else None,
            [f"{local(span.since)}-{local(span.until)}" for span in rung.spans],
        )
        for rung in story.rungs
    ]


def a_rung(name: str, offset: timedelta, instant: datetime | None, state: str, **over: Any) -> RungStory:
    fields: dict[str, Any] = {
        "name": name,
        "effect": "warn",
        "share": None,
        "before": None,
        "offset": offset,
        "instant": instant,
        "state": state,
    }
    return RungStory.model_validate(fields | over)


# One clock, whole


def test_a_clock_that_runs_over_the_night_breaches_and_climbs_its_ladder() -> None:
    case, _ = a_long_case()
    evening = Span(since=at(2, 16, 50), until=at(2, 17, 30))
    breached = (evening, Span(since=at(3, 9), until=at(3, 10, 20)))
    noticed = Firing(at=at(3, 10, 20), noticed_at=at(3, 10, 21))

    assert clock(case, at(4, 10, 30), "accept") == ClockStory(
        kind="accept",
        generation=1,
        team="tier-2",
        is_shared=False,
        state=ClockState.BREACHED,
        budget=2 * HOUR,
        carried=NOTHING,
        consumed=2 * HOUR + 20 * MINUTE,
        left=-20 * MINUTE,
        due_at=at(3, 10, 20),
        calendars=(IN_BERLIN,),
        started=Happening(at=at(2, 16, 50), what=Occasion.OFFERED, by=SARAH, detail="to tier-2"),
        ended=Happening(at=at(3, 10, 40), what=Occasion.ACCEPTED, by=SARAH),
        outcome="met",
        acknowledged=(Acknowledgement(since=at(3, 10, 25), until=at(3, 10, 55), by="Lea", note="on it"),),
        rungs=(
            a_rung(
                "80%",
                96 * MINUTE,
                at(3, 9, 56),
                "fired",
                share=0.8,
                spans=(evening, Span(since=at(3, 9), until=at(3, 9, 56))),
                firings=(Firing(at=at(3, 9, 56), noticed_at=at(3, 9, 56)),),
            ),
            a_rung(
                "breach",
                2 * HOUR,
                at(3, 10, 20),
                "fired",
                effect="breach",
                share=1.0,
                spans=breached,
                firings=(noticed,),
            ),
            a_rung(
                "lead",
                2 * HOUR,
                at(3, 10, 20),
                "fired",
                effect="notify",
                to="lead",
                before=NOTHING,
                spans=breached,
                firings=(noticed,),
            ),
            a_rung(
                "priority",
                150 * MINUTE,
                at(3, 11, 20),
                "never",
                effect="raise-priority",
                before=-HOUR,
                moved_up=30 * MINUTE,
                spans=(
                    evening,
                    Span(since=at(3, 9), until=at(3, 10, 25)),
                    Span(since=at(3, 10, 55), until=at(3, 11, 20)),
                ),
            ),
        ),
        skipped=("manager: Tier 2 has no manager",),
        moved=(
            Moved(
                at=at(3, 10, 25),
                what="reprojected",
                due_before=at(3, 10, 20),
                due_after=at(3, 10, 20),
                why="acknowledged by Lea",
            ),
        ),
    )


def test_a_pause_spares_the_working_time_in_it_and_not_the_lunch() -> None:
    case, _ = a_long_case()

    story = clock(case, at(4, 10, 30), "resolve")

    assert story.stood_still == (
        Still(
            since=at(3, 11),
            until=at(3, 13, 30),
            why="waits-for-customer",
            by=SARAH,
            ended_by="resumed",
            lasted=150 * MINUTE,
            working=105 * MINUTE,
        ),
    )
    assert (story.consumed, story.left, story.outcome) == (140 * MINUTE, 100 * MINUTE, "met")
    assert rungs(story) == [
        ("half", "fired", "Tue 15:10", ["Tue 10:40-Tue 11:00", "Tue 13:30-Tue 15:10"]),
        ("80%", "never", "Tue 16:22", ["Tue 10:40-Tue 11:00", "Tue 13:30-Tue 16:22"]),
        ("breach", "never", "Tue 17:10", ["Tue 10:40-Tue 11:00", "Tue 13:30-Tue 17:10"]),
    ]


def test_work_that_is_reopened_goes_on_with_what_was_used() -> None:
    case, _ = a_long_case()

    assert clock(case, at(4, 10, 30), "resolve", 2) == ClockStory(
        kind="resolve",
        generation=2,
        team="tier-2",
        is_shared=False,
        state=ClockState.PAUSED,
        budget=4 * HOUR,
        carried=140 * MINUTE,
        consumed=170 * MINUTE,
        left=70 * MINUTE,
        due_at=None,
        calendars=(IN_BERLIN,),
        started=Happening(at=at(4, 9, 30), what=Occasion.REOPENED, by=SARAH, detail="it came back"),
        stood_still=(
            Still(
                since=at(4, 10),
                until=None,
                resumes_at=at(4, 14),
                why="waits-for-customer",
                by=SARAH,
                lasted=30 * MINUTE,
                working=30 * MINUTE,
            ),
        ),
        rungs=(
            a_rung("half", 2 * HOUR, at(4, 9, 30), "before", share=0.5),
            a_rung("80%", 192 * MINUTE, None, "held", share=0.8),
            a_rung("breach", 4 * HOUR, None, "held", effect="breach", share=1.0),
        ),
    )
    after = clock(case, at(4, 14, 30), "resolve", 2)
    assert after.stood_still[0].ended_by == "itself"
    assert rungs(after)[1:] == [
        ("80%", "due", "Wed 14:22", ["Wed 09:30-Wed 10:00", "Wed 14:00-Wed 14:22"]),
        ("breach", "to-come", "Wed 15:10", ["Wed 09:30-Wed 10:00", "Wed 14:00-Wed 15:10"]),
    ]


def test_a_fresh_clock_has_its_next_rung_and_those_to_come() -> None:
    case = office()
    case.request(a_request(), at(3, 11, 30))

    assert rungs(clock(case, at(3, 11, 31), "accept")) == [
        ("80%", "next", "Tue 13:51", ["Tue 11:30-Tue 12:30", "Tue 13:15-Tue 13:51"]),
        ("breach", "to-come", "Tue 14:15", ["Tue 11:30-Tue 12:30", "Tue 13:15-Tue 14:15"]),
        ("lead", "to-come", "Tue 14:15", ["Tue 11:30-Tue 12:30", "Tue 13:15-Tue 14:15"]),
        ("priority", "to-come", "Tue 14:45", ["Tue 11:30-Tue 12:30", "Tue 13:15-Tue 14:45"]),
    ]


def test_what_nobody_has_noticed_yet_is_due() -> None:
    case = office()
    case.request(a_request(), at(3, 9))

    states = [rung.state for rung in clock(case, at(3, 11), "accept").rungs]

    assert states == [RungState.DUE, RungState.DUE, RungState.DUE, RungState.TO_COME]


def test_a_warning_that_was_past_when_its_clock_started_was_dropped() -> None:
    case = office(NOTES, OFFERED)
    case.request(a_request(checklist={}), at(3, 9))
    done = case.histories[0].handoff.id
    case.take(a_tick(done), at(3, 9, 1))
    case.take(a_tick(done, done=False), at(3, 9, 2), told=at(3, 9, 5))

    again = clock(case, at(3, 9, 5), "notes", 2)

    assert [(rung.name, rung.state) for rung in again.rungs] == [
        ("half", RungState.DROPPED),
        ("breach", RungState.NEXT),
    ]
    assert again.started == Happening(
        at=at(3, 9, 2), what=Occasion.ITEMS_MISSING, by=SARAH, detail="identity-verified"
    )


# What came late


def test_a_breach_that_a_late_pause_undoes_was_taken_back_and_comes_again() -> None:
    case = office()
    handoff = case.request(a_request(), at(3, 9))
    case.fire(at(3, 11, 1))
    case.take(a_pause(handoff), at(3, 10), told=at(3, 11, 10))
    case.take(a_resume(handoff), at(3, 11, 30))

    story = clock(case, at(3, 11, 45), "accept")

    taken_back = Firing(at=at(3, 11), noticed_at=at(3, 11, 1), withdrawn="waits-for-customer")
    assert story.state is ClockState.RUNNING
    assert story.moved[0] == Moved(
        at=at(3, 10),
        what="breach-withdrawn",
        due_before=at(3, 11),
        due_after=None,
        why="waits-for-customer",
    )
    assert [(rung.name, rung.state, rung.firings) for rung in story.rungs[1:3]] == [
        ("breach", RungState.NEXT, (taken_back,)),
        ("lead", RungState.TO_COME, (taken_back,)),
    ]
    assert rungs(story)[1][2:] == ("Tue 12:30", ["Tue 09:00-Tue 10:00", "Tue 11:30-Tue 12:30"])

    case.fire(at(3, 12, 31))
    again = clock(case, at(3, 12, 31), "accept").rungs[1]
    assert again.state is RungState.FIRED
    assert again.firings == (taken_back, Firing(at=at(3, 12, 30), noticed_at=at(3, 12, 31)))


def test_an_answer_in_time_that_arrives_late_leaves_no_breach() -> None:
    case = office()
    handoff = case.request(a_request(), at(3, 9))
    case.fire(at(3, 11, 1))
    case.take(an_accept(handoff), at(3, 10, 59), told=at(3, 11, 10))

    story = clock(case, at(3, 11, 45), "accept")

    assert (story.state, story.outcome, story.moved[0].what) == (ClockState.MET, "met", "met-late-delivery")
    assert [rung.state for rung in story.rungs] == [
        RungState.FIRED,
        RungState.WITHDRAWN,
        RungState.WITHDRAWN,
        RungState.NEVER,
    ]


def test_a_clock_that_a_late_fact_undoes_is_told_of() -> None:
    case = office(NOTES, OFFERED)
    handoff = case.request(a_request(checklist={}), at(3, 9))
    case.take(a_tick(handoff), at(3, 9, 2))
    case.take(a_tick(handoff, done=False), at(3, 9, 4))
    case.take(a_tick(handoff, done=False), at(3, 9, 1), told=at(3, 9, 5))
    case.take(a_tick(handoff, "reason-stated", done=False), at(3, 9), told=at(3, 9, 6))

    (story,) = explained(case, at(3, 9, 40)).handoffs

    assert [(c.kind, c.generation) for c in story.clocks] == [("notes", 1), ("accept", 1)]
    assert story.without_run == (
        NoRun(kind="notes", why="undone", team="tier-1", started_at=at(3, 9, 4), ended_at=at(3, 9, 4)),
    )


# Teams


def test_work_that_is_offered_again_ends_the_first_teams_clock_and_starts_another() -> None:
    reoffer = Rung(name="reoffer", effect="reoffer", before=-10 * MINUTE)
    case = office(OFFERED.model_copy(update={"rungs": (BREACH_RUNG, reoffer)}))
    handoff = case.request(a_request(), at(3, 9))
    case.fire(at(3, 11, 15))
    case.take(an_accept(handoff, actor=an_actor("billing")), at(3, 11, 50))

    first, second = explained(case, at(3, 12)).handoffs[0].clocks

    assert (first.team, first.outcome) == ("tier-2", "cancelled")
    assert first.ended == Happening(at=at(3, 11, 15), what=Occasion.OFFERED, detail="to billing")
    assert [rung.state for rung in first.rungs] == [RungState.FIRED, RungState.FIRED]
    assert (second.team, second.generation, second.calendars) == ("billing", 2, (ALWAYS,))
    assert second.started == Happening(at=at(3, 11, 15), what=Occasion.OFFERED, detail="to billing")
    assert second.skipped == ("reoffer: Billing has no fallback",)
    assert explained(case, at(3, 12)).custody.shares == (
        Share(team="tier-1", working=NOTHING, waiting=170 * MINUTE, paused=NOTHING),
        Share(team="billing", working=10 * MINUTE, waiting=NOTHING, paused=NOTHING),
    )


def test_who_held_a_case_adds_up_to_the_whole() -> None:
    case, _ = a_long_case()

    assert explained(case, at(4, 10, 30)).custody == Custody(
        holds=(
            Held(team="tier-1", since=at(2, 16, 50), until=at(3, 10, 40), waiting=17 * HOUR + 50 * MINUTE),
            Held(
                team="tier-2",
                since=at(3, 10, 40),
                until=at(3, 15, 30),
                working=140 * MINUTE,
                paused=150 * MINUTE,
            ),
            Held(team="tier-2", since=at(4, 9, 30), until=None, working=30 * MINUTE, paused=30 * MINUTE),
        ),
        shares=(
            Share(team="tier-1", working=NOTHING, waiting=17 * HOUR + 50 * MINUTE, paused=NOTHING),
            Share(team="tier-2", working=170 * MINUTE, waiting=NOTHING, paused=3 * HOUR),
        ),
        nobody=18 * HOUR,
        whole=41 * HOUR + 40 * MINUTE,
    )


def test_the_customers_clock_says_whose_time_it_was_over_all_handoffs() -> None:
    case = office()
    one = case.request(a_request(), at(3, 9))
    case.take(an_accept(one), at(3, 10))
    case.take(a_pause(one), at(3, 11))
    case.take(a_resume(one), at(3, 12))
    on = a_request(sender=a_sender("tier-2"), receiver=Receiver(team="engineering"))
    two = case.request(on, at(3, 13))
    case.take(an_accept(two, actor=an_actor("engineering")), at(3, 13, 30))

    first, second = explained(case, at(3, 15)).handoffs
    early = next(c for c in first.clocks if c.kind == "customer")
    late = next(c for c in second.clocks if c.kind == "customer")

    assert early.ended == Happening(at=at(3, 13), what=Occasion.HANDED_ON, detail="to engineering")
    assert early.used_by == (Used(team="tier-1", consumed=HOUR), Used(team="tier-2", consumed=2 * HOUR))
    assert late.started == Happening(at=at(3, 9), what=Occasion.CASE_OPENED)
    assert late.generation == 2
    assert late.used_by == (
        Used(team="tier-1", consumed=HOUR),
        Used(team="tier-2", consumed=150 * MINUTE),
        Used(team="engineering", consumed=90 * MINUTE),
    )
    assert [each.lasted for each in late.stood_still] == [HOUR]
    whole = explained(case, at(3, 15)).custody
    assert [(share.team, share.whole, share.paused) for share in whole.shares] == [
        ("tier-1", HOUR, NOTHING),
        ("tier-2", 210 * MINUTE, HOUR),
        ("engineering", 90 * MINUTE, NOTHING),
    ]
    only = explain(case.histories, policy=case.policy, now=at(3, 15), only=two)
    assert only.handoffs == (second,)
    assert only.custody == whole


def test_the_pause_of_another_team_is_not_the_holders() -> None:
    case = office()
    handoff = case.request(a_request(checklist={}), at(3, 9))
    case.take(an_accept(handoff), at(3, 9, 1))
    case.take(a_pause(handoff, actor=an_actor("tier-1")), at(3, 9, 2))

    assert explained(case, at(3, 9, 12)).custody.shares[1] == Share(
        team="tier-2", working=11 * MINUTE, waiting=NOTHING, paused=NOTHING
    )


def test_a_case_that_no_handoff_moved_was_held_by_nobody_we_know() -> None:
    rules = office_rules()
    asks = rules.kinds["any-to-any"].model_copy(update={"sender_keeps_case": True})
    case = office()
    case.policy.rules.kinds["any-to-any"] = asks
    case.request(a_request(sender=a_sender("email")), at(3, 9))

    explanation = explained(case, at(3, 10))

    assert explanation.custody == Custody()
    assert explanation.handoffs[0].is_side


# Why these clocks


def test_the_kind_and_the_policy_say_what_they_met() -> None:
    case = office()
    case.request(a_request(), at(3, 9))
    (story,) = explained(case, at(3, 9)).handoffs

    assert story.kind == Matched(
        name="tier-1-to-tier-2",
        conditions=(
            Condition(what="sending team", wanted=("tier-1",), met="tier-1", holds=True),
            Condition(what="receiving team", wanted=("tier-2",), met="tier-2", holds=True),
        ),
    )
    sev1 = Condition(what="severity", wanted=("sev1",), met=None, holds=False)
    assert story.clock_policy == Matched(
        name="gold",
        conditions=(
            Condition(what="priority", wanted=("normal", "high"), met="normal", holds=True),
            Condition(what="tier", wanted=("gold",), met="gold", holds=True),
        ),
        passed_over=(PassedOver(name="sev1", why=sev1),),
    )
    assert (story.entitlement.tier, story.entitlement.basis) == ("gold", "stated")


@pytest.mark.parametrize(
    ("over", "policy", "passed_over"),
    [
        ({"severity": Severity.SEV1}, "sev1", []),
        ({"priority": "urgent"}, "base", ["sev1", "gold"]),
    ],
)
def test_the_first_policy_that_matches_is_taken(
    over: dict[str, Any], policy: str, passed_over: list[str]
) -> None:
    case = office()
    case.request(a_request(**over), at(3, 9))
    matched = explained(case, at(3, 9)).handoffs[0].clock_policy

    assert matched.name == policy
    assert [each.name for each in matched.passed_over] == passed_over


def test_a_kind_that_does_not_match_was_named() -> None:
    case = office()
    case.request(an_escalation(kind="tier-1-to-tier-2", receiver=Receiver(team="engineering")), at(3, 9))
    kind = explained(case, at(3, 9)).handoffs[0].kind

    assert [(each.met, each.holds) for each in kind.conditions] == [("tier-2", False), ("engineering", False)]


def test_a_change_of_the_rules_has_its_reason_and_its_calendars() -> None:
    case = office()
    case.request(a_request(checklist={}), at(3, 12))
    mornings = Week.model_validate(dict.fromkeys(("mon", "tue", "wed"), ("08:00-12:15",)))
    closed = BERLIN.model_copy(
        update={
            "week": mornings,
            "holidays": (date(2026, 3, 4), date(2026, 5, 1)),
            "closures": (Closure(since=datetime(2026, 3, 9, 8), until=datetime(2026, 3, 9, 10)),),  # noqa: DTZ001
        }
    )
    calendars = {"berlin": closed}
    rules = office_rules(version="rules-2", calendars=calendars)
    case.reproject(rules, at(3, 12, 5), "no afternoons", calendars_only=True)
    faster = office_rules(OFFERED.model_copy(update={"budget": HOUR}), version="rules-3", calendars=calendars)
    case.reproject(faster, at(3, 12, 6), "faster", calendars_only=False)

    (story,) = explained(case, at(3, 12, 20)).handoffs
    (accept,) = story.clocks

    assert story.rules_version == "rules-1"
    assert story.rules_steps == (
        RulesStep(
            at=at(3, 12, 5),
            version="rules-2",
            clock_policy="gold",
            calendars_only=True,
            reason="no afternoons",
            by="Olga",
        ),
        RulesStep(
            at=at(3, 12, 6),
            version="rules-3",
            clock_policy="gold",
            calendars_only=False,
            reason="faster",
            by="Olga",
        ),
    )
    changed = CalendarInForce(
        since=at(3, 12, 5),
        name="berlin",
        zone="Europe/Berlin",
        week="Mon-Wed 08:00-12:15",
        exceptions=("closed Wed 2026-03-04: holiday", "closed Mon 2026-03-09 08:00 to 10:00"),
    )
    assert accept.calendars == (IN_BERLIN, changed)
    assert [(each.due_before, each.due_after, each.why) for each in accept.moved] == [
        (at(3, 14, 45), at(9, 11, 45), "no afternoons"),
        (at(9, 11, 45), at(9, 10, 45), "faster"),
    ]
    assert rungs(accept)[1][2:] == ("Mon 10:45", ["Tue 12:00-Tue 12:15", "Mon 10:00-Mon 10:45"])
    assert [(each.kind, each.why, each.ended_at) for each in story.without_run] == [
        ("notes", "not-in-the-rules", at(3, 12, 6)),
        ("customer", "not-in-the-rules", at(3, 12, 6)),
    ]


def test_a_clock_that_waits_says_for_what() -> None:
    case = office()
    case.request(a_request(), at(3, 9))

    assert explained(case, at(3, 9)).handoffs[0].without_run == (
        NoRun(kind="first_contact", why="waits", starts=(Occasion.ACCEPTED,)),
        NoRun(kind="resolve", why="waits", starts=(Occasion.ACCEPTED, Occasion.REOPENED)),
    )


def test_what_the_system_did_never_keeps_a_promise() -> None:
    case = office(OFFERED, SOLVE)
    handoff = case.request(a_request(), at(3, 9))
    bot = Actor(kind="bot", id="autopilot", team="tier-2")
    case.take(a_decline(handoff, actor=bot), at(3, 10))

    story = clock(case, at(3, 11), "accept")

    assert story.outcome == "cancelled"
    assert story.ended == Happening(
        at=at(3, 10), what=Occasion.DECLINED, by="autopilot", detail="no-capacity", is_automatic=True
    )


def test_work_that_comes_back_is_with_its_sender() -> None:
    case = office()
    handoff = case.request(a_request(), at(3, 9))
    case.take(an_accept(handoff), at(3, 10))
    case.take(a_return(handoff, reason=Reason(text="not ours")), at(3, 11))
    explanation = explained(case, at(3, 12))

    assert [(hold.team, hold.working, hold.waiting) for hold in explanation.custody.holds] == [
        ("tier-1", NOTHING, HOUR),
        ("tier-2", HOUR, NOTHING),
        ("tier-1", HOUR, NOTHING),
    ]
    assert clock(case, at(3, 12), "resolve").ended == Happening(
        at=at(3, 11), what=Occasion.RETURNED, by=SARAH, detail="not ours"
    )


def test_a_journal_that_is_not_whole_is_explained_as_far_as_it_goes() -> None:
    case, handoff = a_long_case()
    bare = [history._replace(events=()) for history in case.histories]

    explanation = explain(bare, policy=case.policy, now=at(4, 10, 30))

    assert explanation.custody == explained(case, at(4, 10, 30)).custody
    assert explanation.handoffs[0].kind == Matched(name="tier-1-to-tier-2")
    assert explanation.handoffs[0].id == handoff


def test_it_is_plain_json() -> None:
    case, _ = a_long_case()
    explanation = explained(case, at(4, 10, 30))

    assert Explanation.model_validate_json(explanation.model_dump_json()) == explanation


# Whatever happens


@st.composite
def played(draw: st.DrawFn) -> tuple[Case, datetime]:
    """A case at work: each step at its own time, in order, each noticed or not."""
    case = office(NOTES, OFFERED, CONTACT, SOLVE, CUSTOMER, RESOLVE.model_copy(update={"kind": "elapsed"}))
    minutes = iter(sorted(draw(st.sets(st.integers(1, 60 * 60), min_size=9, max_size=9))))

    def now() -> datetime:
        instant = at(2, 9) + next(minutes) * MINUTE
        if draw(st.booleans()):
            case.fire(instant)
        return instant

    handoff = case.request(a_request(checklist={"identity-verified": draw(st.booleans())}), at(2, 9))
    if draw(st.booleans()):
        case.take(a_pause(handoff, actor=an_actor("tier-2")), now())
    case.take(an_accept(handoff), now())
    if draw(st.booleans()):
        case.take(a_contact(handoff), now())
    if draw(st.booleans()):
        until = at(2, 9) + 60 * HOUR if draw(st.booleans()) else None
        case.take(a_pause(handoff, until=until), now())
        if draw(st.booleans()):
            case.take(a_resume(handoff), now())
    late = now()
    if any(c.is_breached for c in case.handoff(handoff).open_clocks()):
        case.take(Acknowledge(handoff_id=handoff, actor=LEAD), late)
    if draw(st.booleans()):
        case.take(a_completion(handoff), now())
        if draw(st.booleans()):
            case.take(Reopen(handoff_id=handoff, actor=an_actor("tier-2")), now())
    return case, now()


@PROPERTY
@given(played())
def test_the_numbers_add_up(story: tuple[Case, datetime]) -> None:
    case, now = story
    explanation = explained(case, now)
    custody = explanation.custody

    assert sum((share.whole for share in custody.shares), custody.nobody) == custody.whole
    for hold in custody.holds:
        assert hold.working + hold.waiting + hold.paused == (hold.until or now) - hold.since
    for each in explanation.handoffs[0].clocks:
        assert each.consumed + each.left == each.budget
        if each.is_shared:
            assert each.carried + sum((used.consumed for used in each.used_by), NOTHING) == each.consumed
        for rung in each.rungs:
            if rung.instant is not None:
                worked = sum((span.length for span in rung.spans), NOTHING)
                assert each.carried + worked == max(rung.offset, each.carried)
                assert not rung.spans or rung.spans[-1].until <= rung.instant
