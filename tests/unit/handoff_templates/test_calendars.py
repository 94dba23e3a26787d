"""What calendars.yaml says becomes calendars that open and close when it says."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from handoff_templates import load
from handoff_templates.public_holidays import YEARS, countries, holidays_of
from orchestrator.domain.calendars.calendar import BusinessCalendar
from orchestrator.domain.policy import Policy
from tests.unit.handoff_templates.sets import a_set, write

MINUTE = timedelta(minutes=1)
IST = timedelta(hours=5, minutes=30)


@pytest.fixture(scope="module")
def packaged() -> Policy:
    return load()


def calendar(folder: Path, text: str) -> BusinessCalendar:
    """Return the one calendar of a set."""
    write(a_set(folder), "calendars.yaml", text)
    [found] = load(folder).rules.calendars.values()
    return found


def local(calendar: BusinessCalendar, *wall: int) -> datetime:
    """Return the instant at which a clock on the wall shows this."""
    return datetime(*wall, tzinfo=ZoneInfo(calendar.zone))  # type: ignore[misc, arg-type]


# The three sites of the packaged set


@pytest.mark.parametrize(
    ("name", "holiday"),
    [
        ("berlin", date(2026, 1, 1)),
        ("berlin", date(2026, 3, 8)),  # Women's Day, only in Berlin and Mecklenburg
        ("berlin", date(2026, 4, 3)),  # Good Friday
        ("berlin", date(2026, 5, 14)),  # Ascension
        ("berlin", date(2026, 10, 3)),
        ("berlin", date(2026, 12, 24)),  # its own, each year
        ("berlin", date(2040, 12, 31)),
        ("new-york", date(2026, 7, 3)),  # the 4th is a Saturday
        ("new-york", date(2026, 11, 26)),  # Thanksgiving
        ("new-york", date(2027, 1, 18)),  # Martin Luther King
        ("kolkata", date(2026, 1, 26)),  # Republic Day
        ("kolkata", date(2026, 11, 1)),  # Karnataka Rajyotsava
        ("kolkata", date(2026, 11, 8)),  # Diwali
    ],
)
def test_a_public_holiday_of_a_site(packaged: Policy, name: str, holiday: date) -> None:
    site = packaged.rules.calendars[name]
    assert holiday in site.holidays
    hours = (local(site, holiday.year, holiday.month, holiday.day, hour) for hour in range(24))
    assert not any(map(site.is_open, hours))


@pytest.mark.parametrize(
    ("name", "working_day"),
    [
        ("berlin", date(2026, 1, 6)),  # Epiphany, in Bavaria
        ("berlin", date(2026, 6, 4)),  # Corpus Christi, in Hesse
        ("new-york", date(2026, 2, 12)),  # Lincoln's Birthday
        ("new-york", date(2026, 10, 12)),  # Columbus Day
        ("new-york", date(2026, 11, 3)),  # Election Day
        ("kolkata", date(2026, 11, 10)),
    ],
)
def test_a_day_that_is_no_holiday_of_a_site(packaged: Policy, name: str, working_day: date) -> None:
    site = packaged.rules.calendars[name]
    assert working_day not in site.holidays
    assert site.is_open(local(site, working_day.year, working_day.month, working_day.day, 11))


def test_berlin_has_a_lunch_break_and_a_short_friday(packaged: Policy) -> None:
    berlin = packaged.rules.calendars["berlin"]
    assert berlin.add(local(berlin, 2026, 1, 7, 12), 60 * MINUTE) == local(berlin, 2026, 1, 7, 13, 45)
    assert berlin.add(local(berlin, 2026, 1, 9, 15, 30), 60 * MINUTE) == local(berlin, 2026, 1, 12, 9, 30)


def test_a_summer_party_closes_berlin_from_noon(packaged: Policy) -> None:
    berlin = packaged.rules.calendars["berlin"]
    opens = berlin.next_opening(local(berlin, 2026, 6, 12, 12, 30))
    assert opens == local(berlin, 2026, 6, 15, 9)


def test_kolkata_works_past_midnight_and_on_saturday(packaged: Policy) -> None:
    kolkata = packaged.rules.calendars["kolkata"]
    assert kolkata.is_open(local(kolkata, 2026, 1, 8, 1))
    assert kolkata.is_open(local(kolkata, 2026, 1, 10, 1))  # what opened on Friday
    assert kolkata.is_open(local(kolkata, 2026, 1, 10, 11))
    assert not kolkata.is_open(local(kolkata, 2026, 1, 11, 1))


def test_new_york_opens_once_on_a_saturday(packaged: Policy) -> None:
    new_york = packaged.rules.calendars["new-york"]
    assert new_york.is_open(local(new_york, 2027, 1, 2, 11))
    assert not new_york.is_open(local(new_york, 2027, 1, 9, 11))


# One key at a time


def test_a_week_of_spans_and_single_days(tmp_path: Path) -> None:
    week = calendar(
        tmp_path,
        """\
