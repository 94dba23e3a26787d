from __future__ import annotations

import pickle
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from pydantic import ValidationError

from orchestrator.domain.calendars import openings as calendar_openings
from orchestrator.domain.calendars.calendar import (
    ELAPSED,
    WEEKDAYS,
    BeyondHorizon,
    BusinessCalendar,
    Closure,
    ExtraOpening,
    Week,
    Window,
)

HOUR = timedelta(hours=1)
MINUTE = timedelta(minutes=1)
TICK = timedelta(microseconds=1)


def a_calendar(zone: str = "Europe/Berlin", **rules: Any) -> BusinessCalendar:
    """A calendar as a template is read: plain data, checked. Monday to Friday with lunch, unless said."""
    week = dict.fromkeys(WEEKDAYS[:5], ("09:00-12:00", "13:00-17:00"))
    return BusinessCalendar.model_validate({"name": "office", "zone": zone, "week": week, **rules})


def daily(*windows: str) -> dict[str, tuple[str, ...]]:
    return dict.fromkeys(WEEKDAYS, windows)


def at(text: str, zone: str = "Europe/Berlin", fold: int = 0) -> datetime:
    """An instant by its wall time, in UTC: no time of a fold is equal to one of another zone."""
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone), fold=fold).astimezone(UTC)


def local(text: str, zone: str = "Europe/Berlin", fold: int = 0) -> datetime:
    """An instant by its wall time, in its zone."""
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone), fold=fold)


OFFICE = a_calendar()


# A working day. 2024-06-03 is a Monday


@pytest.mark.parametrize(
    ("start", "working", "due"),
    [
        ("2024-06-03 09:00", 1 * HOUR, "2024-06-03 10:00"),
        ("2024-06-03 11:30", 1 * HOUR, "2024-06-03 13:30"),  # over lunch
        ("2024-06-03 12:20", 1 * HOUR, "2024-06-03 14:00"),  # begun at lunch
        ("2024-06-03 16:00", 2 * HOUR, "2024-06-04 10:00"),  # overnight
        ("2024-06-07 16:00", 2 * HOUR, "2024-06-10 10:00"),  # over the weekend
        ("2024-06-08 13:00", 7 * HOUR, "2024-06-10 17:00"),  # begun on Saturday
        ("2024-06-03 09:00", 35 * HOUR, "2024-06-07 17:00"),  # a week, to its end
        ("2024-06-03 09:00", 35 * HOUR + TICK, "2024-06-10 09:00:00.000001"),
        ("2024-06-03 09:00", 3 * HOUR, "2024-06-03 12:00"),  # used up at the end of a window
        ("2024-06-03 09:00", 3 * HOUR - TICK, "2024-06-03 11:59:59.999999"),
        ("2024-06-03 09:00", 3 * HOUR + TICK, "2024-06-03 13:00:00.000001"),
        ("2024-06-03 11:59:59.999999", TICK, "2024-06-03 12:00"),
        ("2024-06-03 12:00", TICK, "2024-06-03 13:00:00.000001"),
        ("2024-06-03 08:59:59.999999", TICK, "2024-06-03 09:00:00.000001"),
    ],
)
def test_due_instant(start: str, working: timedelta, due: str) -> None:
    found = OFFICE.add(at(start), working)
    assert found == at(due)
    assert found.tzinfo is UTC
    assert OFFICE.between(at(start), found) == working


@pytest.mark.parametrize(
    ("start", "due"),
    [
        ("2024-06-03 10:00", "2024-06-03 10:00"),
        ("2024-06-03 09:00", "2024-06-03 09:00"),
        ("2024-06-03 08:59:59.999999", "2024-06-03 09:00"),
        ("2024-06-03 12:00", "2024-06-03 12:00"),  # the very end of a window stays
        ("2024-06-03 12:00:00.000001", "2024-06-03 13:00"),
        ("2024-06-08 10:00", "2024-06-10 09:00"),
    ],
)
def test_no_working_time_at_all(start: str, due: str) -> None:
    assert OFFICE.add(at(start), timedelta()) == at(due)


