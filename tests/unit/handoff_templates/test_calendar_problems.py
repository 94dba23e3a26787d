"""Everything that can be wrong in calendars.yaml, with its place and what to do."""

from __future__ import annotations

from pathlib import Path

import pytest

from handoff_templates import check
from tests.unit.handoff_templates.sets import a_set, replace, told, write

C = "calendars.yaml"
SITE = """\
site:
  zone: Europe/Berlin
  week:
    mon-thu: ["09:00-12:30", "13:15-17:30"]
    fri: ["09:00-12:30"]
  holidays:
    - {country: DE, region: BE, except: [2026-10-03]}
    - 2026-12-24
  closures:
    - {since: 2026-08-03, until: 2026-08-07}
  extra_openings:
    - {on: 2026-09-05, windows: ["10:00-14:00"]}
"""

ONE_CHANGE = {
    "unknown key": (
        "  zone:",
        "  zonee: UTC\n  zone:",
        "2:3: unknown key of calendar 'site' 'zonee'; did you",
    ),
    "no zone": ("  zone: Europe/Berlin\n", "", "2:3: calendar 'site' has no 'zone'; add it"),
    "unknown zone": ("/Berlin", "/Berln", "2:9: unknown zone 'Europe/Berln'; did you mean 'Europe/Berlin'?"),
    "zone of this machine": ("Europe/Berlin", "localtime", "2:9: unknown zone 'localtime'; "),
    "zone that is a folder": ("Europe/Berlin", "Europe", "2:9: unknown zone 'Europe'; "),
    "poor name": (
        "site:",
        "Main Site:",
        "1:1: calendar 'Main Site' is not a plain name; write small letters",
    ),
    "reserved name": (
        "site:",
        "elapsed:",
        "1:1: 'elapsed' is the calendar that never closes; give this one another name",
    ),
    "other reserved name": (
        "site:",
        "team:",
        "1:1: 'team' is the calendar of a clock's team; give this one another name",
    ),
    "unknown weekday": ("fri:", "friday:", "5:5: unknown weekday 'friday'; did you mean 'fri'?"),
    "unknown end of a span": ("mon-thu", "mon-thr", "4:5: unknown weekday 'thr'; did you mean 'thu'?"),
    "three weekdays": (
        "fri:",
        "fri-sat-sun:",
        "5:5: 'fri-sat-sun' is not a span of weekdays; write two with '-' between, such as mon-fri",
    ),
    "day in two spans": ("fri:", "wed-fri:", "5:5: wed is already on line 4; write each day once"),
    "not a list of windows": (
        'fri: ["09:00-12:30"]',
        "fri: 09:00-12:30",
        "5:10: 'fri' is not a list; write it in brackets or as lines that begin with '- '",
    ),
    "week that is no mapping": (
        '  week:\n    mon-thu: ["09:00-12:30", "13:15-17:30"]\n    fri: ["09:00-12:30"]\n',
        "  week: always\n",
        "3:9: 'week' is not a mapping; write lines of 'key: value'",
    ),
    "not a window": (
        "13:15-17:30",
        "1pm-5pm",
        "4:30: '1pm-5pm' is not a window; write opening and closing as 09:00-17:30",
    ),
    "window at an hour that is none": ("13:15-17:30", "13:15-25:00", "4:30: '13:15-25:00' is not a window; "),
    "window without length": (
        "13:15-17:30",
        "13:15-13:15",
        "4:30: the window '13:15-13:15' has no length; a whole day is 00:00-24:00",
    ),
    "overlapping windows": (
        "13:15-17:30",
        "12:00-17:30",
        "4:30: the window '12:00-17:30' overlaps '09:00-12:30' on line 4; shorten one of the two",
    ),
    "overlap over midnight": (
        'fri: ["09:00-12:30"]',
        'fri: ["09:00-12:30"]\n    sat-sun: ["20:00-10:00"]',
        "6:15: the window '20:00-10:00' overlaps '09:00-12:30' on line 4; shorten one of the two",
    ),
    "unknown country": ("DE, region: BE", "DEX", "7:17: unknown country 'DEX'; did you mean 'DE'?"),
    "country in words": ("DE, region: BE", "germany", "7:17: unknown country 'germany'; did you mean 'DE'?"),
    "country that nobody knows": ("DE, region: BE", "QQ", "7:17: unknown country 'QQ'; use one of: AD, AE, "),
    "unknown region": ("BE", "BER", "7:29: unknown region of DE 'BER'; did you mean 'BE'?"),
    "region in words": ("BE", "Bayern", "7:29: unknown region of DE 'Bayern'; did you mean 'BY'?"),
    "region of a country without": (
        "DE, region: BE",
        "JP, region: X",
        "7:29: unknown region of JP 'X'; remove it: none are known",
    ),
    "holidays without country": ("country: DE, ", "", "7:7: an entry of 'holidays' has no 'country'; add it"),
    "exception that is no holiday": (
        "[2026-10-03]",
        "[2026-10-04]",
        "7:42: 2026-10-04 is no holiday of DE, BE; remove it",
    ),
    "exception of an unknown name": (
        "[2026-10-03]",
        "[Labour Day]",
        "7:42: unknown holiday of DE, BE 'Labour Day'; did you mean 'Labor Day'?",
    ),
    "bad date": (
        "- 2026-12-24",
        "- 2026-02-30",
        "8:7: '2026-02-30' is not a date; write one such as 2026-12-24",
    ),
    "date in words": ("- 2026-12-24", "- Christmas", "8:7: 'Christmas' is not a date; write one such as"),
    "bad day of the year": (
        "- 2026-12-24",
        "- 24-12",
        "8:7: '24-12' is not a day of the year; write month and day such as 12-24",
    ),
    "number for a date": ("- 2026-12-24", "- 20261224", "8:7: a holiday is not text; put it in quotes"),
    "closure backwards": (
        "until: 2026-08-07",
        "until: 2026-08-02",
        "10:34: a closure ends before it begins; write a later 'until'",
    ),
    "closure of no length": (
        "{since: 2026-08-03, until: 2026-08-07}",
        "{since: 2026-08-03 12:00, until: 2026-08-03 12:00}",
        "10:40: a closure ends before it begins; write a later 'until'",
    ),
    "closure without end": (
        "{since: 2026-08-03, until: 2026-08-07}",
        "{since: 2026-08-03 12:00}",
        "10:15: a closure from a time of day has no 'until'; add it",
    ),
    "closure without beginning": ("since: 2026-08-03, ", "", "10:7: a closure has no 'since'; add it"),
    "closure at a bad time": (
        "until: 2026-08-07",
        "until: 2026-08-07 26:00",
        "10:34: '2026-08-07 26:00' is not a local time; write date and time such as 2026-12-24 14:00",
    ),
    "closure at a bad date": (
        "until: 2026-08-07",
        "until: 2026-08-32",
        "10:34: '2026-08-32' is not a date; write one such as 2026-12-24",
    ),
    "opening without date": ("on: 2026-09-05, ", "", "12:7: an extra opening has no 'on'; add it"),
    "opening without windows": (
        ', windows: ["10:00-14:00"]',
        "",
        "12:7: an extra opening has no 'windows'; add it",
    ),
    "opening with no window": (
        '["10:00-14:00"]',
        "[]",
        "12:33: an extra opening has no windows; write one, or remove the opening",
    ),
    "openings that overlap": (
        '["10:00-14:00"]}',
        '["10:00-14:00"]}\n    - {on: 2026-09-05, windows: ["13:00-15:00"]}',
        "13:34: the window '13:00-15:00' overlaps '10:00-14:00' on line 12; shorten one of the two",
    ),
}


