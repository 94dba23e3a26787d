"""Working time, the slow way: all minutes of some weeks are looked up on the wall of the calendar's zone.

Instants and lengths are whole microseconds; an instant counts from 1970 in UTC.
"""

from __future__ import annotations

from bisect import bisect_left
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from itertools import accumulate
from typing import Final, Protocol
from zoneinfo import ZoneInfo

from orchestrator.domain.calendars.calendar import BusinessCalendar

MINUTE_US: Final = 60_000_000
_BLOCK: Final = 15
"""Minutes that are looked up at once: no zone changes its offset at another minute in these years."""
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_US: Final = timedelta(microseconds=1)


def us(at: datetime) -> int:
    """Return an instant in microseconds."""
    return (at - _EPOCH) // _US


def length(span: timedelta) -> int:
    """Return a length in microseconds."""
    return span // _US


def when(at: int | None) -> str:
    """Return an instant for people."""
    return "never" if at is None else (_EPOCH + at * _US).isoformat(timespec="milliseconds")


class Hours(Protocol):
    """Measures working time."""

    def between(self, since: int, until: int) -> int:
        """Return the working time between two instants."""
        ...

    def add(self, since: int, working: int) -> int:
        """Return when so much working time has passed."""
        ...


class Always:
    """Time as it passes."""

    def between(self, since: int, until: int) -> int:
        """Return the time between two instants."""
        return until - since

    def add(self, since: int, working: int) -> int:
        """Return the sum."""
        return since + working


class Walls:
    """The working minutes of one calendar during some days."""

    def __init__(self, calendar: BusinessCalendar, first: datetime, days: int) -> None:
        assert not calendar.extra_openings, "nobody has taught it those"
        zone = ZoneInfo(calendar.zone)
        week = [_minutes(calendar, weekday) for weekday in range(7)]
        self._begin = us(first)
        self._open: list[bool] = []
        for number in range(0, days * 24 * 60, _BLOCK):
            wall = (first + number * timedelta(minutes=1)).astimezone(zone).replace(tzinfo=None)
            minute = wall.hour * 60 + wall.minute
            block = week[wall.weekday()][minute : minute + _BLOCK]
            if wall.date() in calendar.holidays:
                block = [False] * _BLOCK
            for closure in calendar.closures:
                for n in range(_BLOCK):
                    if closure.since <= wall + n * timedelta(minutes=1) < closure.until:
                        block[n] = False
            self._open += block
        self._worked = [0, *accumulate(MINUTE_US * is_open for is_open in self._open)]

    def between(self, since: int, until: int) -> int:
        """Return the working time between two instants."""
        return self._until(until) - self._until(since)

    def add(self, since: int, working: int) -> int:
        """Return when so much working time has passed; for none, here, or where the next of it begins."""
        minute, rest = divmod(since - self._begin, MINUTE_US)
        if not working:
            if self._open[minute] or (rest == 0 and minute and self._open[minute - 1]):
                return since
            return self._begin + self._open.index(True, minute) * MINUTE_US
        wanted = self._until(since) + working
        last = bisect_left(self._worked, wanted) - 1
        return self._begin + last * MINUTE_US + wanted - self._worked[last]

    def is_open(self, at: int) -> bool:
        """Whether an instant lies in a working minute."""
        return self._open[(at - self._begin) // MINUTE_US]

    def _until(self, at: int) -> int:
        minute, rest = divmod(at - self._begin, MINUTE_US)
        return self._worked[minute] + rest * self._open[minute]


def _minutes(calendar: BusinessCalendar, weekday: int) -> list[bool]:
    """Return which minutes of a weekday are worked by the week alone."""
    found = [False] * (24 * 60)
    for window in calendar.week.days[weekday]:
        opens, closes = _minute(window.opens), _minute(window.closes)
        for minute in range(opens, closes if closes > opens else 24 * 60):
            found[minute] = True
    for window in calendar.week.days[weekday - 1]:
        opens, closes = _minute(window.opens), _minute(window.closes)
        for minute in range(closes if closes <= opens else 0):
            found[minute] = True
    return found


def _minute(text: str) -> int:
    hour, minute = map(int, text.split(":"))
    return hour * 60 + minute


_ALWAYS: Final = Always()


@lru_cache(maxsize=256)
def _walls(calendar: str, version: str, first: datetime, days: int) -> Walls:
    return Walls(_CALENDARS[calendar, version], first, days)


_CALENDARS: dict[tuple[str, str], BusinessCalendar] = {}


def hours(calendar: BusinessCalendar, version: str, first: datetime, days: int) -> Hours:
    """Return the hours of a calendar as it is in a version of the rules, worked out once in a process."""
    if calendar.name == "elapsed":
        return _ALWAYS
    _CALENDARS[calendar.name, version] = calendar
    return _walls(calendar.name, version, first, days)
