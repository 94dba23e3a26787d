from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orchestrator.domain import events as e
from orchestrator.domain.clocks.deadlines import fire as fire_under
from orchestrator.domain.clocks.spec import BREACH_RUNG, Rung
from orchestrator.domain.handoff import Handoff, Status
from orchestrator.domain.identity import rung_id
from orchestrator.domain.lifecycle.decision import Decision
from orchestrator.domain.lifecycle.replies import reply
from orchestrator.domain.policy import Policy
from tests.builders import (
    ACCEPT,
    HOUR,
    MINUTE,
    NOTES,
    SECOND,
    T0,
    a_cause,
    a_decision,
    a_handoff,
    a_kind,
    a_pause,
    a_policy,
    a_request,
    a_resume,
    an_accept,
)
from tests.unit.domain.properties import PROPERTY

MICROSECOND = timedelta(microseconds=1)
POLICY = a_policy()


def fire(handoff: Handoff, *, now: datetime, policy: Policy | None = None) -> Decision:
    return fire_under(handoff, policy=policy or POLICY, now=now)


def next_due(handoff: Handoff) -> datetime | None:
    """Return the instant at which something fires next."""
    return min((clock.next_at for clock in handoff.clocks if clock.next_at is not None), default=None)


def rungs(events: list[e.Event]) -> list[tuple[str, str, datetime]]:
    """Return clock, rung and instant of every rung that fired, in order."""
    return [(event.kind, event.rung, event.at) for event in events if isinstance(event, e.RungFired)]


def minute(n: float) -> datetime:
    return T0 + n * MINUTE


def test_nothing_fires_before_its_instant() -> None:
    assert fire(a_handoff(), now=minute(12) - MICROSECOND).events == []


def test_a_rung_fires_exactly_at_its_instant() -> None:
    assert rungs(fire(a_handoff(), now=minute(12)).events) == [("accept", "80%", minute(12))]


def test_a_breach_comes_exactly_at_the_due_instant_and_not_a_microsecond_before() -> None:
    warned = fire(a_handoff(), now=minute(14)).handoff
    assert fire(warned, now=minute(15) - MICROSECOND).events == []
    assert rungs(fire(warned, now=minute(15)).events) == [("accept", "breach", minute(15))]


def test_the_next_instant_of_a_clock_is_the_one_at_which_something_fires() -> None:
    handoff = a_handoff(command=a_request(summary=None))
    while due := next_due(handoff):
        assert fire(handoff, now=due - MICROSECOND).events == []
        handoff, events = fire(handoff, now=due)
        assert rungs(events)
    assert all(clock.is_breached for clock in handoff.open_clocks())


def test_each_rung_fires_once() -> None:
    fired, first = fire(a_handoff(), now=T0 + HOUR)
    assert len(rungs(first)) == 3
    assert fire(fired, now=T0 + HOUR).events == []
    assert fire(fired, now=T0 + 100 * HOUR).events == []


def test_after_an_hour_down_everything_fires_at_once_in_order_with_its_own_instant() -> None:
    handoff = a_handoff(command=a_request(summary=None))
    handoff = reply(
        handoff, an_accept(handoff), cause=a_cause(minute(1), "a"), policy=a_policy(), now=minute(1)
    ).handoff
    now = minute(1) + HOUR
    events = fire(handoff, now=now).events
    assert rungs(events) == [
        ("notes", "half", minute(2.5)),
        ("notes", "breach", minute(5)),
        ("first_contact", "10-min", minute(21)),
        ("first_contact", "breach", minute(31)),
    ]
    fired = [event for event in events if isinstance(event, e.RungFired)]
    assert [event.due_at for event in fired] == [minute(5), minute(5), minute(31), minute(31)]
    assert {event.fired_at for event in fired} == {now}
    assert [event.version for event in events] == list(
        range(handoff.version + 1, handoff.version + 1 + len(events))
    )


def test_clocks_that_run_at_the_same_time_fire_in_the_order_of_their_instants() -> None:
    handoff = a_handoff(command=a_request(summary=None))
    assert rungs(fire(handoff, now=T0 + HOUR).events) == [
        ("notes", "half", minute(2.5)),
        ("notes", "breach", minute(5)),
        ("accept", "80%", minute(12)),
        ("accept", "last-minute", minute(14)),
        ("accept", "breach", minute(15)),
    ]


