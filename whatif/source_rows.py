"""Reads where a value comes from: a column, a text with columns in it, or a word of its own."""

from __future__ import annotations

from typing import Final
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from handoff_templates.form import Form, mapping
from handoff_templates.problems import Problems
from handoff_templates.yaml_source import Value
from whatif.mapping import REFERENCE, Part, Source, TimeSource

_ORIGINS: Final = ("column", "before", "text", "value")
_KEYS: Final = (*_ORIGINS, "values", "otherwise")
_TIME_KEYS: Final = (*_ORIGINS, "format", "zone")


def read_source(value: Value, problems: Problems) -> Source:
    """Return the source in `value`: a column's name, or a mapping with one of column, before, text, value."""
    if not isinstance(value.data, dict):
        return Source(value.place, (Part(column=word(value, problems)),))
    form = Form.open(value, _KEYS, "a source", problems)
    parts = _parts(form, problems)
    table = form.value("values")
    values = None
    if table is not None:
        entries = mapping(table, "'values'", problems)
        values = {name: word(entry.value, problems, is_empty_fine=True) for name, entry in entries.items()}
    otherwise = form.value("otherwise")
    return Source(
        value.place,
        parts,
        values,
        word(otherwise, problems, is_empty_fine=True) if otherwise is not None else None,
    )


def read_time(value: Value, problems: Problems) -> TimeSource:
    """Return the source of an instant: as any other, with `format` and `zone`."""
    if not isinstance(value.data, dict):
        return TimeSource(read_source(value, problems))
    form = Form.open(value, _TIME_KEYS, "a time", problems)
    zone = form.text("zone") or "UTC"
    try:
        ZoneInfo(zone)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        problems.add(form.at("zone"), f"unknown zone {zone!r}; write an IANA name such as Europe/Berlin")
        zone = "UTC"
    return TimeSource(Source(value.place, _parts(form, problems)), form.text("format"), zone)


def word(value: Value, problems: Problems, *, is_empty_fine: bool = False) -> str:
    """Return one word; numbers and truth values are words too, as the table has them."""
    match value.data:
        case str():
            text = value.data.strip()
        case None:
            text = ""
        case bool():
            text = str(value.data).lower()
        case int() | float():
            text = str(value.data)
        case _:
            problems.add(value.place, "this is not one word; write text or a number")
            return ""
    if not text and not is_empty_fine:
        problems.add(value.place, "there is nothing here; write something")
    return text


def _parts(form: Form, problems: Problems) -> tuple[Part, ...]:
    given = [key for key in _ORIGINS if form.value(key) is not None]
    if len(given) != 1:
        problems.add(form.place, f"write exactly one of {', '.join(_ORIGINS)}")
        return ()
    [origin] = given
    value = form.value(origin)
    assert value is not None
    text = word(value, problems)
    match origin:
        case "value":
            return (Part(text),)
        case "text":
            return _split(text)
        case _:
            return (Part(column=text, is_before=origin == "before"),)


def _split(text: str) -> tuple[Part, ...]:
    parts, end = [], 0
    for found in REFERENCE.finditer(text):
        if found.start() > end:
            parts.append(Part(text[end : found.start()]))
        parts.append(Part(column=found["column"].strip(), is_before=found["before"] is not None))
        end = found.end()
    if end < len(text):
        parts.append(Part(text[end:]))
    return tuple(parts)
