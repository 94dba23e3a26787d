"""Reads calendars.yaml."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from functools import cache
from typing import Final
from zoneinfo import available_timezones

from pydantic import ValidationError

from handoff_templates.closure_rows import read_closures, read_extra_openings
from handoff_templates.form import Form, mapping
from handoff_templates.holiday_rows import read_holidays
from handoff_templates.naming import require_slug
from handoff_templates.problems import Place, Problems
from handoff_templates.public_holidays import YEARS
from handoff_templates.window_rows import read_week
from handoff_templates.yaml_source import Entry, Value
from orchestrator.domain.calendars.calendar import ELAPSED, WEEKDAYS, BeyondHorizon, BusinessCalendar
from orchestrator.domain.clocks.spec import ELAPSED_TIME, TEAM_CALENDAR

FILE: Final = "calendars.yaml"
_KEYS = ("zone", "week", "holidays", "closures", "extra_openings")
_RESERVED = {ELAPSED_TIME: "the calendar that never closes", TEAM_CALENDAR: "the calendar of a clock's team"}
_BEGINNING = datetime(YEARS.start, 1, 1, tzinfo=UTC)


def read_calendars(document: Value, problems: Problems) -> dict[str, BusinessCalendar]:
    """Return the calendars in their order; what is wrong goes to `problems`.

    One in error stands there under its name, so that what names it is not an error too.
    """
    return {name: _calendar(name, e, problems) for name, e in mapping(document, FILE, problems).items()}


def dates_of(calendars: Mapping[str, BusinessCalendar]) -> dict[str, str]:
    """Return the holidays of each calendar as text, for the version.

    The same file gives other dates when the library that computes them changes.
    """
    return {
        f"{FILE}: {name}": " ".join(map(str, calendar.holidays))
        for name, calendar in calendars.items()
        if calendar.holidays
    }


def _calendar(name: str, entry: Entry, problems: Problems) -> BusinessCalendar:
    before = problems.count
    what = f"calendar {name!r}"
    if name in _RESERVED:
        problems.add(entry.key, f"{name!r} is {_RESERVED[name]}; give this one another name")
    require_slug(name, "calendar", entry.key, problems)
    form = Form.open(entry.value, _KEYS, what, problems)
    form.required("zone", what)
    zone = form.text("zone")
    if zone is not None and zone not in _zones():
        problems.unknown(form.at("zone"), "zone", zone, _zones())
    week, holidays = form.value("week"), form.value("holidays")
    closures, extra = form.value("closures"), form.value("extra_openings")
    placed = read_week(week, problems) if week is not None else []
    fields = {
        "name": name,
        "zone": zone,
        "week": {
            weekday: [each.window for each in placed if each.day == day]
            for day, weekday in enumerate(WEEKDAYS)
        },
        "holidays": read_holidays(holidays, problems) if holidays is not None else (),
        "closures": read_closures(closures, problems) if closures is not None else (),
        "extra_openings": read_extra_openings(extra, problems) if extra is not None else (),
    }
    if problems.count == before:
        return _build(fields, entry.key, problems)
    if isinstance(entry.value.data, dict) and not _says_anything(week) and not _says_anything(extra):
        _note(entry.key, name, "it never opens", problems)
    return ELAPSED.model_copy(update={"name": name})


def _build(fields: Mapping[str, object], place: Place, problems: Problems) -> BusinessCalendar:
    name = str(fields["name"])
    try:
        calendar = BusinessCalendar.model_validate(fields)
        calendar.next_opening(_BEGINNING)
    except BeyondHorizon:
        _note(place, name, "it never opens", problems)
    except ValidationError as error:
        # What the calendar itself finds, beside what has been found in the file.
        for each in error.errors():
            _, *said = each["msg"].splitlines()
            for line in said or [each["msg"]]:
                _note(place, name, line.removeprefix("- "), problems)
    else:
        return calendar
    return ELAPSED.model_copy(update={"name": name})


def _note(place: Place, name: str, what: str, problems: Problems) -> None:
    problems.add(place, f"calendar {name!r} cannot be used: {what}; correct its windows")


def _says_anything(value: Value | None) -> bool:
    """Whether a window is written in it, or something that was meant as one."""
    if value is None:
        return False
    if isinstance(value.data, dict):
        return any(_says_anything(entry.value) for entry in value.data.values())
    return value.data != []


@cache
def _zones() -> frozenset[str]:
    # This name means something else on each machine.
    return frozenset(available_timezones()) - {"localtime"}
