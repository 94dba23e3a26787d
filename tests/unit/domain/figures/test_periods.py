"""Windows cut into hours and days of the reader's own clock."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from orchestrator.domain.figures.periods import Step, bounds, step_for
from tests.unit.domain.properties import PROPERTY

BERLIN = ZoneInfo("Europe/Berlin")
INDIA = ZoneInfo("Asia/Kolkata")
HOUR = timedelta(hours=1)
FIRST = datetime(2025, 1, 1, tzinfo=UTC)


def test_days_begin_at_the_readers_midnight_also_when_the_clocks_change() -> None:
    since, until = datetime(2026, 3, 28, 11, tzinfo=UTC), datetime(2026, 3, 31, 11, tzinfo=UTC)
    found = bounds(since, until, Step.DAY, BERLIN)
    assert found == [
        since,
        datetime(2026, 3, 28, 23, tzinfo=UTC),
        datetime(2026, 3, 29, 22, tzinfo=UTC),  # a day of 23 hours
        datetime(2026, 3, 30, 22, tzinfo=UTC),
        until,
    ]


def test_hours_are_full_where_the_reader_is() -> None:
    since, until = datetime(2026, 3, 2, 9, 10, tzinfo=UTC), datetime(2026, 3, 2, 11, 0, tzinfo=UTC)
    assert bounds(since, until, Step.HOUR, INDIA)[1:-1] == [
        datetime(2026, 3, 2, 9, 30, tzinfo=UTC),
        datetime(2026, 3, 2, 10, 30, tzinfo=UTC),
    ]


def test_up_to_two_days_are_told_by_the_hour() -> None:
    assert step_for(timedelta(hours=48)) is Step.HOUR
    assert step_for(timedelta(days=7)) is Step.DAY


@PROPERTY
@given(
    since=st.timedeltas(timedelta(), timedelta(days=700)).map(lambda later: FIRST + later),
    length=st.timedeltas(timedelta(microseconds=1), timedelta(days=40)),
    zone=st.sampled_from(["UTC", "Europe/Berlin", "Asia/Kolkata", "America/St_Johns", "Australia/Lord_Howe"]),
    step=st.sampled_from(Step),
)
def test_the_parts_follow_on_each_other_and_are_the_whole(
    since: datetime, length: timedelta, zone: str, step: Step
) -> None:
    found = bounds(since, since + length, step, ZoneInfo(zone))
    assert (found[0], found[-1]) == (since, since + length)
    assert all(a < b for a, b in pairwise(found))
    longest = HOUR if step is Step.HOUR else 25 * HOUR
    assert all(b - a <= longest for a, b in pairwise(found))
