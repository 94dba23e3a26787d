"""Reads the windows of a calendar: those of its week, and those of one date."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from pydantic import ValidationError

from handoff_templates.form import mapping, sequence, text
from handoff_templates.problems import Place, Problems
from handoff_templates.yaml_source import Value
from orchestrator.domain.calendars.rules import DAY_MIN, WEEKDAYS, Window

_WEEK_MIN = 7 * DAY_MIN


class Placed(NamedTuple):
    """A window of a day, in minutes from day 0, and where it is written."""

    opens: int
    closes: int
    day: int
    window: Window
    place: Place

    @classmethod
    def on(cls, day: int, window: Window, place: Place) -> Placed:
        """Place a window on a day."""
        opens, closes = window.minutes
        return cls(day * DAY_MIN + opens, day * DAY_MIN + closes, day, window, place)


def read_windows(value: Value, key: str, problems: Problems) -> list[tuple[Window, Place]]:
    """Return the windows in a list; one in error is left out."""
    found = ((_window(item, problems), item.place) for item in sequence(value, key, problems))
    return [(window, place) for window, place in found if window is not None]


def read_week(value: Value, problems: Problems) -> list[Placed]:
    """Return the windows of a week, Monday being day 0; a key is a weekday, or two with '-' between."""
    placed: list[Placed] = []
    written: dict[int, int] = {}
    for key, entry in mapping(value, "'week'", problems).items():
        days = _days(key, entry.key, problems)
        for day in days & written.keys():
            problems.add(entry.key, f"{WEEKDAYS[day]} is already on line {written[day]}; write each day once")
        days -= written.keys()
        written |= dict.fromkeys(days, entry.key.line)
        for window, place in read_windows(entry.value, key, problems):
            placed += (Placed.on(day, window, place) for day in sorted(days))
    # What opens on Sunday may still be open when the week begins.
    again = (
        each._replace(opens=each.opens - _WEEK_MIN, closes=each.closes - _WEEK_MIN)
        for each in placed
        if each.closes > _WEEK_MIN
    )
    note_overlaps([*placed, *again], problems)
    return placed


def note_overlaps(windows: Iterable[Placed], problems: Problems) -> None:
    """Note each pair of windows that overlap, at the one that is written later."""
    in_order = sorted(windows)
    for at, one in enumerate(in_order):
        for other in in_order[at + 1 :]:
            if other.opens >= one.closes:
                break
            first, second = sorted((one, other), key=lambda each: each.place)
            problems.add(
                second.place,
                f"the window '{second.window}' overlaps '{first.window}' on line {first.place.line}; "
                "shorten one of the two",
            )


def _window(value: Value, problems: Problems) -> Window | None:
    written = text(value, "a window", problems)
    if written is None:
        return None
    try:
        window = Window.model_validate(written)
    except ValidationError:
        problems.add(value.place, f"{written!r} is not a window; write opening and closing as 09:00-17:30")
        return None
    if window.opens == window.closes:
        problems.add(value.place, f"the window '{window}' has no length; a whole day is 00:00-24:00")
        return None
    return window


def _days(key: str, place: Place, problems: Problems) -> set[int]:
    names = key.split("-")
    unknown = [name for name in names if name not in WEEKDAYS]
    for name in unknown:
        problems.unknown(place, "weekday", name, WEEKDAYS)
    if unknown:
        return set()
    if len(names) > 2:
        problems.add(place, f"{key!r} is not a span of weekdays; write two with '-' between, such as mon-fri")
        return set()
    first, last = WEEKDAYS.index(names[0]), WEEKDAYS.index(names[-1])
    return {(first + ahead) % 7 for ahead in range((last - first) % 7 + 1)}