site:
  zone: UTC
  week:
    tue-thu: ["09:00-12:00", "13:00-17:00"]
    sat-mon: ["22:00-02:00"]
    fri: []
""",
    ).week
    assert [[str(window) for window in day] for day in week.days] == [
        ["22:00-02:00"],
        ["09:00-12:00", "13:00-17:00"],
        ["09:00-12:00", "13:00-17:00"],
        ["09:00-12:00", "13:00-17:00"],
        [],
        ["22:00-02:00"],
        ["22:00-02:00"],
    ]


HOLIDAYS = "site:\n  zone: UTC\n  week: {mon-sun: [09:00-17:00]}\n  holidays: "


def test_holidays_of_one_country(tmp_path: Path) -> None:
    dates = calendar(tmp_path, HOLIDAYS + "{country: DE}\n").holidays
    assert date(2026, 10, 3) in dates
    assert date(2026, 3, 8) not in dates
    assert dates == tuple(holidays_of("DE", None))


def test_holidays_of_several_countries_and_own_dates(tmp_path: Path) -> None:
    text = "[{country: DE, region: BE}, {country: US}, 2026-02-17, 02-29, 2050-01-01]\n"
    dates = set(calendar(tmp_path, HOLIDAYS + text).holidays)
    assert {date(2026, 3, 8), date(2026, 11, 26), date(2026, 2, 17), date(2050, 1, 1)} <= dates
    assert [day.year for day in sorted(dates) if (day.month, day.day) == (2, 29)] == list(
        range(2020, 2041, 4)
    )


def test_exceptions_by_date_and_by_name(tmp_path: Path) -> None:
    text = "{country: US, region: NY, except: [2026-07-03, Columbus Day, Independence Day]}\n"
    dates = set(calendar(tmp_path, HOLIDAYS + text).holidays)
    # An observed day goes by the name of its holiday.
    gone = {day for day in holidays_of("US", "NY") if day not in dates}
    assert {date(2026, 7, 3), date(2026, 7, 4), date(2026, 10, 12), date(2027, 7, 5)} <= gone
    assert len(gone) < 60


def test_a_day_of_two_holidays_stays_one_when_only_one_of_them_is_excepted(tmp_path: Path) -> None:
    shared = date(2026, 5, 1)  # Buddha Purnima and May Day
    assert len(holidays_of("IN", "KA")[shared]) == 2
    dates = calendar(tmp_path, HOLIDAYS + "{country: IN, region: KA, except: [May Day]}\n").holidays
    assert shared in dates
    assert date(2025, 5, 1) not in dates


def test_holidays_are_known_for_a_fixed_span_of_years() -> None:
    years = {day.year for day in holidays_of("DE", "BE")}
    assert years == set(YEARS) == set(range(2020, 2041))
    assert {"DE", "US", "IN", "GB", "JP", "BR"} <= countries()


def test_closures_end_with_their_last_day_and_openings_win_over_holidays(tmp_path: Path) -> None:
    site = calendar(
        tmp_path,
        """\
site:
  zone: UTC
  week: {mon-sun: [08:00-20:00]}
  holidays: [2026-03-02]
  closures:
    - {since: 2026-03-05, reason: moving}
    - {since: 2026-03-10, until: 2026-03-11}
    - {since: 2026-03-20 12:00, until: "2026-03-20T14:00"}
  extra_openings:
    - {on: 2026-03-02, windows: ["10:00-11:00", "12:00-13:00"], reason: stocktaking}
""",
    )
    assert site.next_opening(datetime(2026, 3, 2, tzinfo=UTC)) == datetime(2026, 3, 2, 10, tzinfo=UTC)
    assert site.next_opening(datetime(2026, 3, 5, tzinfo=UTC)) == datetime(2026, 3, 6, 8, tzinfo=UTC)
    assert site.next_opening(datetime(2026, 3, 10, tzinfo=UTC)) == datetime(2026, 3, 12, 8, tzinfo=UTC)
    assert site.next_opening(datetime(2026, 3, 20, 13, tzinfo=UTC)) == datetime(2026, 3, 20, 14, tzinfo=UTC)
    assert [closure.reason for closure in site.closures] == ["moving", None, None]
    assert [opening.reason for opening in site.extra_openings] == ["stocktaking"]


def test_the_version_changes_with_the_dates_that_the_library_gives(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(a_set(tmp_path), "calendars.yaml", HOLIDAYS + "{country: DE}\n")
    before = load(tmp_path).rules.version
    fewer = dict(list(holidays_of("DE", None).items())[1:])
    monkeypatch.setattr("handoff_templates.public_holidays.holidays_of", lambda *_: fewer)
    assert load(tmp_path).rules.version != before
