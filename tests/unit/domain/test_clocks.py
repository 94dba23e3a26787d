from __future__ import annotations

from datetime import datetime, timedelta
from typing import NamedTuple
from uuid import UUID

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from pydantic import ValidationError

from orchestrator.domain import events as e
from orchestrator.domain.clocks import BREACH_RUNG, Clock, ClockSpec, ClockState, Rung, Suspension, start
from orchestrator.domain.deadlines import fire
from tests.builders import ACCEPT, HOUR, MINUTE, SECOND, T0, a_clock, a_handoff
from tests.unit.domain.properties import PROPERTY

# Clocks that Hypothesis makes: whole seconds, so that the oracle can count them one by one


class Pause(NamedTuple):
    """A pause in seconds since the clock started; they may overlap, and come in any order."""

    since: int
    length: int


def a_suspension(since: int, until: int | None) -> Suspension:
    return Suspension(
        since=T0 + since * SECOND,
        until=None if until is None else T0 + until * SECOND,
        reason="waits",
        actor="agent",
    )


def a_run(spec: ClockSpec, pauses: list[Pause], open_since: int | None = None) -> Clock:
    suspensions = [a_suspension(p.since, p.since + p.length) for p in pauses]
    if open_since is not None:
        suspensions.append(a_suspension(open_since, None))
    return a_clock(spec, suspensions=tuple(suspensions))


pauses_ = st.lists(st.builds(Pause, st.integers(0, 300), st.integers(0, 120)), max_size=4)
moments = st.integers(0, 900)


@st.composite
def specs(draw: st.DrawFn) -> ClockSpec:
    """A budget of whole hundreds of seconds, so that a share in per cent is whole seconds too."""
    shares = draw(st.lists(st.integers(1, 150), max_size=3))
    offsets = draw(st.lists(st.integers(-60, 99), max_size=2))
    rungs = [
        *(Rung(name=f"{n}:{share}%", share=share / 100) for n, share in enumerate(shares)),
        *(Rung(name=f"{n}:{offset}s", before=offset * SECOND) for n, offset in enumerate(offsets)),
        BREACH_RUNG,
    ]
    return ClockSpec(
        kind="resolve",
        owes="receiving",
        budget=draw(st.integers(1, 4)) * 100 * SECOND,
        rungs=tuple(draw(st.permutations(rungs))),
    )


class Oracle:
    """Count a clock second by second: slow, and written without looking at how the domain does it."""

    HORIZON = 2_000

    def __init__(self, pauses: list[Pause], open_since: int | None = None) -> None:
        stands_still = {s for p in pauses for s in range(p.since, p.since + p.length)}
        if open_since is not None:
            stands_still |= set(range(open_since, self.HORIZON))
        self.used = [0]
        for second in range(self.HORIZON):
            self.used.append(self.used[-1] + (second not in stands_still))
        self.stands_still = stands_still

    def reached(self, offset: int) -> int | None:
        """The first second that is not paused and at which `offset` seconds are used."""
        for second in range(self.HORIZON):
            if second not in self.stands_still and self.used[second] >= offset:
                return second
        return None

    def fired(self, spec: ClockSpec, now: int) -> list[tuple[str, int]]:
        """What somebody who looks every second has seen by `now`, in order."""
        reached = [(self.reached(whole(rung.offset(spec.budget))), rung.name) for rung in spec.rungs]
        return [(name, second) for second in range(now + 1) for at, name in reached if at == second]


def whole(span: timedelta) -> int:
    seconds = span / SECOND
    assert seconds == int(seconds)
    return int(seconds)


def at(second: int) -> datetime:
    return T0 + second * SECOND


@PROPERTY
@given(specs(), pauses_, st.none() | st.integers(0, 400))
def test_every_instant_agrees_with_a_count_second_by_second(
    spec: ClockSpec, pauses: list[Pause], open_since: int | None
) -> None:
    clock, oracle = a_run(spec, pauses, open_since), Oracle(pauses, open_since)
    for rung in spec.rungs:
        second = oracle.reached(whole(rung.offset(spec.budget)))
        assert clock.instant_of(rung) == (None if second is None else at(second))
    due = oracle.reached(whole(spec.budget))
    assert clock.due_at == (None if due is None else at(due))


