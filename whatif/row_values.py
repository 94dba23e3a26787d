"""What stands in a row of a table, as a mapping says."""

from __future__ import annotations

from collections.abc import Mapping as ReadOnly
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from fnmatch import fnmatchcase
from functools import lru_cache
from typing import Final, NamedTuple
from zoneinfo import ZoneInfo

from whatif.mapping import Condition, Source, TimeSource

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_UNIX: Final = {"unix": timedelta(seconds=1), "unix-ms": timedelta(milliseconds=1)}


class BadValue(Exception):
    """A row does not say what it has to; the message says which column."""


class Row(NamedTuple):
    """A row of a case, and the one before it."""

    columns: ReadOnly[str, int]
    """Name -> index."""
    cells: Sequence[str]
    before: Sequence[str] | None
    """None for the first row of its case."""


def text_of(source: Source, row: Row) -> str | None:
    """Return the text that a source gives; None when there is none.

    Raises:
        BadValue: the mapping does not say what stands for the text.
    """
    text = _raw(source, row)
    if source.values is not None:
        meant = source.values.get(text, source.otherwise)
        if meant is None:
            names = ", ".join(repr(part.column) for part in source.parts if part.column is not None)
            message = f"{names or 'the value'} has {text[:60]!r}, which the mapping's 'values' do not list"
            raise BadValue(message)
        text = meant
    return text or None


def time_of(time: TimeSource, row: Row) -> datetime | None:
    """Return the instant that a source gives, in UTC; None when there is none.

    Raises:
        BadValue: what stands there is not of the mapping's format.
    """
    text = _raw(time.source, row)
    if not text:
        return None
    try:
        return _instant(text, time.format, time.zone)
    except (ValueError, OverflowError):
        how = time.format or "ISO 8601"
        message = f"the time {text[:60]!r} is not {how}; correct it, or the mapping's 'format'"
        raise BadValue(message) from None


def holds(condition: Condition, row: Row) -> bool:
    """Whether a condition holds for a row."""
    index = row.columns[condition.column]
    value = row.cells[index].strip()
    before = row.before[index].strip() if row.before is not None else None
    return (
        (condition.any_of is None or _is_one_of(value, condition.any_of))
        and (condition.none_of is None or not _is_one_of(value, condition.none_of))
        and (condition.before is None or (before is not None and _is_one_of(before, condition.before)))
        and (condition.changed is None or condition.changed is (before is not None and value != before))
        and (condition.rises is None or _rises(before, value, condition.rises))
        and (condition.empty is None or condition.empty is not bool(value))
    )


def _raw(source: Source, row: Row) -> str:
    found = []
    is_blank = True
    for part in source.parts:
        if part.column is None:
            found.append(part.text)
            continue
        cells = row.before if part.is_before else row.cells
        value = cells[row.columns[part.column]].strip() if cells is not None else ""
        is_blank = is_blank and not value
        found.append(value)
    if is_blank and any(part.column is not None for part in source.parts):
        return ""
    return "".join(found).strip()


@lru_cache(maxsize=65_536)
def _is_one_of(value: str, wanted: tuple[str, ...]) -> bool:
    return any(value == each or ("*" in each and fnmatchcase(value, each)) for each in wanted)


def _rises(before: str | None, value: str, order: tuple[str, ...]) -> bool:
    return before in order and value in order and order.index(value) > order.index(before)


def _instant(text: str, format: str | None, zone: str) -> datetime:
    if format in _UNIX:
        return _EPOCH + float(text) * _UNIX[format]
    at = datetime.fromisoformat(text) if format is None else datetime.strptime(text, format)  # noqa: DTZ007
    if at.tzinfo is None:
        at = at.replace(tzinfo=ZoneInfo(zone))
    return at.astimezone(UTC)
