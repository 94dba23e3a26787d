"""A table of figures, as it is shown, and as it leaves as CSV and JSON: one and the same."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import NamedTuple

Value = str | int | float | timedelta | datetime | None


class Form(StrEnum):
    """How the values of a column are written."""

    TEAM = "team"
    CLOCK = "clock"
    KIND = "kind"
    TEXT = "text"
    INSTANT = "instant"
    COUNT = "count"
    SHARE = "share"
    """From 0 to 1."""
    LENGTH = "length"
    """A time span; in seconds where it leaves."""

    @property
    def is_number(self) -> bool:
        """Whether it is right-aligned."""
        return self in (Form.COUNT, Form.SHARE, Form.LENGTH)


class Column(NamedTuple):
    """One column."""

    id: str
    """Its name in CSV and JSON."""
    title: str
    """For people, in their language."""
    form: Form


class Cell(NamedTuple):
    """One value, and the address of what is behind it."""

    value: Value
    link: str | None = None


@dataclass(frozen=True, slots=True)
class Table:
    """Rows of figures."""

    id: str
    title: str
    formula: str
    """What the figures mean, for a person."""
    columns: Sequence[Column]
    rows: Sequence[Sequence[Cell]]
    empty: str = ""
    """What to say where there are no rows."""
    total: Sequence[Cell] = field(default=())
    """The last row, of all others together; empty where they do not add up."""


def plain(value: Value) -> str | int | float | None:
    """Return a value as it leaves: time spans in seconds, instants as ISO 8601 in UTC."""
    match value:
        case timedelta():
            return value.total_seconds()
        case datetime():
            return value.astimezone(UTC).isoformat().replace("+00:00", "Z")
        case _:
            return value
