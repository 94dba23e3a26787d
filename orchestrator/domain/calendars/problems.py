"""What makes no sense in the rules of a calendar, all of it at once."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import takewhile
from typing import Final, NamedTuple

from orchestrator.domain.calendars.rules import DAY_MIN, WEEKDAYS, Closure, ExtraOpening, Week, Window

_WEEK_MIN: Final = 7 * DAY_MIN


def problems(week: Week, closures: tuple[Closure, ...], extra: tuple[ExtraOpening, ...]) -> Iterator[str]:
    """Say everything that makes no sense, a line each."""
    weekly = [
        _Placed.on(day, WEEKDAYS[day], window) for day, windows in enumerate(week.days) for window in windows
    ]
    dated = [
        _Placed.on(opening.on.toordinal(), str(opening.on), window)
        for opening in extra
        for window in opening.windows
    ]
    for placed in (*weekly, *dated):
        if placed.opens == placed.closes:
            yield f'{placed.text} has no length; a whole day is "00:00-24:00"'
    # What opens on Sunday may still be open when the week begins.
    yield from _overlaps([*weekly, *(placed.week_before() for placed in weekly if placed.closes > _WEEK_MIN)])
    yield from _overlaps(dated)
    for opening in extra:
        if not opening.windows:
            yield f"the extra opening on {opening.on} has no windows"
    for closure in closures:
        if closure.until <= closure.since:
            yield f"the closure from {closure.since} ends at {closure.until}, which is not after it"


class _Placed(NamedTuple):
    """A window of a certain day, in minutes from day 0."""

    opens: int
    closes: int
    text: str

    @classmethod
    def on(cls, day: int, name: str, window: Window) -> _Placed:
        opens, closes = window.minutes
        return cls(day * DAY_MIN + opens, day * DAY_MIN + closes, f"{name} {window}")

    def is_open_when(self, later: _Placed) -> bool:
        """Whether it is still open when the other opens."""
        return later.opens < self.closes

    def week_before(self) -> _Placed:
        return self._replace(opens=self.opens - _WEEK_MIN, closes=self.closes - _WEEK_MIN)


def _overlaps(windows: list[_Placed]) -> list[str]:
    """Name each pair that overlaps, once."""
    found: list[str] = []
    windows = sorted(windows)
    for at, one in enumerate(windows):
        overlapping = takewhile(one.is_open_when, windows[at + 1 :])
        found += (f"{one.text} and {other.text} overlap" for other in overlapping)
    return list(dict.fromkeys(found))