@pytest.mark.parametrize(
    ("when", "is_open", "next_opening"),
    [
        ("2024-06-03 08:59:59.999999", False, "2024-06-03 09:00"),
        ("2024-06-03 09:00", True, "2024-06-03 09:00"),
        ("2024-06-03 11:59:59.999999", True, "2024-06-03 11:59:59.999999"),
        ("2024-06-03 12:00", False, "2024-06-03 13:00"),
        ("2024-06-07 17:00", False, "2024-06-10 09:00"),
    ],
)
def test_open_or_not(when: str, is_open: bool, next_opening: str) -> None:
    assert OFFICE.is_open(at(when)) is is_open
    assert OFFICE.next_opening(at(when)) == at(next_opening)
    assert OFFICE.next_opening(at(when)).tzinfo is UTC


def test_between_is_negative_backwards() -> None:
    assert OFFICE.between(at("2024-06-04 10:00"), at("2024-06-03 16:00")) == -2 * HOUR


def test_any_zone_may_ask() -> None:
    start = local("2024-06-03 11:30", "Asia/Kolkata")  # 08:00 in Berlin
    assert OFFICE.add(start, HOUR) == at("2024-06-03 10:00")


def test_windows_of_a_day_may_be_written_in_any_order() -> None:
    calendar = a_calendar(week={"mon": ["13:00-17:00", "09:00-12:00"]})
    assert calendar.between(at("2024-06-03 11:00"), at("2024-06-03 14:00")) == 2 * HOUR


def test_windows_that_touch_are_one() -> None:
    calendar = a_calendar(week=daily("00:00-12:00", "12:00-24:00"))
    assert calendar.add(at("2024-06-03 11:00"), 48 * HOUR) == at("2024-06-05 11:00")
    assert calendar.is_open(at("2024-06-03 12:00"))


def test_midnight_as_an_end() -> None:
    for end in ("24:00", "00:00"):
        calendar = a_calendar(week={"sun": [f"22:00-{end}"]})
        assert calendar.add(at("2024-06-09 21:00"), 2 * HOUR) == at("2024-06-10 00:00")
        assert not calendar.is_open(at("2024-06-10 00:00"))


# Nights, and the two nights of the year on which clocks change


def test_a_night_belongs_to_the_day_it_begins_on() -> None:
    nights = a_calendar(week={"sun": ["22:00-06:00"]})
    assert nights.is_open(at("2024-06-10 05:59"))
    assert not nights.is_open(at("2024-06-09 05:59"))
    assert nights.add(at("2024-06-09 20:00"), 9 * HOUR) == at("2024-06-16 23:00")


@pytest.mark.parametrize(
    ("zone", "night", "morning", "hours"),
    [
        ("Europe/Berlin", "2024-03-30", "2024-03-31", 7),
        ("Europe/Berlin", "2024-10-26", "2024-10-27", 9),
        ("America/New_York", "2024-03-09", "2024-03-10", 7),
        ("America/New_York", "2024-11-02", "2024-11-03", 9),
        ("Australia/Lord_Howe", "2024-10-05", "2024-10-06", 7.5),
        ("Australia/Lord_Howe", "2024-04-06", "2024-04-07", 8.5),
        ("Asia/Kolkata", "2024-03-30", "2024-03-31", 8),
    ],
)
def test_a_night_over_a_change_of_clocks(zone: str, night: str, morning: str, hours: float) -> None:
    nights = a_calendar(zone, week=daily("22:00-06:00"))
    start, end = at(f"{night} 22:00", zone), at(f"{morning} 06:00", zone)
    assert nights.between(start, end) == hours * HOUR
    assert nights.add(start, hours * HOUR) == end
    assert nights.add(start, hours * HOUR + TICK) == at(f"{morning} 22:00:00.000001", zone)


def test_a_window_that_opens_in_the_gap_opens_after_it() -> None:
    calendar = a_calendar(week=daily("02:30-06:00"))
    assert calendar.next_opening(at("2024-03-31 00:00")) == datetime(2024, 3, 31, 1, tzinfo=UTC)
    assert calendar.between(at("2024-03-31 00:00"), at("2024-03-31 12:00")) == 3 * HOUR


