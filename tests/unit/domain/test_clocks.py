"""A clock against a count second by second, and what has to hold of every clock."""

from __future__ import annotations

from datetime import datetime, timedelta
from itertools import groupby
from typing import NamedTuple

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from pydantic import ValidationError

from orchestrator.domain import events as e
from orchestrator.domain.clocks.clock import Clock, ClockState, Suspension
from orchestrator.domain.clocks.schedule import ElapsedTime, Step, Timing
from orchestrator.domain.clocks.spec import BREACH_RUNG, ClockSpec, Rung
from orchestrator.domain.clocks.timeline import Run
from tests.builders import HOUR, MINUTE, SECOND, T0, a_cause, a_clock, a_decision
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


def a_timing(
    spec: ClockSpec, pauses: list[Pause], open_since: int | None = None, ended_at: int | None = None
) -> Timing:
    """Return the instants of a run that stood still in these pauses, those that overlap taken as one."""
    still = sorted(Oracle(pauses, open_since).stands_still)
    spans = [
        [s for _, s in group] for _, group in groupby(enumerate(still), key=lambda pair: pair[1] - pair[0])
    ]
    run = Run(
        spec,
        generation=1,
        team="tier-2",
        started_at=T0,
        ended_at=None if ended_at is None else at(ended_at),
        suspensions=tuple(
            a_suspension(span[0], None if span[-1] == Oracle.HORIZON - 1 else span[-1] + 1) for span in spans
        ),
    )
    return Timing(run, ElapsedTime())


def instants(spec: ClockSpec, timing: Timing) -> list[datetime | None]:
    return [timing.reach(rung.offset(spec.budget)) for rung in spec.rungs]


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
    timing, oracle = a_timing(spec, pauses, open_since), Oracle(pauses, open_since)
    for rung, instant in zip(spec.rungs, instants(spec, timing), strict=True):
        second = oracle.reached(whole(rung.offset(spec.budget)))
        assert instant == (None if second is None else at(second))


@PROPERTY
@given(specs(), pauses_, st.none() | st.integers(0, 400), moments)
def test_what_was_used_agrees_with_a_count_second_by_second(
    spec: ClockSpec, pauses: list[Pause], open_since: int | None, now: int
) -> None:
    timing, oracle = a_timing(spec, pauses, open_since), Oracle(pauses, open_since)
    assert timing.consumed_at(at(now)) == oracle.used[now] * SECOND


@PROPERTY
@given(specs(), pauses_, moments)
def test_what_comes_next_agrees_with_a_count_second_by_second(
    spec: ClockSpec, pauses: list[Pause], now: int
) -> None:
    steps = sorted(
        (Step(rung.offset(spec.budget), rung) for rung in spec.rungs), key=lambda step: step.offset
    )
    timing, fired = a_timing(spec, pauses), list[tuple[str, int]]()
    while (due := timing.next(steps, [name for name, _ in fired], spec.budget)).at is not None:
        if due.at > at(now):
            break
        fired.append((due.rung or "", whole(due.at - T0)))
    expected = Oracle(pauses).fired(spec, now)
    assert sorted(fired) == sorted(expected)
    assert [second for _, second in fired] == [second for _, second in expected]


# Properties


@PROPERTY
@given(specs(), pauses_, st.builds(Pause, st.integers(0, 300), st.integers(0, 120)))
def test_one_more_pause_never_makes_a_clock_due_earlier(
    spec: ClockSpec, pauses: list[Pause], more: Pause
) -> None:
    without, with_ = a_timing(spec, pauses), a_timing(spec, [*pauses, more])
    for earlier, later in zip(instants(spec, without), instants(spec, with_), strict=True):
        assert earlier is not None
        assert later is not None
        assert earlier <= later


@PROPERTY
@given(specs(), pauses_, st.integers(0, 200))
def test_consumed_and_remaining_are_the_budget(spec: ClockSpec, pauses: list[Pause], later: int) -> None:
    timing = a_timing(spec, pauses)
    due = timing.reach(spec.budget)
    assert due is not None
    now = at(max((p.since + p.length for p in pauses), default=0) + later)
    # Nothing stands still after the last pause: what is left of the budget is what is left of time.
    left = max(due - now, timedelta())
    assert min(timing.consumed_at(now), spec.budget) + left == spec.budget


@PROPERTY
@given(specs(), pauses_, moments, st.data())
def test_splitting_a_pause_in_two_changes_nothing(
    spec: ClockSpec, pauses: list[Pause], now: int, data: st.DataObject
) -> None:
    assume(pauses)
    *rest, last = pauses
    cut = data.draw(st.integers(0, last.length))
    halves = [Pause(last.since, cut), Pause(last.since + cut, last.length - cut)]
    one, two = a_timing(spec, pauses), a_timing(spec, [*rest, *halves])
    assert instants(spec, one) == instants(spec, two)
    assert one.consumed_at(at(now)) == two.consumed_at(at(now))


@PROPERTY
@given(specs(), pauses_, moments, moments)
def test_what_was_used_never_shrinks_and_stops_at_the_end(
    spec: ClockSpec, pauses: list[Pause], end: int, later: int
) -> None:
    timing = a_timing(spec, pauses)
    first, second = sorted((end, later))
    assert timing.consumed_at(at(first)) <= timing.consumed_at(at(second))
    ended = a_timing(spec, pauses, ended_at=end)
    assert ended.consumed_at(at(end + later)) == timing.consumed_at(at(end))


@PROPERTY
@given(pauses_)
def test_a_clock_survives_the_wire(pauses: list[Pause]) -> None:
    clock = a_clock(suspensions=tuple(a_suspension(p.since, p.since + p.length) for p in pauses))
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


def test_a_run_that_ran_out_before_it_was_paused_keeps_its_due_instant() -> None:
    spec = ClockSpec(kind="accept", owes="receiving", budget=100 * SECOND)
    assert a_timing(spec, [], open_since=150).reach(spec.budget) == at(100)
    assert a_timing(spec, [], open_since=50).reach(spec.budget) is None


def test_a_pause_at_the_due_instant_itself_comes_first() -> None:
    spec = ClockSpec(kind="accept", owes="receiving", budget=100 * SECOND)
    assert a_timing(spec, [Pause(100, 60)]).reach(spec.budget) == at(160)


@pytest.mark.parametrize(
    ("late", "dropped"),
    [
        (timedelta(), ()),
        (2.5 * MINUTE - timedelta(microseconds=1), ()),
        (2.5 * MINUTE, ("half",)),
        (HOUR, ("half",)),
    ],
)
def test_a_clock_drops_the_warnings_that_are_past_when_it_starts_but_never_the_breach(
    late: timedelta, dropped: tuple[str, ...]
) -> None:
    _, events = a_decision(cause=a_cause(T0), now=T0 + late)
    [notes] = [x.clock for x in events if isinstance(x, e.ClockActivated) and x.kind == "notes"]
    assert notes.fired == dropped
    assert (notes.started_at, notes.due_at) == (T0, T0 + 5 * MINUTE)