def test_rungs_of_several_clocks_are_interleaved() -> None:
    slow_notes = NOTES.model_copy(update={"budget": 13 * MINUTE})
    policy = a_policy(a_kind(clocks=(slow_notes, ACCEPT)))
    handoff = a_handoff(command=a_request(summary=None), policy=policy)
    events = fire(handoff, policy=policy, now=T0 + HOUR).events
    assert rungs(events) == [
        ("notes", "half", minute(6.5)),
        ("accept", "80%", minute(12)),
        ("notes", "breach", minute(13)),
        ("accept", "last-minute", minute(14)),
        ("accept", "breach", minute(15)),
    ]


def test_a_rung_says_who_owes_what_was_used_and_what_comes_next() -> None:
    handoff = a_handoff()
    (warned,) = fire(handoff, now=minute(13)).events
    assert isinstance(warned, e.ClockWarned)
    assert (warned.team, warned.sending_team, warned.receiving_team) == ("tier-2", "tier-1", "tier-2")
    assert (warned.consumed, warned.paused, warned.budget) == (12 * MINUTE, timedelta(), 15 * MINUTE)
    assert (warned.due_at, warned.fired_at) == (minute(15), minute(13))
    assert (warned.next_rung, warned.next_at) == ("last-minute", minute(14))
    assert warned.rung_id == rung_id(handoff.id, "accept", 1, "80%")
    assert warned.priority == handoff.priority


def test_nothing_comes_after_the_last_rung() -> None:
    last = [event for event in fire(a_handoff(), now=T0 + HOUR).events if isinstance(event, e.RungFired)][-1]
    assert (last.rung, last.next_rung, last.next_at) == ("breach", None, None)


def test_a_deadline_is_caused_by_no_event_and_done_by_the_system() -> None:
    events = fire(a_handoff(), now=T0 + HOUR).events
    assert {event.cause for event in events} == {None}
    assert {event.actor.kind for event in events} == {"system"}


def test_an_offer_that_nobody_accepts_in_time_tells_the_sender_once() -> None:
    handoff, events = fire(a_handoff(), now=T0 + HOUR)
    (notice,) = (event for event in events if isinstance(event, e.SenderNotified))
    assert (notice.team, notice.topic, notice.at) == ("tier-1", "timed-out", minute(15))
    assert "tier-2 has not accepted case case-1 in time" in notice.message
    assert handoff.status is Status.OFFERED


def test_the_breach_of_another_clock_tells_the_sender_nothing() -> None:
    events = fire(a_handoff(Status.ACCEPTED), now=T0 + 5 * HOUR).events
    assert ("resolve", "breach", T0 + 4 * HOUR) in rungs(events)
    assert not any(isinstance(event, e.SenderNotified) for event in events)


@pytest.mark.parametrize("status", [s for s in Status if not s.is_open])
def test_nothing_fires_on_a_closed_handoff(status: Status) -> None:
    handoff = a_handoff(status)
    assert next_due(handoff) is None
    assert fire(handoff, now=T0 + 100 * HOUR).events == []


def paused(handoff: Handoff, *, at: datetime) -> Handoff:
    return reply(handoff, a_pause(handoff), cause=a_cause(at, "p"), policy=a_policy(), now=at).handoff


def resumed(handoff: Handoff, *, at: datetime) -> Handoff:
    return reply(handoff, a_resume(handoff), cause=a_cause(at, "r"), policy=a_policy(), now=at).handoff


def test_nothing_fires_while_paused() -> None:
    handoff = paused(a_handoff(), at=minute(10))
    assert next_due(handoff) is None
    assert fire(handoff, now=T0 + 100 * HOUR).events == []


def test_a_pause_stops_only_the_clocks_of_the_team_that_paused() -> None:
    handoff = paused(a_handoff(command=a_request(summary=None)), at=minute(1))
    assert {kind for kind, *_ in rungs(fire(handoff, now=T0 + HOUR).events)} == {"notes"}