def test_a_window_inside_the_gap_does_not_open() -> None:
    calendar = a_calendar(week=daily("02:15-02:45"))
    assert calendar.next_opening(at("2024-03-31 00:00")) == at("2024-04-01 02:15")
    assert calendar.add(at("2024-03-30 02:15"), HOUR / 2) == at("2024-03-30 02:45")
    assert calendar.add(at("2024-03-30 02:15"), HOUR / 2 + TICK) == at("2024-04-01 02:15:00.000001")


def test_what_comes_twice_counts_twice() -> None:
    zone = "America/New_York"
    calendar = a_calendar(zone, week=daily("01:30-02:30"))
    assert calendar.is_open(local("2024-11-03 01:30", zone, fold=0))
    assert calendar.is_open(local("2024-11-03 01:30", zone, fold=1))
    assert not calendar.is_open(at("2024-11-03 01:00", zone, fold=1))
    assert calendar.between(at("2024-11-03 00:00", zone), at("2024-11-03 12:00", zone)) == 1.5 * HOUR
    assert calendar.add(local("2024-11-03 01:45", zone), HOUR / 2) == at("2024-11-03 01:45", zone, fold=1)


def test_samoa_skips_a_day() -> None:
    zone = "Pacific/Apia"
    days = a_calendar(zone, week=daily("09:00-17:00"))
    assert days.add(at("2011-12-29 16:00", zone), 2 * HOUR) == at("2011-12-31 10:00", zone)
    nights = a_calendar(zone, week={"thu": ["22:00-06:00"]})
    assert nights.between(at("2011-12-29 12:00", zone), at("2011-12-31 12:00", zone)) == 2 * HOUR
    skipped = {"on": "2011-12-30", "windows": ["09:00-17:00"]}
    with pytest.raises(ValidationError, match="never opens"):
        a_calendar(zone, week={}, extra_openings=[skipped])


# What wins over what


def test_a_holiday_closes_its_date() -> None:
    calendar = a_calendar(holidays=["2024-06-04"])
    assert calendar.add(at("2024-06-03 16:00"), 2 * HOUR) == at("2024-06-05 10:00")


def test_a_holiday_closes_from_midnight_to_midnight() -> None:
    nights = a_calendar(week=daily("22:00-06:00"), holidays=["2024-06-04"])
    assert nights.add(at("2024-06-03 22:00"), 2 * HOUR) == at("2024-06-04 00:00")
    assert nights.next_opening(at("2024-06-04 00:00")) == at("2024-06-05 00:00")


def test_an_extra_opening_wins_over_a_holiday() -> None:
    extra = [{"on": "2024-06-04", "windows": ["10:00-11:00"]}]
    calendar = a_calendar(holidays=["2024-06-04"], extra_openings=extra)
    assert calendar.between(at("2024-06-04 00:00"), at("2024-06-05 00:00")) == HOUR


def test_an_extra_opening_that_goes_on_into_a_holiday() -> None:
    extra = [{"on": "2024-06-03", "windows": ["20:00-02:00"]}]
    calendar = a_calendar(holidays=["2024-06-04"], extra_openings=extra)
    assert calendar.add(at("2024-06-03 17:00"), 6 * HOUR) == at("2024-06-04 02:00")


def test_an_extra_opening_adds_to_the_week() -> None:
    extra = [{"on": "2024-06-03", "windows": ["11:00-13:30"]}]
    calendar = a_calendar(extra_openings=extra)
    assert calendar.between(at("2024-06-03 00:00"), at("2024-06-04 00:00")) == 8 * HOUR


def test_a_closure_wins_over_all() -> None:
    calendar = a_calendar(
        holidays=["2024-06-04"],
        extra_openings=[{"on": "2024-06-04", "windows": ["10:00-12:00"]}],
        closures=[{"since": "2024-06-04T11:00", "until": "2024-06-05T10:00"}],
    )
    assert calendar.between(at("2024-06-04 00:00"), at("2024-06-05 00:00")) == HOUR
    assert calendar.next_opening(at("2024-06-04 11:00")) == at("2024-06-05 10:00")


def test_a_closure_by_dates_has_both() -> None:
    calendar = a_calendar(closures=[{"since": "2024-06-04", "until": "2024-06-06"}])
    assert calendar.add(at("2024-06-03 16:00"), 2 * HOUR) == at("2024-06-07 10:00")
    one_day = a_calendar(closures=[{"since": "2024-06-04"}])
    assert one_day.add(at("2024-06-03 16:00"), 2 * HOUR) == at("2024-06-05 10:00")


