"""What a calendar is made of: windows, a week of them, closures and extra openings.

Every time here is what a clock on the wall in the calendar's zone shows: it has no offset.
"""

from __future__ import annotations

import re
from datetime import date, datetime, time, timedelta
from typing import Annotated, Any, Final, TypeAlias

from pydantic import ConfigDict, Field, NaiveDatetime, StringConstraints, model_validator

from orchestrator.domain.calendars.spans import MINUTE_US, Span, day_us, wall_us
from orchestrator.domain.model import Frozen, ShortText

WEEKDAYS: Final = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")

DAY_MIN: Final = 24 * 60
_OpensAt = Annotated[str, StringConstraints(pattern=r"^([01]\d|2[0-3]):[0-5]\d$")]
_ClosesAt = Annotated[str, StringConstraints(pattern=r"^(([01]\d|2[0-3]):[0-5]\d|24:00)$")]
_ISO_DATE: Final = re.compile(r"\d{4}-\d{2}-\d{2}")


class Window(Frozen):
    """A time of opening, as `{opens: "09:00", closes: "17:30"}` or "09:00-17:30"; minutes, two digits each.

    It closes on the next day when it closes before it opens ("22:00-06:00"). "24:00" is the end of the day,
    so "00:00-24:00" is a whole one.
    """

    opens: _OpensAt
    closes: _ClosesAt

    @model_validator(mode="before")
    @classmethod
    def _read_text(cls, value: Any) -> Any:
        if not isinstance(value, str):
            return value
        opens, _, closes = value.replace("\u2013", "-").partition("-")
        return {"opens": opens.strip(), "closes": closes.strip()}

    def __str__(self) -> str:
        return f"{self.opens}-{self.closes}"

    @property
    def minutes(self) -> Span:
        """Minutes from the midnight of its day to opening and to closing."""
        opens, closes = _minutes(self.opens), _minutes(self.closes)
        return opens, closes + DAY_MIN if closes < opens else closes

    @property
    def span(self) -> Span:
        """`minutes` in microseconds."""
        opens, closes = self.minutes
        return opens * MINUTE_US, closes * MINUTE_US


Windows: TypeAlias = Annotated[tuple[Window, ...], Field(max_length=24)]
"""The windows that open on one day, in any order."""


class Week(Frozen):
    """The windows that open on each weekday; a day without any is closed."""

    model_config = ConfigDict(extra="forbid")

    mon: Windows = ()
    tue: Windows = ()
    wed: Windows = ()
    thu: Windows = ()
    fri: Windows = ()
    sat: Windows = ()
    sun: Windows = ()

    @property
    def days(self) -> tuple[Windows, ...]:
        """The windows by weekday, Monday first."""
        return self.mon, self.tue, self.wed, self.thu, self.fri, self.sat, self.sun


class Closure(Frozen):
    """A one-off closing, up to and without `until`.

    A date written as `since` is its first whole day, one written as `until` its last; with a date as `since`,
    `until` may be left out. What is kept are local times, so that the same closure is always equal.
    """

    since: NaiveDatetime
    until: NaiveDatetime
    reason: ShortText | None = None

    @model_validator(mode="before")
    @classmethod
    def _read_dates(cls, value: Any) -> Any:
        if not isinstance(value, dict) or "since" not in value:
            return value
        times = dict(value)
        if (first := _as_date(value["since"])) is not None:
            times["since"] = datetime.combine(first, time.min)
        if (last := _as_date(value.get("until", value["since"]))) is not None:
            times["until"] = _midnight_after(last)
        return times

    @property
    def span(self) -> Span:
        """Its local times in microseconds."""
        return wall_us(self.since), wall_us(self.until)


class ExtraOpening(Frozen):
    """Windows that open on one local date, beside those of the week."""

    on: date
    windows: Windows
    reason: ShortText | None = None

    @property
    def spans(self) -> tuple[Span, ...]:
        """Its local times in microseconds."""
        midnight = day_us(self.on)
        return tuple(
            (midnight + opens, midnight + closes) for opens, closes in (w.span for w in self.windows)
        )


def _minutes(time_of_day: str) -> int:
    return int(time_of_day[:2]) * 60 + int(time_of_day[3:])


def _as_date(value: object) -> date | None:
    """Return what was written as a date; None for a local time, and for what the field will refuse."""
    if isinstance(value, str) and _ISO_DATE.fullmatch(value):
        try:
            return date.fromisoformat(value)
        except ValueError:
            return None
    return value if isinstance(value, date) and not isinstance(value, datetime) else None


def _midnight_after(day: date) -> datetime:
    if day == date.max:
        return datetime.combine(day, time.max)
    return datetime.combine(day + timedelta(days=1), time.min)


ALWAYS: Final = Week(**dict.fromkeys(WEEKDAYS, (Window(opens="00:00", closes="24:00"),)))