def test_after_a_pause_the_rest_of_the_budget_is_left() -> None:
    handoff = resumed(paused(a_handoff(), at=minute(10)), at=minute(40))
    events = fire(handoff, now=T0 + 2 * HOUR).events
    assert rungs(events) == [
        ("accept", "80%", minute(42)),
        ("accept", "last-minute", minute(44)),
        ("accept", "breach", minute(45)),
    ]
    breach = events[2]
    assert isinstance(breach, e.ClockBreached)
    assert (breach.consumed, breach.paused) == (15 * MINUTE, 30 * MINUTE)


def test_a_pause_after_the_breach_does_not_move_the_due_instant() -> None:
    handoff = fire(a_handoff(), now=minute(15)).handoff
    handoff = resumed(paused(handoff, at=minute(20)), at=minute(30))
    accept = handoff.clock("accept")
    assert accept is not None
    assert accept.due_at == minute(15)


def test_a_warning_that_was_past_when_its_clock_started_never_fires() -> None:
    handoff = a_decision(a_request(summary=None), cause=a_cause(T0), now=minute(3)).handoff
    assert [r for r in rungs(fire(handoff, now=T0 + HOUR).events) if r[0] == "notes"] == [
        ("notes", "breach", minute(5))
    ]


def test_a_warning_longer_before_the_due_instant_than_the_budget_is_never_fires() -> None:
    early = (Rung(name="20-min", before=20 * MINUTE), Rung(name="15-min", before=15 * MINUTE))
    policy = a_policy(a_kind(clocks=(ACCEPT.model_copy(update={"rungs": (*early, BREACH_RUNG)}),)))
    handoff = a_handoff(policy=policy)
    assert rungs(fire(handoff, policy=policy, now=T0 + HOUR).events) == [("accept", "breach", minute(15))]


def test_a_rung_after_the_due_instant_fires_after_the_breach() -> None:
    late = (Rung(name="150%", share=1.5), BREACH_RUNG, Rung(name="5-after", before=-5 * MINUTE))
    changes = {"budget": 10 * MINUTE, "rungs": late}
    policy = a_policy(a_kind(clocks=(ACCEPT.model_copy(update=changes),)))
    events = fire(a_handoff(policy=policy), policy=policy, now=T0 + HOUR).events
    assert rungs(events) == [
        ("accept", "breach", minute(10)),
        ("accept", "150%", minute(15)),
        ("accept", "5-after", minute(15)),
    ]
    assert {event.due_at for event in events if isinstance(event, e.RungFired)} == {minute(10)}


def play(steps: list[tuple[int, str]], *, is_swept: bool) -> list[tuple[str, str, datetime]]:
    """Accept, pause and resume after the given waits; sweep just before every step, or only at the end."""
    policy = a_policy()
    handoff, _ = a_decision(a_request(summary=None), policy=policy)
    journal: list[e.Event] = []
    now = T0
    for n, (wait, step) in enumerate(steps):
        now += wait * SECOND
        if is_swept:
            handoff, events = fire(handoff, now=now - MICROSECOND)
            journal += events
        command = {"accept": an_accept, "pause": a_pause, "resume": a_resume}[step](handoff)
        handoff, events = reply(handoff, command, cause=a_cause(now, f"{n}"), policy=policy, now=now)
        journal += events
    return rungs([*journal, *fire(handoff, now=now + 10 * HOUR).events])


waits = st.integers(1, 3 * 60 * 60)


@PROPERTY
@given(st.lists(st.tuples(waits, waits), max_size=3), st.lists(st.tuples(waits, waits), max_size=3), waits)
def test_what_fires_does_not_depend_on_how_often_somebody_looks(
    before: list[tuple[int, int]], after: list[tuple[int, int]], accepts_after: int
) -> None:
    def pauses(spans: list[tuple[int, int]]) -> list[tuple[int, str]]:
        return [step for wait, length in spans for step in ((wait, "pause"), (length, "resume"))]

    steps = [*pauses(before), (accepts_after, "accept"), *pauses(after)]
    assert sorted(play(steps, is_swept=True)) == sorted(play(steps, is_swept=False))