@PROPERTY
@given(specs(), pauses_, st.none() | st.integers(0, 400), moments)
def test_what_was_used_agrees_with_a_count_second_by_second(
    spec: ClockSpec, pauses: list[Pause], open_since: int | None, now: int
) -> None:
    clock, oracle = a_run(spec, pauses, open_since), Oracle(pauses, open_since)
    assert clock.consumed(at(now)) == oracle.used[now] * SECOND
    assert clock.paused_for(at(now)) == (now - oracle.used[now]) * SECOND


@PROPERTY
@given(specs(), pauses_, moments)
def test_what_fires_agrees_with_a_count_second_by_second(
    spec: ClockSpec, pauses: list[Pause], now: int
) -> None:
    clock = a_run(spec, pauses)
    handoff = a_handoff().model_copy(update={"clocks": (clock,)})
    fired = [event for event in fire(handoff, now=at(now)).events if isinstance(event, e.RungFired)]
    expected = Oracle(pauses).fired(spec, now)
    assert sorted((event.rung, event.at) for event in fired) == sorted((n, at(s)) for n, s in expected)
    assert [event.at for event in fired] == [at(s) for _, s in expected]


# Properties


@PROPERTY
@given(specs(), pauses_, st.builds(Pause, st.integers(0, 300), st.integers(0, 120)))
def test_one_more_pause_never_makes_a_clock_due_earlier(
    spec: ClockSpec, pauses: list[Pause], more: Pause
) -> None:
    without, with_ = a_run(spec, pauses), a_run(spec, [*pauses, more])
    for rung in spec.rungs:
        earlier, later = without.instant_of(rung), with_.instant_of(rung)
        assert earlier is not None
        assert later is not None
        assert earlier <= later


@PROPERTY
@given(specs(), pauses_, moments)
def test_consumed_and_remaining_are_the_budget(spec: ClockSpec, pauses: list[Pause], now: int) -> None:
    assume(all(p.since + p.length <= now for p in pauses))
    clock = a_run(spec, pauses)
    assert clock.due_at is not None
    assume(clock.due_at >= at(now))
    assert clock.consumed(at(now)) + (clock.due_at - at(now)) == spec.budget


@PROPERTY
@given(specs(), pauses_, moments, st.data())
def test_splitting_a_pause_in_two_changes_nothing(
    spec: ClockSpec, pauses: list[Pause], now: int, data: st.DataObject
) -> None:
    assume(pauses)
    *rest, last = pauses
    cut = data.draw(st.integers(0, last.length))
    halves = [Pause(last.since, cut), Pause(last.since + cut, last.length - cut)]
    one, two = a_run(spec, pauses), a_run(spec, [*rest, *halves])
    assert [one.instant_of(rung) for rung in spec.rungs] == [two.instant_of(rung) for rung in spec.rungs]
    assert one.consumed(at(now)) == two.consumed(at(now))


@PROPERTY
@given(specs(), pauses_, moments, st.randoms(use_true_random=False))
def test_the_order_in_which_pauses_are_heard_of_changes_nothing(
    spec: ClockSpec, pauses: list[Pause], now: int, random: object
) -> None:
    shuffled = list(pauses)
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    one, two = a_run(spec, pauses), a_run(spec, shuffled)
    assert [one.instant_of(rung) for rung in spec.rungs] == [two.instant_of(rung) for rung in spec.rungs]
    assert one.consumed(at(now)) == two.consumed(at(now))


@PROPERTY
@given(specs(), pauses_, moments, moments)
def test_what_was_used_never_shrinks_and_stops_at_the_end(
    spec: ClockSpec, pauses: list[Pause], end: int, later: int
) -> None:
    clock = a_run(spec, pauses)
    first, second = sorted((end, later))
    assert clock.consumed(at(first)) <= clock.consumed(at(second))
    ended = clock.model_copy(update={"ended_at": at(end), "outcome": "met"})
    assert ended.consumed(at(end + later)) == clock.consumed(at(end))


@PROPERTY
@given(specs(), pauses_, st.none() | st.integers(0, 400))
def test_a_clock_survives_the_wire(spec: ClockSpec, pauses: list[Pause], open_since: int | None) -> None:
    clock = a_run(spec, pauses, open_since)
    assert Clock.model_validate_json(clock.model_dump_json()) == clock


# Examples