def test_closures_may_overlap() -> None:
    calendar = a_calendar(
        closures=[
            {"since": "2024-06-04", "until": "2024-06-05"},
            {"since": "2024-06-04T12:00:00", "until": "2024-06-06"},
        ]
    )
    assert calendar.next_opening(at("2024-06-04 00:00")) == at("2024-06-07 09:00")


def test_a_closure_is_exact_to_the_microsecond() -> None:
    calendar = a_calendar(
        closures=[{"since": "2024-06-03T10:00:00.000001", "until": "2024-06-03T10:00:00.000003"}]
    )
    assert calendar.between(at("2024-06-03 10:00"), at("2024-06-03 11:00")) == HOUR - 2 * TICK
    assert calendar.add(at("2024-06-03 10:00"), 2 * TICK) == at("2024-06-03 10:00:00.000004")


def test_leap_day_and_the_end_of_the_year() -> None:
    calendar = a_calendar(week=daily("09:00-10:00"))
    assert calendar.add(at("2024-02-28 09:00"), 3 * HOUR) == at("2024-03-01 10:00")
    assert calendar.add(at("2023-02-28 09:00"), 2 * HOUR) == at("2023-03-01 10:00")
    assert calendar.add(at("2024-12-31 09:00"), 2 * HOUR) == at("2025-01-01 10:00")


@pytest.mark.parametrize("zone", ["UTC", "Asia/Kolkata", "Pacific/Kiritimati", "Pacific/Pago_Pago"])
@pytest.mark.parametrize("window", ["22:00-06:00", "16:00-24:00", "00:00-08:00"])
def test_no_seam_shows_where_the_arrays_meet(zone: str, window: str) -> None:
    calendar = a_calendar(zone, week=daily(window))
    opens = calendar.next_opening(at("2024-01-01 12:00", zone))
    for _ in range(200):
        closes = calendar.add(opens, 8 * HOUR)
        assert closes == opens + 8 * HOUR == calendar.add(closes, timedelta())
        assert calendar.between(opens - HOUR, closes + HOUR) == 8 * HOUR
        assert not calendar.is_open(closes)
        opens += 24 * HOUR
        assert calendar.next_opening(closes) == opens == calendar.add(closes, TICK) - TICK


# Where no answer is


def test_openings_that_run_out() -> None:
    calendar = a_calendar(week={}, extra_openings=[{"on": "2024-06-04", "windows": ["09:00-12:00"]}])
    assert calendar.add(at("2024-06-01 00:00"), 3 * HOUR) == at("2024-06-04 12:00")
    with pytest.raises(BeyondHorizon, match=r"'office' has no answer for 3:00:00\.0.* after 2024.*50 years"):
        calendar.add(at("2024-06-01 00:00"), 3 * HOUR + TICK)
    with pytest.raises(BeyondHorizon, match=r"'office' has no opening after 2024.*within 50 years"):
        calendar.next_opening(at("2024-06-04 12:00"))
    assert calendar.between(at("2024-06-04 12:00"), at("2034-06-04 12:00")) == timedelta()
    assert not calendar.is_open(at("2034-06-04 12:00"))


def test_the_horizon_is_fifty_years_away() -> None:
    calendar = a_calendar(
        week={"wed": ["09:00-10:00"]}, closures=[{"since": "2024-06-03", "until": "2074-06-01"}]
    )
    assert calendar.next_opening(at("2024-06-03 00:00")) == at("2074-06-06 09:00")
    assert calendar.between(at("2024-06-03 00:00"), at("2074-06-03 00:00")) == timedelta()
    with pytest.raises(BeyondHorizon, match="more than 50 years apart"):
        calendar.between(at("2024-06-03 00:00"), at("2174-06-03 00:00"))


def test_working_time_without_end() -> None:
    for calendar in (OFFICE, ELAPSED):
        with pytest.raises(BeyondHorizon):
            calendar.add(at("2024-06-03 00:00"), timedelta.max)
        with pytest.raises(BeyondHorizon):
            calendar.add(datetime.max.replace(tzinfo=UTC), TICK)


