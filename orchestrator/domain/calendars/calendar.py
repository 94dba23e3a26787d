"""Business calendars: add working time to an instant, and measure it between two.

What wins, from the strongest: a closure, an extra opening, a holiday, the week. As sets of wall times:

    open = ((week - holidays) + extra openings) - closures

An instant is open when a clock on the wall in the calendar's zone shows an open time at it. Everything else
follows from this one sentence:

* A night's window over the spring gap is an hour shorter, one over the autumn fold an hour longer. A window
  that opens inside the gap opens at the first instant after it; 01:30-02:30 where 01:00-02:00 comes twice is
  open from the first 01:30 to 02:00 and again from the second 01:30 to 02:30.
* A holiday closes its date from midnight to midnight: also the end of the night's window that opened on the
  eve, but not the end of its own in the morning after.
* An extra opening adds to what the week has on its date and never takes away, and it may go on past midnight
  into a holiday. Shorter hours for once are a closure.
* A day that the zone skips (Samoa, 2011-12-30) has no working time.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from functools import cached_property
from typing import Any, Final, Self
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import field_validator, model_validator

from orchestrator.domain.calendars.openings import HORIZON_YEARS, AlwaysOpen, BeyondHorizon, Openings
from orchestrator.domain.calendars.problems import problems
from orchestrator.domain.calendars.rules import (
    ALWAYS,
    WEEKDAYS,
    Closure,
    ExtraOpening,
    Week,
    Window,
    Windows,
)
from orchestrator.domain.calendars.spans import EPOCH, day_us, micros
from orchestrator.domain.model import Frozen, Id

__all__ = [
    "ELAPSED",
    "HORIZON_YEARS",
    "WEEKDAYS",
    "BeyondHorizon",
    "BusinessCalendar",
    "Closure",
    "ExtraOpening",
    "Week",
    "Window",
    "Windows",
]


class BusinessCalendar(Frozen):
    """When a team works. Instants are aware and come back in UTC; all is exact to the microsecond.

    Equal when all that is written is equal; lists may come in any order.

    Raises:
        ValidationError: at construction, naming every window that overlaps another (over midnight too) or has
            no length, closures that end before they begin, an unknown zone, or that it never opens.
    """

    name: Id
    zone: str
    """IANA name: "Europe/Berlin"."""
    week: Week = Week()
    holidays: tuple[date, ...] = ()
    closures: tuple[Closure, ...] = ()
    extra_openings: tuple[ExtraOpening, ...] = ()

    def add(self, start: datetime, working: timedelta) -> datetime:
        """Return the instant by which `working` has passed since `start`: never outside an opening.

        It is the closing instant when the window is used up to its end. No working time at all gives `start`
        where that is open or the very end of a window, and else the next opening.

        Raises:
            BeyondHorizon: there is not so much working time within 50 years.
            ValueError: `start` is naive, or `working` negative.
        """
        length = micros(working)
        if length < 0:
            raise ValueError(f"working time cannot be negative, as {working} is")
        try:
            return EPOCH + timedelta(microseconds=self._openings.add(_instant(start), length))
        except (BeyondHorizon, OverflowError) as error:
            raise self._beyond(f"answer for {working} after {start}", error) from error

    def between(self, start: datetime, end: datetime) -> timedelta:
        """Return the working time from `start` to `end`; negative when `end` comes first.

        Raises:
            BeyondHorizon: they are more than 50 years apart.
            ValueError: one of them is naive.
        """
        since, until = _instant(start), _instant(end)
        try:
            if until < since:
                return timedelta(microseconds=-self._openings.between(until, since))
            return timedelta(microseconds=self._openings.between(since, until))
        except BeyondHorizon as error:
            raise self._beyond(f"answer for {start} to {end}", error) from error

    def is_open(self, at: datetime) -> bool:
        """Whether `at` lies in an opening; a window's first instant does, its closing instant does not.

        Raises:
            ValueError: `at` is naive.
        """
        try:
            return self._openings.is_open(_instant(at))
        except BeyondHorizon as error:
            raise self._beyond(f"answer for {at}", error) from error

    def next_opening(self, at: datetime) -> datetime:
        """Return the first open instant from `at` on, which is `at` itself where that is open.

        Raises:
            BeyondHorizon: there is none within 50 years.
            ValueError: `at` is naive.
        """
        try:
            return EPOCH + timedelta(microseconds=self._openings.next_opening(_instant(at)))
        except BeyondHorizon as error:
            raise self._beyond(f"opening after {at}", error) from error

    def model_copy(self, *, update: Mapping[str, Any] | None = None, deep: bool = False) -> Self:
        """Return a copy with `update`, which is not validated."""
        copy = super().model_copy(update=update, deep=deep)
        copy.__dict__.pop("_openings", None)
        return copy

    @field_validator("holidays")
    @classmethod
    def _sort_dates(cls, value: tuple[date, ...]) -> tuple[date, ...]:
        return tuple(sorted(set(value)))

    @field_validator("closures")
    @classmethod
    def _sort_closures(cls, value: tuple[Closure, ...]) -> tuple[Closure, ...]:
        return tuple(sorted(value, key=lambda c: (c.since, c.until, c.reason or "")))

    @field_validator("extra_openings")
    @classmethod
    def _sort_openings(cls, value: tuple[ExtraOpening, ...]) -> tuple[ExtraOpening, ...]:
        return tuple(sorted(value, key=lambda o: (o.on, str(o.windows), o.reason or "")))

    @model_validator(mode="after")
    def _makes_sense(self) -> Self:
        found = list(problems(self.week, self.closures, self.extra_openings))
        is_zone_known = _is_zone(self.zone)
        if not is_zone_known:
            found.append(f"the zone {self.zone!r} is not known")
        if not any(self.week.days) and not (self._opens_once() if is_zone_known else self.extra_openings):
            found.append("it never opens")
        if found:
            raise ValueError("\n- ".join([f"the calendar {self.name!r} cannot be used:", *found]))
        return self

    def _opens_once(self) -> bool:
        return isinstance(self._openings, Openings) and self._openings.ever_extra()

    @cached_property
    def _openings(self) -> Openings | AlwaysOpen:
        if self.week == ALWAYS and not self.holidays and not self.closures:
            return AlwaysOpen()
        holidays = tuple(map(day_us, self.holidays))
        return Openings(ZoneInfo(self.zone), self.week, holidays, self.closures, self.extra_openings)

    def _beyond(self, what: str, why: Exception) -> BeyondHorizon:
        return BeyondHorizon(f"the calendar {self.name!r} has no {what}: {why}")


def _instant(at: datetime) -> int:
    try:
        return micros(at - EPOCH)
    except TypeError:
        raise ValueError(f"{at} is naive: an instant needs an offset") from None


def _is_zone(key: str) -> bool:
    try:
        ZoneInfo(key)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return False
    return True


ELAPSED: Final = BusinessCalendar(name="elapsed", zone="UTC", week=ALWAYS)
"""Time as it passes, day and night."""