@pytest.mark.parametrize(
    ("rung", "offset"),
    [
        (Rung(name="half", share=0.5), 50 * MINUTE),
        (Rung(name="10-before", before=10 * MINUTE), 90 * MINUTE),
        (Rung(name="10-after", before=-10 * MINUTE), 110 * MINUTE),
        (Rung(name="due"), 100 * MINUTE),
        (BREACH_RUNG, 100 * MINUTE),
        (Rung(name="both", share=0.2, before=MINUTE), 20 * MINUTE),
    ],
    ids=lambda value: value.name if isinstance(value, Rung) else "",
)
def test_a_rung_stands_at_a_share_of_the_budget_or_at_an_offset_from_its_end(
    rung: Rung, offset: timedelta
) -> None:
    assert rung.offset(100 * MINUTE) == offset


@pytest.mark.parametrize("share", [0, -0.5, 11, float("nan"), float("inf")])
def test_a_share_is_a_sensible_part_of_the_budget(share: float) -> None:
    with pytest.raises(ValidationError):
        Rung(name="odd", share=share)


@pytest.mark.parametrize("budget", [timedelta(), -MINUTE])
def test_a_budget_is_more_than_nothing(budget: timedelta) -> None:
    with pytest.raises(ValidationError):
        ClockSpec(kind="accept", owes="receiving", budget=budget)


@pytest.mark.parametrize(
    ("over", "state"),
    [
        ({}, ClockState.RUNNING),
        ({"suspensions": (a_suspension(60, 120),)}, ClockState.RUNNING),
        ({"suspensions": (a_suspension(60, None),)}, ClockState.PAUSED),
        ({"fired": ("80%",)}, ClockState.RUNNING),
        ({"fired": ("80%", "breach")}, ClockState.BREACHED),
        ({"fired": ("breach",), "suspensions": (a_suspension(60, None),)}, ClockState.BREACHED),
        ({"ended_at": T0 + MINUTE, "outcome": "met"}, ClockState.MET),
        ({"ended_at": T0 + MINUTE, "outcome": "cancelled"}, ClockState.CANCELLED),
        ({"ended_at": T0 + HOUR, "outcome": "met", "fired": ("breach",)}, ClockState.BREACHED),
    ],
)
def test_a_clock_has_one_word_for_where_it_stands(over: dict[str, object], state: ClockState) -> None:
    assert a_clock(**over).state is state


def test_a_paused_clock_has_no_due_instant() -> None:
    clock = a_clock(suspensions=(a_suspension(60, None),))
    assert clock.due_at is None
    assert clock.next_rung() is None


def test_a_clock_that_ran_out_before_it_was_paused_keeps_its_due_instant() -> None:
    clock = a_clock(suspensions=(a_suspension(20 * 60, None),))
    assert clock.due_at == T0 + 15 * MINUTE
    assert clock.next_rung() is None


def test_a_pause_at_the_due_instant_itself_comes_first() -> None:
    clock = a_clock(suspensions=(a_suspension(15 * 60, 25 * 60),))
    assert clock.due_at == T0 + 25 * MINUTE


def test_the_next_rung_is_the_first_that_has_not_fired() -> None:
    assert a_clock().next_rung() == (ACCEPT.rungs[0], T0 + 12 * MINUTE)
    assert a_clock(fired=("80%",)).next_rung() == (ACCEPT.rungs[1], T0 + 14 * MINUTE)
    assert a_clock(fired=("80%", "last-minute", "breach")).next_rung() is None


def test_an_ended_clock_has_no_next_rung() -> None:
    clock = a_clock(ended_at=T0 + MINUTE, outcome="met")
    assert not clock.is_open
    assert clock.next_rung() is None


def test_nothing_is_used_before_the_start() -> None:
    assert a_clock().consumed(T0 - HOUR) == timedelta()


@pytest.mark.parametrize(
    ("late", "dropped"),
    [
        (timedelta(), ()),
        (12 * MINUTE - timedelta(microseconds=1), ()),
        (12 * MINUTE, ("80%",)),
        (14 * MINUTE, ("80%", "last-minute")),
        (HOUR, ("80%", "last-minute")),
    ],
)
def test_a_clock_drops_the_warnings_that_are_past_when_it_starts_but_never_the_breach(
    late: timedelta, dropped: tuple[str, ...]
) -> None:
    clock = start(ACCEPT, id=UUID(int=1), team="tier-2", generation=1, at=T0, now=T0 + late)
    assert clock.fired == dropped
    assert clock.started_at == T0
    assert clock.due_at == T0 + 15 * MINUTE


def test_a_clock_takes_everything_from_its_specification() -> None:
    clock = start(ACCEPT, id=UUID(int=1), team="tier-2", generation=2, at=T0, now=T0)
    assert clock == a_clock(ACCEPT, generation=2)
