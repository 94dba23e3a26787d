"""Budget, suspensions and rungs on business calendars, against a count minute by minute."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any, NamedTuple

from hypothesis import assume, given
from hypothesis import strategies as st

from orchestrator.domain import commands as c
from orchestrator.domain import events as e
from orchestrator.domain.calendars.calendar import BusinessCalendar
from orchestrator.domain.clocks.clock import Suspension
from orchestrator.domain.clocks.schedule import CalendarsInTurn, Keeper, Timing
from orchestrator.domain.clocks.spec import BREACH_RUNG, TEAM_CALENDAR, ClockSpec, Rung
from orchestrator.domain.clocks.timeline import Run
from tests.builders import HOUR, MINUTE
from tests.unit.domain.calendar_oracle import DAY, Oracle
from tests.unit.domain.clock_desk import ClockDesk, rules
from tests.unit.domain.properties import PROPERTY

DAYS = ("mon", "tue", "wed", "thu", "fri")
BERLIN = BusinessCalendar.model_validate(
    {
        "name": "berlin",
        "zone": "Europe/Berlin",
        "week": {
            **{day: ["09:00-12:30", "13:15-17:30"] for day in ("mon", "tue", "wed", "thu")},
            "fri": ["09:00-12:30"],
            "sat": ["22:00-04:00"],
        },
        "holidays": ["2026-03-30", "2026-10-26"],
    }
)
NEW_YORK = BusinessCalendar.model_validate(
    {
        "name": "new-york",
        "zone": "America/New_York",
        "week": {**{day: ["09:00-17:00"] for day in DAYS}, "sat": ["23:00-03:00"]},
        "closures": [{"since": "2026-03-11 12:00", "until": "2026-03-11 15:00"}],
    }
)
KOLKATA = BusinessCalendar.model_validate(
    {
        "name": "kolkata",
        "zone": "Asia/Kolkata",
        "week": {day: ["09:30-13:00", "13:45-18:00", "19:30-02:30"] for day in DAYS},
        "extra_openings": [{"on": "2026-03-29", "windows": ["10:00-12:00"]}],
    }
)
SPEC = ClockSpec(
    kind="resolve",
    owes="receiving",
    budget=10 * HOUR,
    calendar=TEAM_CALENDAR,
    starts=("accepted",),
    stops=("completed",),
    longest_pause=12 * HOUR,
    rungs=(Rung(name="half", share=0.5), Rung(name="early", before=30 * MINUTE), BREACH_RUNG),
)
NIGHTS = (date(2026, 3, 28), date(2026, 10, 24), date(2026, 3, 7), date(2026, 10, 31))
"""The eves of both nights on which the clocks change, in Berlin and in New York."""
_ORACLES = {
    (calendar.name, night): Oracle(calendar, night - 4 * DAY, night + 24 * DAY)
    for calendar in (BERLIN, NEW_YORK, KOLKATA)
    for night in NIGHTS
}


class Pause(NamedTuple):
    """A span in minutes since the start."""

    since: int
    length: int


calendars = st.sampled_from([BERLIN, NEW_YORK, KOLKATA])
nights = st.sampled_from(NIGHTS)
minutes = st.integers(0, 4 * 24 * 60)
pauses_ = st.lists(st.builds(Pause, minutes, st.integers(1, 2_000)), max_size=3)


def start_of(night: date, after: int) -> datetime:
    return datetime(night.year, night.month, night.day, tzinfo=UTC) - 3 * DAY + after * MINUTE


class Count:
    """Uses up a budget minute by minute, where it is open and nobody paused."""

    def __init__(self, oracle: Oracle, start: datetime, pauses: list[Pause]) -> None:
        self._oracle = oracle
        self._start = start
        self._spans = [
            (start + p.since * MINUTE, start + (p.since + p.length) * MINUTE) for p in pauses if p.length > 0
        ]
        self._minutes = [
            at for at in oracle.open if at >= start and not any(s <= at < u for s, u in self._spans)
        ]

    def used(self, until: datetime) -> timedelta:
        """Return what is used up to `until`."""
        return sum(at < until for at in self._minutes) * MINUTE

    def reached(self, offset: timedelta) -> datetime:
        """Return when so much is used. A pause that begins at that very instant comes first."""
        used, has_moved = offset // MINUTE, offset <= timedelta()
        at = self._start if has_moved else self._minutes[used - 1] + MINUTE
        while True:
            ends = [until for since, until in self._spans if since <= at < until]
            is_within = self._oracle.is_open(at) or self._oracle.is_open(at - MINUTE)
            if ends:
                at, has_moved = max(ends), True
            elif has_moved and not is_within:
                opening = self._oracle.next_opening(at)
                assert opening is not None, "the oracle looks ahead for four weeks only"
                at = opening
            else:
                return at


def a_run(start: datetime, pauses: list[Pause], **over: Any) -> Run:
    """Return a run that stood still in these spans, those that touch taken as one."""
    still: list[Suspension] = []
    for since, length in sorted(pauses):
        first, last = start + since * MINUTE, start + (since + length) * MINUTE
        if still and still[-1].until is not None and first <= still[-1].until:
            first, last = still[-1].since, max(last, still.pop().until or last)
        still.append(Suspension(since=first, until=last, reason="waits", actor="agent"))
    return Run(SPEC, 1, "tier-2", start, suspensions=tuple(still), **over)


def a_timing(keeper: Keeper, start: datetime, pauses: list[Pause], **over: Any) -> Timing:
    return Timing(a_run(start, pauses, **over), keeper)


def instants(timing: Timing) -> list[datetime]:
    found = [timing.reach(rung.offset(SPEC.budget)) for rung in SPEC.rungs]
    return [at for at in found if at is not None]


@PROPERTY
@given(calendars, nights, minutes, pauses_, minutes)
def test_every_instant_and_all_that_was_used_agree_with_a_count_minute_by_minute(
    calendar: BusinessCalendar, night: date, after: int, pauses: list[Pause], later: int
) -> None:
    start = start_of(night, after)
    timing, count = a_timing(calendar, start, pauses), Count(_ORACLES[calendar.name, night], start, pauses)
    assert instants(timing) == [count.reached(rung.offset(SPEC.budget)) for rung in SPEC.rungs]
    assert timing.consumed_at(start + later * MINUTE) == count.used(start + later * MINUTE)


@PROPERTY
@given(calendars, nights, minutes, pauses_, minutes, pauses_, st.integers(0, 2_000))
def test_what_was_consumed_before_the_work_came_back_counts(
    calendar: BusinessCalendar,
    night: date,
    length: int,
    pauses: list[Pause],
    after: int,
    later: list[Pause],
    gap: int,
) -> None:
    oracle, first = _ORACLES[calendar.name, night], start_of(night, 0)
    end = first + length * MINUTE
    again = end + gap * MINUTE
    within = [Pause(p.since, min(p.length, length - p.since)) for p in pauses if p.since < length]
    earlier = a_run(first, within, ended_at=end)
    carried = Count(oracle, first, within).used(end)
    timing, count = a_timing(calendar, again, later, earlier=[earlier]), Count(oracle, again, later)
    assert timing.carried == carried
    expected = [count.reached(rung.offset(SPEC.budget) - carried) for rung in SPEC.rungs]
    assert instants(timing) == expected
    now = again + after * MINUTE
    assert timing.consumed_at(now) == carried + count.used(now)


@PROPERTY
@given(nights, minutes, minutes, pauses_, minutes)
def test_a_change_of_calendar_keeps_what_was_used_before_it(
    night: date, after: int, changed: int, pauses: list[Pause], later: int
) -> None:
    start = start_of(night, after)
    change, now = start + changed * MINUTE, start + later * MINUTE
    timing = a_timing(CalendarsInTurn(BERLIN, [(change, KOLKATA)]), start, pauses)
    before = Count(_ORACLES["berlin", night], start, pauses)
    whole = Count(_ORACLES["kolkata", night], start, pauses)
    used = before.used(min(now, change)) + whole.used(max(now, change)) - whole.used(change)
    assert timing.consumed_at(now) == used
    due = timing.reach(SPEC.budget)
    assert due is not None
    assert timing.consumed_at(due) == SPEC.budget
    calendar = BERLIN if due <= change else KOLKATA
    assert calendar.is_open(due) or calendar.is_open(due - timedelta(microseconds=1)) or due == change


@PROPERTY
@given(calendars, nights, minutes, pauses_, st.builds(Pause, minutes, st.integers(1, 2_000)))
def test_one_more_pause_never_makes_a_clock_due_earlier(
    calendar: BusinessCalendar, night: date, after: int, pauses: list[Pause], more: Pause
) -> None:
    start = start_of(night, after)
    without, with_ = a_timing(calendar, start, pauses), a_timing(calendar, start, [*pauses, more])
    assert all(one <= two for one, two in zip(instants(without), instants(with_), strict=True))


@PROPERTY
@given(calendars, nights, minutes, pauses_, minutes)
def test_consumed_and_remaining_are_the_budget(
    calendar: BusinessCalendar, night: date, after: int, pauses: list[Pause], later: int
) -> None:
    start = start_of(night, after)
    now, timing = start + later * MINUTE, a_timing(calendar, start, pauses)
    due = timing.reach(SPEC.budget)
    assert due is not None
    assume(now <= due)
    left = Count(_ORACLES[calendar.name, night], start, pauses)
    assert timing.consumed_at(now) + left.used(due) - left.used(now) == SPEC.budget


@PROPERTY
@given(calendars, nights, minutes, pauses_, st.data())
def test_splitting_a_pause_in_two_changes_nothing(
    calendar: BusinessCalendar, night: date, after: int, pauses: list[Pause], data: st.DataObject
) -> None:
    assume(pauses)
    *rest, last = pauses
    cut = data.draw(st.integers(0, last.length))
    halves = [Pause(last.since, cut), Pause(last.since + cut, last.length - cut)]
    start = start_of(night, after)
    one, two = a_timing(calendar, start, pauses), a_timing(calendar, start, [*rest, *halves])
    assert instants(one) == instants(two)


@PROPERTY
@given(calendars, nights, minutes, st.lists(st.tuples(st.integers(1, 900), st.integers(1, 900)), max_size=3))
def test_a_handoff_that_is_paused_and_resumed_agrees_with_a_count_minute_by_minute(
    calendar: BusinessCalendar, night: date, after: int, spans: list[tuple[int, int]]
) -> None:
    """Half of the pauses are resumed and half end by themselves; none lasts longer than it may."""
    start = start_of(night, after)
    desk = ClockDesk(rules(SPEC, calendars=(calendar,), tier_2={"calendar": calendar.name}), start)
    desk.say(c.Accept, start)
    minute, pauses = 0, list[Pause]()
    for n, (wait, length) in enumerate(spans):
        since = minute + wait
        minute = since + length
        until = start + minute * MINUTE
        # Not at that very instant: a rung that is reached then waits until the pause is over.
        desk.sweep(start + since * MINUTE - timedelta(microseconds=1))
        desk.say(c.Pause, start + since * MINUTE, until=until if n % 2 else None)
        if n % 2 == 0:
            desk.sweep(until)
            desk.say(c.Resume, until)
        pauses.append(Pause(since, min(length, 12 * 60)))
    count = Count(_ORACLES[calendar.name, night], start, pauses)
    desk.sweep(start + 24 * DAY)
    assert desk.clock("resolve").due_at == count.reached(SPEC.budget)
    fired = [(event.rung, event.at) for event in desk.of(e.RungFired)]
    dropped = desk.clock("resolve").fired[: len(SPEC.rungs) - len(fired)]
    assert fired == [
        (rung.name, count.reached(rung.offset(SPEC.budget)))
        for rung in SPEC.rungs
        if rung.name not in dropped
    ]
