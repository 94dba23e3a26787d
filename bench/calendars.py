"""`python -m bench.calendars`: what a due instant costs on a business calendar, in microseconds.

Processor time, the best of many rounds over many starts, so that other processes disturb it little.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from itertools import cycle, islice
from time import process_time

from rich.console import Console
from rich.table import Table

from orchestrator.domain.calendars.calendar import ELAPSED, WEEKDAYS, BusinessCalendar
from orchestrator.domain.calendars.openings import Openings

_ROUNDS = 50
_CALLS = 500
_BEGINS = datetime(2024, 1, 1, tzinfo=UTC)
_STARTS = [_BEGINS + n * timedelta(hours=7, minutes=11, microseconds=13) for n in range(1_000)]
_HOUR = timedelta(hours=1)
_DAY = 8 * _HOUR
_WORKING = {"1 h": _HOUR, "1 day": _DAY, "3 weeks": 15 * _DAY, "1 year": 250 * _DAY}
"""Budgets: a day has 8 hours of work, a week 5 days."""
_APART = {"1 h": _HOUR, "1 day": 24 * _HOUR, "3 weeks": 21 * 24 * _HOUR, "1 year": 365 * 24 * _HOUR}


def office() -> BusinessCalendar:
    """Two windows a day in Berlin, with ten years of holidays."""
    return BusinessCalendar.model_validate(
        {
            "name": "office",
            "zone": "Europe/Berlin",
            "week": dict.fromkeys(WEEKDAYS[:5], ("08:30-12:30", "13:30-17:30")),
            "holidays": [date(2020 + n // 10, 1 + n % 10, 1) for n in range(100)],
            "closures": [{"since": "2024-12-24T12:00", "until": "2024-12-31"}],
        }
    )


def nights() -> BusinessCalendar:
    """One window a night, in New York."""
    week = dict.fromkeys(WEEKDAYS, ("22:00-06:00",))
    return BusinessCalendar.model_validate({"name": "nights", "zone": "America/New_York", "week": week})


def best_us(ask: Callable[[datetime], object]) -> float:
    """Return the cost of one call."""
    starts = list(islice(cycle(_STARTS), _CALLS))
    best = float("inf")
    for _ in range(_ROUNDS):
        began = process_time()
        for start in starts:
            ask(start)
        best = min(best, process_time() - began)
    return best / _CALLS * 1e6


def adding(calendar: BusinessCalendar, working: timedelta) -> Callable[[datetime], object]:
    """Return what adds `working`."""
    return lambda at: calendar.add(at, working)


def measuring(calendar: BusinessCalendar, apart: timedelta) -> Callable[[datetime], object]:
    """Return what measures up to `apart` later."""
    return lambda at: calendar.between(at, at + apart)


def first_us(calendar: BusinessCalendar) -> float:
    """Return the cost of a calendar's first due instant, which finds 13 weeks of openings."""
    best = float("inf")
    for _ in range(_ROUNDS):
        fresh = calendar.model_copy(update={})
        began = process_time()
        fresh.add(_BEGINS, _HOUR)
        best = min(best, process_time() - began)
    return best * 1e6


def kilobytes(calendar: BusinessCalendar) -> float:
    """Return the size of the arrays of a year."""
    calendar.between(_BEGINS, _BEGINS + timedelta(days=365))
    openings = calendar._openings
    if not isinstance(openings, Openings):
        return 0.0
    chunks = [openings._chunk(number) for number in sorted(openings._chunks)[-4:]]
    return sum(len(column) * column.itemsize for chunk in chunks for column in chunk[:3]) / 1_000


def main() -> None:
    """Measure and print."""
    table = Table("µs", "office", "nights", "elapsed", title="Business calendars", title_justify="left")
    calendars = [office(), nights(), ELAPSED]

    def row(what: str, figures: list[float]) -> None:
        table.add_row(what, *(f"{figure:.2f}" for figure in figures))

    for name, span in _WORKING.items():
        row(f"add, {name} of work", [best_us(adding(calendar, span)) for calendar in calendars])
    for name, span in _APART.items():
        row(f"between, {name} apart", [best_us(measuring(calendar, span)) for calendar in calendars])
    row("is open", [best_us(calendar.is_open) for calendar in calendars])
    row("next opening", [best_us(calendar.next_opening) for calendar in calendars])
    row("the first add", [first_us(calendar) for calendar in calendars])
    row("kB a year", [kilobytes(calendar) for calendar in calendars])
    for column in table.columns[1:]:
        column.justify = "right"
    Console().print(table)


if __name__ == "__main__":
    main()
