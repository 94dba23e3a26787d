"""Reads a mapping of a YAML file key by key, and notes each key or value that does not belong."""

from __future__ import annotations

from collections.abc import Collection
from datetime import timedelta
from typing import Self

from handoff_templates import durations
from handoff_templates.problems import Place, Problems
from handoff_templates.yaml_source import Entry, Value

TEXT_LONGEST = 2_000
"""Characters."""


class Form:
    """A mapping whose keys are known beforehand."""

    def __init__(self, entries: dict[str, Entry], place: Place, problems: Problems) -> None:
        self.place = place
        self._entries = entries
        self._problems = problems

    @classmethod
    def open(cls, value: Value, keys: Collection[str], what: str, problems: Problems) -> Self:
        """Return the form of `value`; it has no entries when `value` is not a mapping."""
        entries = mapping(value, what, problems)
        for key in entries.keys() - set(keys):
            problems.unknown(entries[key].key, f"key of {what}", key, keys)
        return cls(entries, value.place, problems)

    def value(self, key: str) -> Value | None:
        """Return what stands at `key`; None when nothing does."""
        entry = self._entries.get(key)
        return entry.value if entry is not None and entry.value.data is not None else None

    def at(self, key: str) -> Place:
        """Return the place of the value of `key`, or that of the whole mapping without it."""
        value = self.value(key)
        return value.place if value is not None else self.place

    def required(self, key: str, what: str) -> Value | None:
        """Return what stands at `key`, and note its absence."""
        value = self.value(key)
        if value is None:
            entry = self._entries.get(key)
            place = entry.key if entry is not None else self.place
            self._problems.add(place, f"{what} has no {key!r}; add it")
        return value

    def text(self, key: str) -> str | None:
        """Return the text at `key`; None when it is absent or not text."""
        value = self.value(key)
        return text(value, repr(key), self._problems) if value is not None else None

    def flag(self, key: str, default: bool) -> bool:
        """Return the truth value at `key`."""
        value = self.value(key)
        if value is None:
            return default
        if isinstance(value.data, bool):
            return value.data
        self._problems.add(value.place, f"{key!r} is neither true nor false; write one of them")
        return default

    def whole(self, key: str, default: int, low: int, high: int) -> int:
        """Return the whole number at `key`, within its bounds."""
        value = self.value(key)
        if value is None:
            return default
        if isinstance(value.data, int) and not isinstance(value.data, bool) and low <= value.data <= high:
            return value.data
        self._problems.add(value.place, f"{key!r} is not a whole number from {low} to {high}; write one")
        return default

    def duration(self, key: str, *, is_zero_allowed: bool = False) -> timedelta | None:
        """Return the duration at `key`; None when it is absent or none."""
        value = self.value(key)
        if value is None:
            return None
        return duration(value, key, self._problems, is_zero_allowed=is_zero_allowed)

    def name(self, key: str, what: str, known: Collection[str] | None) -> str | None:
        """Return the name at `key`; when `known` is given, it must be one of them."""
        value = self.value(key)
        return name(value, what, known, self._problems) if value is not None else None

    def names(self, key: str, what: str, known: Collection[str] | None) -> tuple[str, ...]:
        """Return the list of names at `key`, each one of `known` when that is given."""
        value = self.value(key)
        if value is None:
            return ()
        found = (name(item, what, known, self._problems) for item in sequence(value, key, self._problems))
        return tuple(item for item in found if item is not None)


def mapping(value: Value, what: str, problems: Problems) -> dict[str, Entry]:
    """Return the entries of `value`; none, with a problem, when it is not a mapping."""
    if isinstance(value.data, dict):
        return value.data
    problems.add(value.place, f"{what} is not a mapping; write lines of 'key: value'")
    return {}


def sequence(value: Value, what: str, problems: Problems) -> list[Value]:
    """Return the items of `value`; none, with a problem, when it is not a list."""
    if isinstance(value.data, list):
        return value.data
    problems.add(
        value.place, f"{what!r} is not a list; write it in brackets or as lines that begin with '- '"
    )
    return []


def text(value: Value, what: str, problems: Problems) -> str | None:
    """Return the text of `value`; None, with a problem, when it is something else."""
    if not isinstance(value.data, str):
        problems.add(value.place, f"{what} is not text; put it in quotes")
    elif not value.data.strip():
        problems.add(value.place, f"{what} is empty; write something")
    elif len(value.data) > TEXT_LONGEST:
        problems.add(value.place, f"{what} has more than {TEXT_LONGEST} characters; shorten it")
    else:
        return value.data.strip()
    return None


def name(value: Value, what: str, known: Collection[str] | None, problems: Problems) -> str | None:
    """Return the name in `value`; None, with a problem, when it is no text or not one of `known`."""
    found = text(value, what, problems)
    if found is not None and known is not None and found not in known:
        problems.unknown(value.place, what, found, known)
        return None
    return found


def duration(
    value: Value, what: str, problems: Problems, *, is_zero_allowed: bool = False
) -> timedelta | None:
    """Return the duration in `value`; None, with a problem, when it is none."""
    if isinstance(value.data, int | float) and not isinstance(value.data, bool):
        problems.add(value.place, f"the {what} {value.data} has no unit; write a duration such as 15m")
        return None
    written = text(value, repr(what), problems)
    if written is None:
        return None
    try:
        return durations.parse(written, is_zero_allowed=is_zero_allowed)
    except ValueError as error:
        problems.add(value.place, f"the {what} {error}")
        return None