def test_years_no_zone_can_tell() -> None:
    for when in (datetime.min.replace(tzinfo=UTC), datetime.max.replace(tzinfo=UTC)):
        for ask in (OFFICE.is_open, OFFICE.next_opening, lambda t: OFFICE.between(t, t)):
            with pytest.raises(BeyondHorizon, match="outside the years 3 to 9997"):
                ask(when)


def test_refuses_what_is_no_instant() -> None:
    naive = local("2024-06-03 10:00").replace(tzinfo=None)
    for ask in (
        lambda: OFFICE.add(naive, HOUR),
        lambda: OFFICE.between(naive, at("2024-06-03 10:00")),
        lambda: OFFICE.between(at("2024-06-03 10:00"), naive),
        lambda: OFFICE.is_open(naive),
        lambda: ELAPSED.next_opening(naive),
    ):
        with pytest.raises(ValueError, match="2024-06-03 10:00:00 is naive: an instant needs an offset"):
            ask()


def test_refuses_negative_working_time() -> None:
    with pytest.raises(ValueError, match="working time cannot be negative"):
        OFFICE.add(at("2024-06-03 10:00"), -TICK)


# Elapsed time


def test_elapsed_time() -> None:
    start = local("2024-10-26 22:00")
    assert ELAPSED.add(start, 10 * HOUR) == at("2024-10-27 07:00")
    assert ELAPSED.add(start, 10 * HOUR).tzinfo is UTC
    assert ELAPSED.add(start, timedelta()) == ELAPSED.next_opening(start) == start
    assert ELAPSED.between(start, start + TICK) == TICK
    assert ELAPSED.between(start + HOUR, start) == -HOUR
    assert ELAPSED.is_open(start)


def test_elapsed_time_with_a_closure() -> None:
    calendar = a_calendar(week=daily("00:00-24:00"), closures=[{"since": "2024-10-27"}])
    assert calendar.add(at("2024-10-26 23:00"), 2 * HOUR) == at("2024-10-28 01:00")


# What is refused, all of it at once


def refusal(**rules: Any) -> list[str]:
    with pytest.raises(ValidationError) as caught:
        a_calendar(**rules)
    (only,) = caught.value.errors()
    head, *found = str(only["ctx"]["error"]).split("\n- ")
    assert head == "the calendar 'office' cannot be used:"
    return found


@pytest.mark.parametrize(
    ("rules", "found"),
    [
        ({"week": {"mon": ["09:00-12:00", "11:59-13:00"]}}, "mon 09:00-12:00 and mon 11:59-13:00 overlap"),
        (
            {"week": {"mon": ["22:00-06:00"], "tue": ["05:00-09:00"]}},
            "mon 22:00-06:00 and tue 05:00-09:00 overlap",
        ),
        (
            {"week": {"sun": ["22:00-06:00"], "mon": ["05:00-09:00"]}},
            "sun 22:00-06:00 and mon 05:00-09:00 overlap",
        ),
        ({"week": {"mon": ["09:00-09:00"]}}, 'mon 09:00-09:00 has no length; a whole day is "00:00-24:00"'),
        ({"zone": "Europe/Atlantis"}, "the zone 'Europe/Atlantis' is not known"),
        ({"zone": "Europe"}, "the zone 'Europe' is not known"),
        ({"zone": "../etc"}, "the zone '../etc' is not known"),
        ({"zone": ""}, "the zone '' is not known"),
        ({"week": {}}, "it never opens"),
        (
            {
                "week": {},
                "extra_openings": [{"on": "2024-06-04", "windows": ["09:00-12:00"]}],
                "closures": [{"since": "2024-06-04"}],
            },
            "it never opens",
        ),
        (
            {"closures": [{"since": "2024-06-04", "until": "2024-06-03"}]},
            "the closure from 2024-06-04 00:00:00 ends at 2024-06-04 00:00:00, which is not after it",
        ),
        (
            {"closures": [{"since": "2024-06-04T12:00", "until": "2024-06-04T11:00"}]},
            "the closure from 2024-06-04 12:00:00 ends at 2024-06-04 11:00:00, which is not after it",
        ),
        (
            {"extra_openings": [{"on": "2024-06-04", "windows": []}]},
            "the extra opening on 2024-06-04 has no windows",
        ),
        (
            {
                "extra_openings": [
                    {"on": "2024-06-05", "windows": ["01:00-03:00"]},
                    {"on": "2024-06-04", "windows": ["22:00-02:00"]},
                ]
            },
            "2024-06-04 22:00-02:00 and 2024-06-05 01:00-03:00 overlap",
        ),
        (
            {"extra_openings": [{"on": "2024-06-04", "windows": ["09:00-09:00"]}]},
            '2024-06-04 09:00-09:00 has no length; a whole day is "00:00-24:00"',
        ),
    ],
)
def test_refusal(rules: dict[str, Any], found: str) -> None:
    assert refusal(**rules) == [found]


