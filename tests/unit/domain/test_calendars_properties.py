"""Properties of calendars, and the two oracles: minute by minute, and `opening-hours-py`."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from orchestrator.domain.calendars.calendar import (
    WEEKDAYS,
    BusinessCalendar,
    Closure,
    ExtraOpening,
    Week,
    Window,
)
from tests.unit.domain.calendar_oracle import DAY, MINUTE, Oracle
from tests.unit.domain.properties import PROPERTY

HOUR = timedelta(hours=1)
TICK = timedelta(microseconds=1)
WEEK_MIN = 7 * 24 * 60

ORDINARY = (date(2024, 2, 29), date(2023, 2, 28), date(2024, 12, 31), date(1999, 12, 31), date(2024, 6, 3))
CHANGES = {
    "Europe/Berlin": (date(2024, 3, 31), date(2024, 10, 27)),
    "America/New_York": (date(2024, 3, 10), date(2024, 11, 3)),
    "Asia/Kolkata": (),
    "Australia/Lord_Howe": (date(2024, 10, 6), date(2024, 4, 7)),
    "Pacific/Apia": (date(2011, 12, 30), date(2011, 9, 24), date(2012, 4, 1)),
    "UTC": (),
}
zones = st.sampled_from(sorted(CHANGES))


def days_of(zone: str) -> st.SearchStrategy[date]:
    """Days on which something happens, twice as often as any other."""
    special = st.sampled_from((*CHANGES[zone], *CHANGES[zone], *ORDINARY))
    return special | special | st.dates(date(1995, 1, 1), date(2037, 1, 1))


def text_of(minute: int) -> str:
    return f"{minute // 60:02}:{minute % 60:02}"


USUAL = (("09:00-12:00", "13:00-17:30"), ("22:00-06:00",), ("01:30-02:30",), ("00:00-24:00",))


def a_window(opens: int, closes: int) -> Window:
    """A window between two minutes counted from the midnight of its day; shorter than a day."""
    closes = min(closes, opens + 24 * 60 - 15)
    end = closes if closes <= 24 * 60 else closes - 24 * 60
    return Window(opens=text_of(opens), closes=text_of(end))


@st.composite
def weeks(draw: st.DrawFn, step: int) -> Week:
    """Windows anywhere in the week, over midnight and over its end too."""
    if draw(st.integers(0, 3)) == 0:
        usual = draw(
            st.sampled_from(
                [["09:00-12:00", "13:00-17:30"], ["22:00-06:00"], ["01:30-02:30"], ["00:00-24:00"]]
            )
        )
        return Week.model_validate(dict.fromkeys(WEEKDAYS, usual))
    marks = draw(
        st.lists(st.integers(0, WEEK_MIN // step - 1), min_size=2, max_size=24, unique=True).map(sorted)
    )
    if draw(st.booleans()):
        marks = [*marks[1:], marks[0] + WEEK_MIN // step]
    days: dict[str, list[Window]] = {}
    for opens, closes in list(pairwise(marks))[::2]:
        day, since = divmod(opens * step, 24 * 60)
        window = a_window(since, closes * step - day * 24 * 60)
        days.setdefault(WEEKDAYS[day % 7], []).append(window)
    return Week.model_validate(days)


@st.composite
def extra_openings(draw: st.DrawFn, around: date, step: int) -> tuple[ExtraOpening, ...]:
    spans = draw(
        st.lists(
            st.tuples(st.integers(-2 * 1440 // step, 5 * 1440 // step), st.integers(1, 900 // step)),
            max_size=3,
        )
    )
    found: list[ExtraOpening] = []
    free_from = -WEEK_MIN
    for since, length in sorted(spans):
        if since * step >= free_from:
            day, opens = divmod(since * step, 24 * 60)
            window = a_window(opens, opens + length * step)
            found.append(ExtraOpening(on=around + day * DAY, windows=(window,)))
            free_from = (since + length) * step
    return tuple(found)


@st.composite
def closures(draw: st.DrawFn, around: date, step: int) -> tuple[Closure, ...]:
    midnight = datetime.combine(around, time())
    since = st.integers(-2 * 1440 // step, 5 * 1440 // step)
    spans = draw(st.lists(st.tuples(since, st.integers(1, 2_000 // step)), max_size=2))
    return tuple(
        Closure(since=midnight + a * step * MINUTE, until=midnight + (a + length) * step * MINUTE)
        for a, length in spans
    )


@st.composite
def calendars(draw: st.DrawFn, step: int = 1) -> tuple[BusinessCalendar, date]:
    """A calendar, and a day around which it has its holidays, closures and extra openings."""
    zone = draw(zones)
    around = draw(days_of(zone))
    near = st.integers(-2, 5).map(lambda days: around + days * DAY)
    calendar = BusinessCalendar(
        name="random",
        zone=zone,
        week=draw(weeks(step)),
        holidays=tuple(draw(st.lists(near, max_size=2))),
        closures=draw(closures(around, step)),
        extra_openings=draw(extra_openings(around, step)),
    )
    return calendar, around


def midnight_of(calendar: BusinessCalendar, day: date) -> datetime:
    return datetime.combine(day, time(), ZoneInfo(calendar.zone)).astimezone(UTC)


def agree(calendar: BusinessCalendar, oracle: Oracle, start: datetime, end: datetime, steps: int) -> None:
    """Ask both the same; the oracle knows only whole steps."""
    assert calendar.is_open(start) == oracle.is_open(start)
    assert calendar.between(start, end) == oracle.between(start, end)
    if (opening := oracle.next_opening(start)) is not None:
        assert calendar.next_opening(start) == opening
    if (due := oracle.add(start, steps)) is not None:
        assert calendar.add(start, steps * oracle.step) == due


# The slow oracle


@settings(PROPERTY, max_examples=24)
@given(calendars(), st.data())
def test_agrees_minute_by_minute(random: tuple[BusinessCalendar, date], data: st.DataObject) -> None:
    calendar, around = random
    oracle = Oracle(calendar, around - DAY, around + DAY)
    first = midnight_of(calendar, around)
    # Half a day is kept before and after, where a skipped day or the zone may move an end of what is known.
    minutes = st.integers(-12 * 60, 23 * 60)
    for _ in range(8):
        one, other = sorted((data.draw(minutes), data.draw(minutes)))
        start, end = first + one * MINUTE, first + other * MINUTE
        agree(calendar, oracle, start, end, data.draw(st.integers(0, 900)))
    # All edges, from a tick before to a tick after.
    for at in oracle.open:
        if not oracle.is_open(at - MINUTE) and at - MINUTE > oracle.open[0]:
            assert not calendar.is_open(at - TICK)
            assert calendar.is_open(at)
            assert calendar.next_opening(at - TICK) == at
            assert calendar.add(at - TICK, TICK) == at + TICK
            assert calendar.add(at - TICK, timedelta()) == at
        if not oracle.is_open(at + MINUTE) and at + MINUTE < oracle.open[-1]:
            closes = at + MINUTE
            assert calendar.is_open(closes - TICK)
            assert not calendar.is_open(closes)
            assert calendar.add(closes - TICK, TICK) == closes
            assert calendar.add(closes, timedelta()) == closes
            assert calendar.add(closes - TICK, 2 * TICK) == calendar.next_opening(closes) + TICK


@settings(PROPERTY, max_examples=10)
@given(calendars(step=15), st.data())
def test_agrees_over_weeks(random: tuple[BusinessCalendar, date], data: st.DataObject) -> None:
    calendar, around = random
    oracle = Oracle(calendar, around - 3 * DAY, around + 24 * DAY, step=15)
    first = midnight_of(calendar, around)
    quarters = st.integers(-2 * 96, 23 * 96)
    for _ in range(20):
        one, other = sorted((data.draw(quarters), data.draw(quarters)))
        agree(
            calendar,
            oracle,
            first + one * 15 * MINUTE,
            first + other * 15 * MINUTE,
            data.draw(st.integers(0, 1500)),
        )


# Laws


lengths = (
    st.timedeltas(timedelta(), 60 * DAY)
    | st.timedeltas(timedelta(), HOUR)
    | st.integers(0, 200).map(lambda h: h * HOUR)
)
offsets = st.timedeltas(-5 * DAY, 9 * DAY) | st.integers(-200, 200).map(lambda h: h * HOUR)


@given(calendars(), offsets, lengths, lengths)
@settings(PROPERTY, max_examples=40)
def test_laws(
    random: tuple[BusinessCalendar, date], offset: timedelta, one: timedelta, other: timedelta
) -> None:
    calendar, around = random
    start = midnight_of(calendar, around) + offset
    # Sparse weeks with one minute a day would run into the horizon.
    assume(calendar.between(start, start + 28 * DAY) > 8 * HOUR)
    middle, end = calendar.add(start, one), calendar.add(start, one + other)
    assert calendar.between(start, middle) == one
    assert calendar.between(middle, end) == other
    assert calendar.between(end, start) == -(one + other)
    assert calendar.add(middle, other) == end
    assert start <= middle <= end
    assert calendar.is_open(middle) or calendar.is_open(middle - TICK)
    assert calendar.add(start + other, one) >= middle


@given(calendars(), offsets, offsets, offsets)
@settings(PROPERTY)
def test_measures_add_up(
    random: tuple[BusinessCalendar, date], one: timedelta, other: timedelta, third: timedelta
) -> None:
    calendar, around = random
    a, b, c = (midnight_of(calendar, around) + offset for offset in (one, other, third))
    assert calendar.between(a, b) + calendar.between(b, c) == calendar.between(a, c)
    assert abs(calendar.between(a, b)) <= abs(b - a)


# opening-hours-py: a date that is off is so from midnight to midnight, as ours. Of two equal wall times in
# the autumn fold it takes the second, where ours counts both, so the dates stay away from there.


def expression(calendar: BusinessCalendar) -> str:
    """Write a calendar in OpenStreetMap's language; the later rule wins, one after a comma adds."""
    week = ", ".join(
        f"{day.title()[:2]} {','.join(map(str, windows))}"
        for day, windows in zip(WEEKDAYS, calendar.week.days, strict=True)
        if windows
    )
    regular = "; ".join((week, *(f"{day:%Y %b %d} off" for day in calendar.holidays)))
    extra = (
        f"{opening.on:%Y %b %d} {','.join(map(str, opening.windows))}" for opening in calendar.extra_openings
    )
    closures = (f"{closure.since:%Y %b %d} off" for closure in calendar.closures)
    return "; ".join((", ".join((regular, *extra)), *closures))


