"""Tables for spreadsheets: CSV in which no cell is taken for a formula."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime
from typing import Final

# The last four are the wide forms of the first four, which some programs take for them.
_STARTS_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20")
Value = str | int | float | bool | datetime | None


def cell(value: Value) -> str:
    """Return a value as a cell shows it: instants in ISO 8601 and UTC, text that would compute quoted."""
    match value:
        case None:
            return ""
        case bool():
            return "true" if value else "false"
        case datetime():
            return value.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
        case str():
            # A leading apostrophe makes it text everywhere; spaces before the sign do not help a formula.
            return f"'{value}" if value.lstrip(" ").startswith(_STARTS_FORMULA) else value
        case _:
            return str(value)


def csv_lines(header: Sequence[str], rows: Iterable[Sequence[Value]]) -> Iterator[str]:
    """Return the lines of a table (RFC 4180)."""
    yield _line(header)
    for row in rows:
        yield _line([cell(value) for value in row])


def _line(cells: Sequence[str]) -> str:
    text = io.StringIO()
    csv.writer(text, lineterminator="\r\n").writerow(cells)
    return text.getvalue()