def test_refusals_come_together() -> None:
    assert refusal(
        zone="Mars/Olympus",
        week={
            "mon": ["09:00-12:00", "10:00-11:00", "11:30-13:00"],
            "sat": ["08:00-08:00"],
            "sun": ["23:00-09:30"],
        },
        closures=[{"since": "2024-06-04", "until": "2024-06-01"}],
        extra_openings=[{"on": "2024-06-04", "windows": []}],
    ) == [
        'sat 08:00-08:00 has no length; a whole day is "00:00-24:00"',
        "sun 23:00-09:30 and mon 09:00-12:00 overlap",
        "mon 09:00-12:00 and mon 10:00-11:00 overlap",
        "mon 09:00-12:00 and mon 11:30-13:00 overlap",
        "the extra opening on 2024-06-04 has no windows",
        "the closure from 2024-06-04 00:00:00 ends at 2024-06-02 00:00:00, which is not after it",
        "the zone 'Mars/Olympus' is not known",
    ]
    extra = [{"on": "2024-06-04", "windows": ["09:00-10:00"]}]
    assert refusal(zone="Mars/Olympus", week={}, extra_openings=extra) == [
        "the zone 'Mars/Olympus' is not known"
    ]
    assert refusal(zone="Mars/Olympus", week={}) == ["the zone 'Mars/Olympus' is not known", "it never opens"]


def test_an_extra_opening_may_overlap_the_week() -> None:
    a_calendar(extra_openings=[{"on": "2024-06-03", "windows": ["08:00-18:00"]}])


@pytest.mark.parametrize(
    ("rules", "where", "why"),
    [
        ({"week": {"mom": ["09:00-12:00"]}}, ("week", "mom"), "Extra inputs are not permitted"),
        ({"week": {"mon": ["9-12"]}}, ("week", "mon", 0, "opens"), "String should match pattern"),
        ({"week": {"mon": ["09:00-24:30"]}}, ("week", "mon", 0, "closes"), "String should match pattern"),
        ({"week": {"mon": ["24:00-25:00"]}}, ("week", "mon", 0, "opens"), "String should match pattern"),
        ({"week": {"mon": ["09:00"]}}, ("week", "mon", 0, "closes"), "String should match pattern"),
        ({"week": {"mon": [540]}}, ("week", "mon", 0), "valid dictionary"),
        ({"week": {"mon": ["09:00-09:01"] * 25}}, ("week", "mon"), "at most 24 items"),
        ({"holidays": ["2023-02-29"]}, ("holidays", 0), "valid date"),
        ({"closures": [{"since": "2023-02-29"}]}, ("closures", 0, "since"), "valid datetime"),
        ({"closures": [{"since": "2023-02-28T10:00"}]}, ("closures", 0, "until"), "Field required"),
        (
            {"closures": [{"since": "2023-02-28T10:00Z", "until": "2023-03-01"}]},
            ("closures", 0, "since"),
            "timezone",
        ),
        ({"closures": [{"until": "2023-03-01"}]}, ("closures", 0, "since"), "Field required"),
        ({"closures": ["2023-03-01"]}, ("closures", 0), "valid dictionary"),
        ({"name": ""}, ("name",), "at least 1 character"),
    ],
)
def test_what_cannot_be_read(rules: dict[str, Any], where: tuple[str | int, ...], why: str) -> None:
    with pytest.raises(ValidationError) as caught:
        a_calendar(**rules)
    assert where in [error["loc"] for error in caught.value.errors()]
    assert why in str(caught.value)


