"""A second, slow reading of business calendars, for tests only: minute by minute.

It goes from wall times to instants, by `fold`, where the domain goes from instants to wall times, by offset;
and it asks each minute for its rules, where the domain computes with spans.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from orchestrator.domain.calendars.calendar import BusinessCalendar

MINUTE = timedelta(minutes=1)
DAY = timedelta(days=1)


class Oracle:
    """Answers for whole steps of minutes between two local dates, both included."""

    def __init__(self, calendar: BusinessCalendar, first: date, last: date, *, step: int = 1) -> None:
        self.step = step * MINUTE
        zone = ZoneInfo(calendar.zone)
        times = [f"{minute // 60:02}:{minute % 60:02}" for minute in range(0, 24 * 60, step)]
        found: set[datetime] = set()
        for number in range((last - first).days + 1):
            day = _Day(calendar, first + number * DAY)
            for time_of_day in filter(day.is_open, times):
                found |= _instants(day.at(time_of_day), zone)
        self.open = sorted(found)
        """The instants at which an open step begins."""

    def is_open(self, at: datetime) -> bool:
        """Whether the step that begins at `at` is open."""
        found = bisect_left(self.open, at)
        return found < len(self.open) and self.open[found] == at

    def next_opening(self, at: datetime) -> datetime | None:
        """Return the first open step from `at` on; None when the dates have no more."""
        found = bisect_left(self.open, at)
        return self.open[found] if found < len(self.open) else None

    def add(self, start: datetime, steps: int) -> datetime | None:
        """Return where the given number of open steps has passed; None when the dates do not have so many."""
        if steps == 0:
            return start if self.is_open(start - self.step) else self.next_opening(start)
        last = bisect_left(self.open, start) + steps - 1
        return self.open[last] + self.step if last < len(self.open) else None

    def between(self, start: datetime, end: datetime) -> timedelta:
        """Return the time of the open steps from `start` to `end`."""
        return self.step * (bisect_right(self.open, end - self.step) - bisect_left(self.open, start))


def _instants(wall: datetime, zone: ZoneInfo) -> set[datetime]:
    """Return every instant at which a clock in `zone` shows `wall`: none in a gap, two in a fold."""
    instants = {wall.replace(tzinfo=zone, fold=fold).astimezone(UTC) for fold in (0, 1)}
    return {at for at in instants if at.astimezone(zone).replace(tzinfo=None, fold=0) == wall}


class _Day:
    """The rules of one date; times of day compare as text, from "00:00" to "24:00"."""

    def __init__(self, calendar: BusinessCalendar, day: date) -> None:
        self._day = day
        eve = day - DAY
        self._closures = [(closure.since, closure.until) for closure in calendar.closures]
        extra = [(opening.on, window) for opening in calendar.extra_openings for window in opening.windows]
        weekly = [(on, window) for on in (eve, day) for window in calendar.week.days[on.weekday()]]
        is_holiday = day in calendar.holidays
        self._spans: list[tuple[str, str]] = []
        for on, window in extra if is_holiday else extra + weekly:
            is_over_midnight = window.closes < window.opens
            if on == day:
                self._spans.append((window.opens, "24:00" if is_over_midnight else window.closes))
            if on == eve and is_over_midnight:
                self._spans.append(("00:00", window.closes))

    def at(self, time_of_day: str) -> datetime:
        return datetime.fromisoformat(f"{self._day} {time_of_day}")

    def is_open(self, time_of_day: str) -> bool:
        return any(opens <= time_of_day < closes for opens, closes in self._spans) and not any(
            since <= self.at(time_of_day) < until for since, until in self._closures
        )
