"""The replay says of every clock what the live desk would have said, event by event and rung by rung."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from bench.volvo import FILE, SOURCE, Incident, events_of, read, team_ids
from orchestrator.domain import commands as c
from orchestrator.domain.calendars.calendar import WEEKDAYS, BusinessCalendar
from orchestrator.domain.clocks.occasions import Occasion
from orchestrator.domain.clocks.spec import BREACH_RUNG, ClockSpec, Rung
from orchestrator.domain.identity import handoff_id
from orchestrator.domain.model import Priority, Receiver
from orchestrator.domain.policy import ClockPolicy, Kind, Policy, PolicyMatch, Rules, Team
from tests import builders as b
from tests.unit.domain.properties import PROPERTY
from tests.unit.whatif import replayed as r
from tests.unit.whatif.live import LiveDesk, Told, standing

END = b.T0 + 72 * b.HOUR
HOPS = (("tier-1", "tier-2"), ("tier-2", "billing"), ("billing", "tier-1"), ("tier-1", "billing"))
OFFICE = BusinessCalendar.model_validate(
    {
        "name": "office",
        "zone": "Europe/Berlin",
        "week": dict.fromkeys(WEEKDAYS[:5], ("08:00-12:30", "13:00-17:00")),
    }
)
CUSTOMER = ClockSpec(
    kind="customer",
    owes="all",
    budget=20 * b.HOUR,
    starts=(Occasion.CASE_OPENED, Occasion.REOPENED),
    stops=(Occasion.COMPLETED,),
    cancels=(Occasion.WITHDRAWN, Occasion.HANDED_ON),
    pauses=("waits-for-customer",),
    longest_pause=6 * b.HOUR,
    reopening="total",
    rungs=(Rung(name="half", share=0.5), BREACH_RUNG),
)
RESOLVE = b.RESOLVE.model_copy(
    update={
        "calendar": "team",
        "longest_pause": 3 * b.HOUR,
        "rungs": (
            *b.RESOLVE.rungs,
            Rung(name="lead-1", effect="notify", to="lead", before=-b.HOUR),
            Rung(name="manager-1", effect="notify", to="manager", before=-2 * b.HOUR),
        ),
    }
)
CLOCKS = (b.NOTES, b.ACCEPT, b.FIRST_CONTACT, RESOLVE, CUSTOMER)
URGENT = ClockPolicy(
    name="urgent",
    match=PolicyMatch(priorities=(Priority.URGENT,)),
    clocks=(b.NOTES, b.ACCEPT.model_copy(update={"budget": 5 * b.MINUTE, "calendar": "office"}), RESOLVE),
)


def rules(**over: Any) -> Rules:
    """Return rules with a calendar, a clock of all teams, a clock policy and a ladder."""
    kind = b.a_kind("any-to-any", **({"clocks": CLOCKS, "policies": (URGENT,)} | over))
    teams = {
        team: Team(
            id=team, name=team, lead=f"lead-{team}", calendar="office" if team == "billing" else "elapsed"
        )
        for team in b.TEAMS
    }
    return Rules(version="rules-1", kinds={kind.name: kind}, teams=teams, calendars={"office": OFFICE})


@st.composite
def cases(draw: st.DrawFn) -> list[Told]:
    """Events of one case, with what nobody should have done among them."""
    minutes = st.integers(1, 40 * 60)
    told = []
    for number, (sending, receiving) in enumerate(HOPS[: draw(st.integers(1, 4))]):
        id = f"request-{number}"
        is_whole = draw(st.booleans())
        request = b.a_request(
            sender=b.a_sender(sending),
            receiver=Receiver(team=receiving),
            priority=draw(st.sampled_from(Priority)),
            checklist={"identity-verified": is_whole},
        )
        told.append(Told(b.T0 + number * b.HOUR * draw(st.integers(1, 9)), id, request))
        given, taken = b.an_actor(sending), b.an_actor(receiving)
        handoff = handoff_id(b.SOURCE, id)
        replies: list[c.Reply] = [
            b.an_accept(handoff, actor=taken),
            b.a_decline(handoff, actor=taken),
            b.a_return(handoff, actor=taken),
            b.a_withdrawal(handoff, actor=given),
            b.a_pause(handoff, actor=taken),
            b.a_pause(handoff, actor=given),
            b.a_resume(handoff, actor=taken),
            b.a_resume(handoff, actor=given),
            b.a_tick(handoff, actor=given),
            b.a_tick(handoff, actor=given, done=False),
            b.a_contact(handoff, actor=taken),
            b.a_completion(handoff, actor=taken),
            b.a_question(handoff, actor=taken),
            b.an_answer(handoff, actor=given),
            c.Reopen(handoff_id=handoff, actor=taken),
            c.Acknowledge(handoff_id=handoff, actor=b.an_actor(receiving, kind="lead")),
        ]
        usual = replies[:1] * 4 + replies[4:5] * 2 + replies
        for n, (at, reply) in enumerate(
            draw(st.lists(st.tuples(minutes, st.sampled_from(usual)), max_size=9))
        ):
            told.append(Told(told[-1 - n].at + at * b.MINUTE, f"{id}-{n}", reply))
    return sorted(told, key=lambda each: each.at)


@PROPERTY
@given(cases())
def test_a_case_stands_as_the_live_desk_has_it(told: list[Told]) -> None:
    live = LiveDesk(Policy(rules(), b.PlainWords()), b.SOURCE)
    live.play(told, END)

    _, outcomes = r.replayed(rules(), told, b.SOURCE, END)

    assert r.standing(outcomes) == standing(live.handoffs.values())
    assert r.counts(outcomes) == r.live_counts(live.fired)


@PROPERTY
@given(cases())
def test_a_case_whose_packets_are_held_stands_as_the_live_desk_has_it(told: list[Told]) -> None:
    patient = b.NOTES.model_copy(update={"budget": 5 * b.HOUR, "longest_pause": 2 * b.HOUR})
    known = rules(clocks=(patient, *CLOCKS[1:]), policies=(), when_incomplete="hold")
    live = LiveDesk(Policy(known, b.PlainWords()), b.SOURCE)
    live.play(told, END)
    # Who answers in a log had the packet, whatever the policy says: a replay believes it.
    assume("packet-held" not in live.waited)

    _, outcomes = r.replayed(known, told, b.SOURCE, END)

    assert r.standing(outcomes) == standing(live.handoffs.values())
    assert r.counts(outcomes) == r.live_counts(live.fired)


def test_a_replay_believes_the_log_that_a_team_had_the_packet() -> None:
    asked, handoff = b.a_request(checklist={}), handoff_id(b.SOURCE, "request-1")
    told = [
        Told(b.T0, "request-1", asked),
        Told(b.T0 + 2 * b.MINUTE, "accepted", b.an_accept(handoff)),
        Told(b.T0 + 9 * b.MINUTE, "completed", b.a_completion(handoff)),
    ]
    known = rules(policies=(), when_incomplete="hold")

    tale, [outcome] = r.replayed(known, told, b.SOURCE, END)

    assert not tale.unanswerable
    assert outcome.handoff.status.value == "completed"
    accept = next(each for each in outcome.verdicts if each.run.spec.kind == "accept")
    assert (accept.run.started_at, accept.run.ended_at) == (b.T0 + 2 * b.MINUTE, b.T0 + 2 * b.MINUTE)


def test_a_replay_takes_a_question_and_its_answer_for_what_moves_nothing() -> None:
    handoff = handoff_id(b.SOURCE, "request-1")
    told = [
        Told(b.T0, "request-1", b.a_request()),
        Told(b.T0 + b.MINUTE, "accepted", b.an_accept(handoff)),
        Told(b.T0 + 9 * b.MINUTE, "completed", b.a_completion(handoff)),
    ]
    said = [
        Told(b.T0 + 2 * b.MINUTE, "asked", b.a_question(handoff)),
        Told(b.T0 + 3 * b.MINUTE, "answered", b.an_answer(handoff)),
        Told(b.T0 + 4 * b.MINUTE, "wrong", b.an_answer(handoff, actor=b.an_actor("billing"))),
    ]

    _, without = r.replayed(rules(), told, b.SOURCE, END)
    tale, between = r.replayed(rules(), [*told[:2], *said, told[2]], b.SOURCE, END)

    assert r.standing(between) == r.standing(without)
    assert tale.unanswerable == {"wrong-team": 1}


@pytest.mark.parametrize(("at", "released"), [(3, 3), (9, 5)])
def test_a_held_packet_goes_out_with_its_last_item_or_when_time_is_over(at: int, released: int) -> None:
    handoff = handoff_id(b.SOURCE, "request-1")
    told = [
        Told(b.T0, "request-1", b.a_request(checklist={})),
        Told(b.T0 + at * b.MINUTE, "ticked", b.a_tick(handoff)),
    ]

    _, [outcome] = r.replayed(rules(policies=(), when_incomplete="hold"), told, b.SOURCE, END)

    accept = next(each for each in outcome.verdicts if each.run.spec.kind == "accept")
    assert accept.run.started_at == b.T0 + released * b.MINUTE


@pytest.mark.skipif(not FILE.is_file(), reason=f"the real log is not beside the project: {FILE.name}")
def test_real_incidents_stand_as_the_live_desk_has_them() -> None:
    incidents = [incident for incident in read() if len(incident.handoffs) >= 3][:100]
    ids = team_ids(change.team for incident in incidents for change in incident.changes)
    known = real_rules(list(ids.values()))
    runs = breaches = 0
    for incident in incidents:
        told = told_of(incident, ids)
        until = told[-1].at + timedelta(days=3)
        live = LiveDesk(Policy(known, b.PlainWords()), SOURCE)
        live.play(told, until)

        _, outcomes = r.replayed(known, told, SOURCE, until, incident.number)

        assert r.standing(outcomes) == standing(live.handoffs.values()), incident.number
        assert r.counts(outcomes) == r.live_counts(live.fired), incident.number
        runs += len(r.standing(outcomes))
        breaches += sum(is_breached for _, is_breached in r.counts(outcomes).values())
    assert runs > 1_000
    assert breaches > 200


def told_of(incident: Incident, ids: dict[str, str]) -> list[Told]:
    return [Told(each.at, each.id, each.command) for each in events_of([incident], ids)]


def real_rules(teams: list[str]) -> Rules:
    """Return the usual clocks for the teams of a log, half of which keep office hours."""
    kind: Kind = b.a_kind("team-to-team", clocks=CLOCKS, policies=(URGENT,))
    fields: dict[str, Any] = {
        team: Team(id=team, name=team, lead="lead", calendar="office" if number % 2 else "elapsed")
        for number, team in enumerate(teams)
    }
    return Rules(version="rules-1", kinds={kind.name: kind}, teams=fields, calendars={"office": OFFICE})