@pytest.mark.parametrize(("old", "new", "problem"), ONE_CHANGE.values(), ids=ONE_CHANGE.keys())
def test_a_change_of_calendars_yaml(tmp_path: Path, old: str, new: str, problem: str) -> None:
    write(a_set(tmp_path), C, SITE)
    assert told(tmp_path) == []
    replace(tmp_path, C, old, new)
    found = told(tmp_path)
    assert any(line.startswith(f"{C}:{problem}") for line in found), found


NEVER = "calendar 'site' cannot be used: it never opens; correct its windows"


@pytest.mark.parametrize(
    "text",
    [
        "site: {zone: UTC}",
        "site: {zone: UTC, week: {mon-sun: []}}",
        "site: {zone: UTC, week: {mon-sun: []}, extra_openings: []}",
        "site: {zone: UTC, extra_openings: [{on: 2019-12-31, windows: [09:00-17:00]}]}",
        "site: {zone: UTC, week: {mon: [09:00-17:00]}, closures: [{since: 2000-01-01, until: 2100-01-01}]}",
        (
            "site: {zone: UTC, extra_openings: [{on: 2026-01-01, windows: [09:00-17:00]}], "
            "closures: [{since: 2026-01-01}]}"
        ),
    ],
)
def test_a_calendar_that_never_opens(tmp_path: Path, text: str) -> None:
    write(a_set(tmp_path), C, text)
    assert told(tmp_path) == [f"{C}:1:1: {NEVER}"]


def test_what_a_calendar_itself_refuses_is_told_at_its_name(tmp_path: Path) -> None:
    minutes = (f"{hour:02}:{minute:02}" for hour in range(2) for minute in range(0, 60, 4))
    windows = ", ".join(f'"{opens}-{opens[:-1]}{int(opens[-1]) + 1}"' for opens in minutes)
    write(a_set(tmp_path), C, f"site:\n  zone: UTC\n  week: {{mon: [{windows}]}}\n")
    [problem] = told(tmp_path)
    assert problem.startswith(f"{C}:1:1: calendar 'site' cannot be used: Tuple should have at most 24 items")


def test_all_problems_of_all_calendars_are_told_at_once(tmp_path: Path) -> None:
    write(
        a_set(tmp_path),
        C,
        """\
one:
  zone: Mars/Base
  week: {mon: ["9-5", "10:00-10:00"], mun: ["09:00-17:00"]}
  holidays: [{country: XX}, {country: US, region: XX}, 2026-13-01]
two:
  zone: Nowhere
  week: {}
  closures: [{since: 2026-01-02, until: 2026-01-01}]
""",
    )
    assert [(p.line, p.column) for p in check(tmp_path)] == [
        (2, 9),
        (3, 16),
        (3, 23),
        (3, 39),
        (4, 24),
        (4, 51),
        (4, 56),
        (5, 1),
        (6, 9),
        (8, 41),
    ]


def test_a_calendar_in_error_is_still_known_by_its_name(tmp_path: Path) -> None:
    write(a_set(tmp_path), C, "site: {zone: Nowhere, week: {mon: [09:00-17:00]}}")
    replace(tmp_path, "teams.yaml", "name: Chat Support", "name: Chat Support\n  calendar: site")
    replace(tmp_path, "to-billing/handoff.yaml", "budget: 15m", "budget: 15m\n    calendar: site")
    assert len(told(tmp_path)) == 1


def test_unreadable_calendars_are_told_once_and_not_for_each_name(tmp_path: Path) -> None:
    write(a_set(tmp_path), C, "site: [")
    replace(tmp_path, "teams.yaml", "name: Chat Support", "name: Chat Support\n  calendar: site")
    replace(tmp_path, "to-billing/handoff.yaml", "budget: 15m", "budget: 15m\n    calendar: site")
    assert len(told(tmp_path)) == 1
