"""Budget, suspensions and rungs on business calendars, against a count minute by minute."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from orchestrator.domain.calendars import BusinessCalendar
from orchestrator.domain.clock_spec import BREACH_RUNG, ClockSpec, Rung
from orchestrator.domain.clocks import Suspension
from orchestrator.domain.schedule import CalendarsInTurn, Timing
from orchestrator.domain.timeline import Run
from tests.builders import HOUR, MINUTE
from tests.unit.domain.calendar_oracle import Oracle
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
        "week": {**{d: ["09:00-17:00"] for d in DAYS}, "sat": ["23:00-03:00"]},
        "closures": [{"since": "2026-03-11 12:00", "until": "2026-03-11 15:00"}],
    }
)
KOLKATA = BusinessCalendar.model_validate(
    {
        "name": "kolkata",
        "zone": "Asia/Kolkata",
        "week": {
            d: ["09:30-13:00", "13:45-18:00", "19:30-02:30"] for d in ("mon", "tue", "wed", "thu", "fri")
        },
        "extra_openings": [{"on": "2026-03-29", "windows": ["10:00-12:00"]}],
    }
)
SPEC = ClockSpec(
    kind="resolve",
    owes="receiving",
    budget=10 * HOUR,
    rungs=(Rung(name="half", share=0.5), Rung(name="early", before=30 * MINUTE), BREACH_RUNG),
)
NIGHTS = (date(2026, 3, 28), date(2026, 10, 24), date(2026, 3, 7), date(2026, 10, 31))
"""The eves of both nights on which the clocks change, in Berlin and in New York."""
_ORACLES = {
    (c.name, night): Oracle(c, night - timedelta(days=4), night + timedelta(days=24))
    for c in (BERLIN, NEW_YORK, KOLKATA)
    for night in NIGHTS
}
minutes = st.integers(0, 4 * 24 * 60)
spans = st.lists(st.tuples(minutes, st.integers(1, 2_000)), max_size=3)


def a_run(start: datetime, pauses: list[tuple[int, int]]) -> Run:
    """Return a run that stood still in these spans of minutes since its start, tidied up."""
    still: list[Suspension] = []
    for since, length in sorted(pauses):
        first, last = start + since * MINUTE, start + (since + length) * MINUTE
        if still and still[-1].until is not None and first <= still[-1].until:
            first, last = still[-1].since, max(last, still.pop().until or last)
        still.append(Suspension(since=first, until=last, reason="waits", actor="agent"))
    return Run(SPEC, 1, "tier-2", start, suspensions=tuple(still))


def counted(
    oracle: Oracle, run: Run, *, offset: timedelta | None = None, until: datetime | None = None
) -> datetime | timedelta:
    """Count open minutes that are not paused: to the instant of an offset, or up to an instant."""
    used = timedelta()
    for minute in oracle.open:
        if minute < run.started_at or any(s.since <= minute < (s.until or minute) for s in run.suspensions):
            continue
        if until is not None and minute >= until:
            return used
        used += MINUTE
        if offset is not None and used >= offset:
            return minute + MINUTE
    assert until is not None, "the oracle looks ahead for four weeks only"
    return used


def is_at_a_pause(run: Run, at: object) -> bool:
    """Whether a pause begins at this very instant: what was reached then waits until it is over."""
    return any(s.since == at for s in run.suspensions)


@PROPERTY
@given(st.sampled_from([BERLIN, NEW_YORK, KOLKATA]), st.sampled_from(NIGHTS), minutes, spans)
def test_every_instant_agrees_with_a_count_minute_by_minute(
    calendar: BusinessCalendar, night: date, after: int, pauses: list[tuple[int, int]]
) -> None:
    start = datetime(night.year, night.month, night.day, tzinfo=UTC) - timedelta(days=3) + after * MINUTE
    run, oracle = a_run(start, pauses), _ORACLES[calendar.name, night]
    timing = Timing(run, calendar)
    for rung in SPEC.rungs:
        expected = counted(oracle, run, offset=rung.offset(SPEC.budget))
        instant = timing.reach(rung.offset(SPEC.budget))
        assert instant is not None
        if is_at_a_pause(run, expected):
            assert instant > expected  # type: ignore[operator]
        else:
            assert instant == expected


@PROPERTY
@given(st.sampled_from([BERLIN, NEW_YORK, KOLKATA]), st.sampled_from(NIGHTS), minutes, spans, minutes)
def test_what_was_used_agrees_with_a_count_minute_by_minute(
    calendar: BusinessCalendar, night: date, after: int, pauses: list[tuple[int, int]], later: int
) -> None:
    start = datetime(night.year, night.month, night.day, tzinfo=UTC) - timedelta(days=3) + after * MINUTE
    run, now = a_run(start, pauses), start + later * MINUTE
    expected = counted(_ORACLES[calendar.name, night], run, until=now)
    assert Timing(run, calendar).consumed_at(now) == expected


@PROPERTY
@given(st.sampled_from(NIGHTS), minutes, minutes, st.integers(0, 6 * 24 * 60))
def test_a_change_of_calendar_keeps_what_was_used_before_it(
    night: date, after: int, changed: int, later: int
) -> None:
    start = datetime(night.year, night.month, night.day, tzinfo=UTC) - timedelta(days=3) + after * MINUTE
    change, now = start + changed * MINUTE, start + later * MINUTE
    keeper = CalendarsInTurn(BERLIN, [(change, KOLKATA)])
    run = Run(SPEC, 1, "tier-2", start)
    before, after_ = BERLIN.between(start, min(change, now)), KOLKATA.between(change, max(change, now))
    assert Timing(run, keeper).consumed_at(now) == before + after_
    due = Timing(run, keeper).reach(SPEC.budget)
    assert due is not None
    assert Timing(run, keeper).consumed_at(due) == SPEC.budget
