"""Calendars as a person reads them: the week in a line, and the days on which it is otherwise."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from itertools import groupby

from orchestrator.domain.calendars.calendar import BusinessCalendar
from orchestrator.domain.calendars.rules import ALWAYS, WEEKDAYS, Windows


def week_in_words(calendar: BusinessCalendar) -> str:
    """Return a week as `Mon-Thu 09:00-12:30 13:15-17:30, Fri 09:00-12:30`; days of the same hours as one."""
    if calendar.week == ALWAYS:
        return "day and night"
    days = [
        (name.title(), _hours(windows)) for name, windows in zip(WEEKDAYS, calendar.week.days, strict=True)
    ]
    said: list[str] = []
    for hours, group in groupby(days, key=lambda day: day[1]):
        names = [name for name, _ in group]
        if hours:
            said.append(f"{names[0]}-{names[-1]} {hours}" if len(names) > 1 else f"{names[0]} {hours}")
    return ", ".join(said) or "only extra openings"


def exceptions(calendar: BusinessCalendar, since: date, until: date) -> tuple[str, ...]:
    """Return holidays, closures and extra openings from one local date to another, in order."""
    said = [(day, f"closed {_day(day)}: holiday") for day in calendar.holidays if since <= day <= until]
    for closure in calendar.closures:
        if closure.since.date() <= until and since <= closure.until.date():
            why = f": {closure.reason}" if closure.reason else ""
            said.append((closure.since.date(), f"closed {_span(closure.since, closure.until)}{why}"))
    for opening in calendar.extra_openings:
        if since <= opening.on <= until:
            why = f": {opening.reason}" if opening.reason else ""
            said.append((opening.on, f"open also {_day(opening.on)} {_hours(opening.windows)}{why}"))
    return tuple(words for _, words in sorted(said))


def _hours(windows: Windows) -> str:
    return " ".join(str(window) for window in sorted(windows, key=lambda window: window.opens))


def _day(day: date) -> str:
    return f"{WEEKDAYS[day.weekday()].title()} {day:%Y-%m-%d}"


def _span(since: datetime, until: datetime) -> str:
    last = until - timedelta(minutes=1)
    if since.time() == until.time() == datetime.min.time():
        return _day(since) if last.date() == since.date() else f"{_day(since)} to {_day(last)}"
    time = "24:00" if until.time() == datetime.min.time() else f"{until:%H:%M}"
    day = "" if last.date() == since.date() else f"{_day(last)} "
    return f"{_day(since)} {since:%H:%M} to {day}{time}"
