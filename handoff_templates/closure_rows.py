"""Reads what a calendar does once: closures and extra openings."""

from __future__ import annotations

import re
from datetime import date, datetime

from handoff_templates.form import Form, sequence, text
from handoff_templates.holiday_rows import read_date
from handoff_templates.problems import Problems
from handoff_templates.window_rows import Placed, note_overlaps, read_windows
from handoff_templates.yaml_source import Value
from orchestrator.domain.calendars.rules import Closure, ExtraOpening

_CLOSURE_KEYS = ("since", "until", "reason")
_OPENING_KEYS = ("on", "windows", "reason")
_LOCAL_TIME = re.compile(r"\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}")


def read_closures(value: Value, problems: Problems) -> tuple[Closure, ...]:
    """Return the closures in a list; one in error is left out."""
    found = (_closure(item, problems) for item in sequence(value, "closures", problems))
    return tuple(closure for closure in found if closure is not None)


def read_extra_openings(value: Value, problems: Problems) -> tuple[ExtraOpening, ...]:
    """Return the extra openings in a list; what is in error is left out."""
    openings: list[ExtraOpening] = []
    placed: list[Placed] = []
    for item in sequence(value, "extra_openings", problems):
        form = Form.open(item, _OPENING_KEYS, "an extra opening", problems)
        on, windows = (form.required(key, "an extra opening") for key in ("on", "windows"))
        day = read_date(on, problems) if on is not None else None
        read = read_windows(windows, "windows", problems) if windows is not None else []
        if windows is not None and windows.data == []:
            problems.add(windows.place, "an extra opening has no windows; write one, or remove the opening")
        if day is not None and read:
            reason = form.text("reason")
            openings.append(ExtraOpening(on=day, windows=tuple(w for w, _ in read), reason=reason))
            placed += (Placed.on(day.toordinal(), window, place) for window, place in read)
    note_overlaps(placed, problems)
    return tuple(openings)


def _closure(item: Value, problems: Problems) -> Closure | None:
    form = Form.open(item, _CLOSURE_KEYS, "a closure", problems)
    since, until = form.required("since", "a closure"), form.value("until")
    begins = _moment(since, problems) if since is not None else None
    ends = _moment(until, problems) if until is not None else begins
    reason = form.text("reason")
    if begins is None or ends is None:
        return None
    if until is None and isinstance(begins, datetime):
        problems.add(form.at("since"), "a closure from a time of day has no 'until'; add it")
        return None
    closure = Closure.model_validate({"since": begins, "until": ends, "reason": reason})
    if closure.until <= closure.since:
        problems.add(form.at("until"), "a closure ends before it begins; write a later 'until'")
        return None
    return closure


def _moment(value: Value, problems: Problems) -> date | datetime | None:
    """Return a date, or a local time."""
    written = text(value, "a date or local time", problems)
    if written is None:
        return None
    if not _LOCAL_TIME.fullmatch(written):
        return read_date(value, problems)
    try:
        return datetime.fromisoformat(written)
    except ValueError:
        problems.add(
            value.place, f"{written!r} is not a local time; write date and time such as 2026-12-24 14:00"
        )
        return None