# A value


RICH = a_calendar(
    holidays=["2024-12-26", "2024-12-25"],
    closures=[
        {"since": "2024-06-04", "reason": "moving"},
        {"since": "2024-05-04T10:00", "until": "2024-05-05"},
    ],
    extra_openings=[{"on": "2024-12-25", "windows": ["22:00\u201324:00"], "reason": "launch"}],
)


def test_json_round_trip() -> None:
    for calendar in (RICH, OFFICE, ELAPSED):
        again = BusinessCalendar.model_validate_json(calendar.model_dump_json())
        assert again == calendar
        assert hash(again) == hash(calendar)
        assert BusinessCalendar.model_validate(calendar.model_dump(mode="json")) == calendar


def test_equal_by_value_whatever_was_asked_before() -> None:
    one, other = a_calendar(), a_calendar()
    one.is_open(at("2024-06-03 10:00"))
    assert one == other
    assert len({one, other, a_calendar("UTC")}) == 2
    assert "_openings" not in one.model_dump()


def test_the_order_in_which_it_is_written_is_nothing() -> None:
    days = ["2024-12-26", "2024-12-25", "2024-12-26"]
    assert a_calendar(holidays=days) == a_calendar(holidays=sorted(set(days)))
    closures = [{"since": "2024-06-04"}, {"since": "2024-05-04"}]
    assert a_calendar(closures=closures) == a_calendar(closures=closures[::-1])


def test_one_closure_however_it_is_written() -> None:
    midnight = datetime.fromisoformat("2024-06-04 00:00")
    assert (
        Closure(since=date(2024, 6, 4))  # type: ignore[call-arg]
        == Closure(since=midnight, until=midnight + timedelta(days=1))
        == Closure.model_validate({"since": "2024-06-04", "until": "2024-06-04"})
    )
    for_ever = Closure.model_validate({"since": "2024-06-04", "until": "9999-12-31"})
    assert for_ever.until.year == 9999


def test_values_can_be_written_in_python() -> None:
    window = Window(opens="09:00", closes="17:00")
    calendar = BusinessCalendar(
        name="office",
        zone="UTC",
        week=Week(mon=(window,)),
        extra_openings=(ExtraOpening(on=date(2024, 6, 8), windows=(window,)),),
    )
    assert str(calendar.week.mon[0]) == "09:00-17:00"
    assert calendar.next_opening(datetime(2024, 6, 7, tzinfo=UTC)) == datetime(2024, 6, 8, 9, tzinfo=UTC)


def test_it_is_frozen() -> None:
    with pytest.raises(ValidationError, match="frozen"):
        OFFICE.zone = "UTC"  # type: ignore[misc]


def test_a_changed_copy_has_openings_of_its_own() -> None:
    noon = at("2024-06-03 10:00")
    assert OFFICE.is_open(noon)
    closed = OFFICE.model_copy(update={"holidays": (date(2024, 6, 3),)})
    assert not closed.is_open(noon)
    for copy in (OFFICE.model_copy(), OFFICE.model_copy(deep=True)):
        assert copy.is_open(noon)
        assert copy == OFFICE


def test_it_can_be_pickled() -> None:
    for calendar in (OFFICE, RICH, ELAPSED):
        again = pickle.loads(pickle.dumps(calendar))
        assert again == calendar
        assert again.add(at("2024-06-03 10:00"), HOUR) == calendar.add(at("2024-06-03 10:00"), HOUR)


def test_memory_is_bounded() -> None:
    calendar = a_calendar()
    for year in range(1900, 2000):
        calendar.is_open(datetime(year, 6, 1, tzinfo=UTC))
    openings = calendar._openings
    assert isinstance(openings, calendar_openings.Openings)
    assert 0 < len(openings._chunks) <= 256


def test_threads_may_share_one() -> None:
    calendar, start = a_calendar(), at("2024-06-03 09:00")

    def ask(worker: int) -> list[datetime]:
        return [calendar.add(start, (worker * 7 + n) % 400 * 35 * HOUR) for n in range(100)]

    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(ask, range(8)))
    assert found == [ask(worker) for worker in range(8)]
