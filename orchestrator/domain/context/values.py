"""What a value means in words, and as a date or number where it is one."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Final

from pydantic import JsonValue

from orchestrator.domain.context.subjects import TypeWord
from orchestrator.domain.context.translations import Vocabulary

LONGEST: Final = 500
"""Characters of one value that are shown."""
_DATE_LENGTH: Final = len("2026-03-02")
_FLAGS: Final = {"true": "yes", "false": "no"}

Words = tuple[str, str | None, bool]
"""The words of a value, the code that they translate, and whether that is a code without words."""


def in_words(value: JsonValue, type: TypeWord, vocabulary: Vocabulary) -> Words:
    """Return a value in words; a code that has none, though others of its field have, passes through."""
    if isinstance(value, str):
        if vocabulary:
            words = vocabulary.get(value)
            return (_cut(value), _cut(value), True) if words is None else (words, value, False)
        if type == "date" or type == "instant":
            return _written(value), None, False
        return (value if len(value) <= LONGEST else _cut(value)), None, False
    if isinstance(value, int) and not isinstance(value, bool) and not vocabulary:
        return str(value), None, False
    codes = codes_of(value)
    if vocabulary:
        text = ", ".join(vocabulary.get(code, code) for code in codes)
        return _cut(text), _cut(", ".join(codes)), any(code not in vocabulary for code in codes)
    return _cut(", ".join(_FLAGS.get(code, code) for code in codes)), None, False


def codes_of(value: JsonValue) -> list[str]:
    """Return the codes in a value: itself, or each item of a list."""
    if isinstance(value, str):
        return [value]
    if isinstance(value, list):
        return [code for each in value for code in codes_of(each)]
    if isinstance(value, bool):
        return ["true" if value else "false"]
    if isinstance(value, int):
        return [str(value)]
    return [f"{value:.12g}"] if isinstance(value, float) else []


def number_of(value: JsonValue) -> float | None:
    """Return a number; None when the value is none."""
    return float(value) if isinstance(value, int | float) and not isinstance(value, bool) else None


def instant_of(value: JsonValue) -> datetime | None:
    """Return the instant of an ISO 8601 date (its midnight) or time, aware UTC; None when it is neither.

    A time without an offset is UTC.
    """
    if not isinstance(value, str):
        return None
    try:
        at = datetime.fromisoformat(value)
        if at.tzinfo is UTC:
            return at
        return at.replace(tzinfo=UTC) if at.tzinfo is None else at.astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def date_of(value: JsonValue) -> date | None:
    """Return the date, in UTC, of an ISO 8601 date or time; None when it is neither."""
    if isinstance(value, str) and len(value) == _DATE_LENGTH:
        try:
            return date.fromisoformat(value)
        except ValueError:
            return None
    at = instant_of(value)
    return at.date() if at is not None else None


def _written(value: str) -> str:
    """Return a date or time as it is shown; what is neither stays as it is."""
    if len(value) <= _DATE_LENGTH:
        return value
    at = instant_of(value)
    return f"{at.isoformat(' ', 'minutes')[:16]} UTC" if at is not None else _cut(value)


def _cut(text: str) -> str:
    return text if len(text) <= LONGEST else f"{text[: LONGEST - 1]}…"