@st.composite
def plain_calendars(draw: st.DrawFn) -> tuple[BusinessCalendar, date]:
    """Calendars that the other library can say: closures of one whole date, extra openings within one."""
    calendar, around = draw(calendars(step=15))
    zone = ZoneInfo(calendar.zone)
    offsets = [datetime.combine(around + days * DAY, time(), zone).utcoffset() for days in (-4, 9)]
    # Less far from UTC afterwards, and not by a whole skipped day: an autumn fold.
    assume(not timedelta() < offsets[0] - offsets[1] < 3 * HOUR)  # type: ignore[operator]
    near = st.integers(-2, 5).map(lambda days: around + days * DAY)
    extra = draw(st.dictionaries(near, st.integers(0, 88), max_size=2)).items()
    plain = {
        "closures": [{"since": day} for day in draw(st.lists(near, max_size=1))],
        "extra_openings": [
            {"on": day, "windows": [a_window(opens * 15, (opens + 8) * 15)]} for day, opens in extra
        ],
    }
    return BusinessCalendar.model_validate(calendar.model_dump() | plain), around


@given(plain_calendars())
@settings(PROPERTY, max_examples=24)
def test_agrees_with_opening_hours(random: tuple[BusinessCalendar, date]) -> None:
    opening_hours = pytest.importorskip("opening_hours")
    calendar, around = random
    zone = ZoneInfo(calendar.zone)
    theirs = opening_hours.OpeningHours(expression(calendar), timezone=zone)
    start, end = (midnight_of(calendar, around + days * DAY) for days in (-3, 8))
    total = timedelta()
    for since, until, state, _ in theirs.intervals(start.astimezone(zone), end.astimezone(zone)):
        since, until = since.astimezone(UTC), until.astimezone(UTC)
        is_open = state == opening_hours.State.OPEN
        assert calendar.between(since, until) == (until - since if is_open else timedelta()), expression(
            calendar
        )
        total += until - since
    assert total == end - start
