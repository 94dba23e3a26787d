"""Schema drift: what a source sends that the map does not declare."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import date, datetime
from typing import Final, Literal, NamedTuple

from pydantic import JsonValue

from orchestrator.domain.context.subjects import TYPE_WORDS
from orchestrator.domain.context.values import codes_of
from orchestrator.domain.flow_health.watched import WatchedFlow
from orchestrator.domain.model import Frozen

Kind = Literal["undeclared-field", "changed-type", "unknown-code"]


class Drift(NamedTuple):
    """One way in which a source departs from what the map says of it."""

    kind: Kind
    field: str
    """Its full name."""
    detail: str = ""
    """For a changed type "number, not text"; for an unknown code the code, where it looks like one."""


class DriftSeen(Frozen):
    """A drift, and when it was seen last."""

    drift: Drift
    seen_at: datetime


_LOOKS_LIKE_A_CODE: Final = re.compile(r"[A-Za-z_][\w.\-]{0,39}", flags=re.ASCII)


def departs(field: str, value: JsonValue, flow: WatchedFlow) -> Drift | None:
    """Return how a value departs from what is declared; None when it does not, or when nothing is sent."""
    if flow.declared:
        word = flow.declared.get(field)
        if word is None:
            return Drift("undeclared-field", field)
        if value is not None and word in _FITS and not _FITS[word](value):
            return Drift("changed-type", field, f"{_word_of(value)}, not {word}")
    codes = flow.codes.get(field)
    if codes and value is not None:
        for code in codes_of(value):
            if code not in codes:
                return Drift("unknown-code", field, _told(code))
    return None


def is_declared_now(drift: Drift, flow: WatchedFlow) -> bool:
    """Whether the map or the translations have been corrected since, so that it is none any more."""
    match drift.kind:
        case "undeclared-field":
            return not flow.declared or drift.field in flow.declared
        case "changed-type":
            word = flow.declared.get(drift.field)
            return word is None or not drift.detail.endswith(f", not {word}")
        case "unknown-code":
            codes = flow.codes.get(drift.field)
            return not codes or drift.detail in codes


def _told(code: str) -> str:
    """Return a code; what does not look like one is not repeated, since it may be anything."""
    return code if _LOOKS_LIKE_A_CODE.fullmatch(code) else f"of {len(code)} characters"


def _is_text(value: JsonValue) -> bool:
    return isinstance(value, str)


def _is_number(value: JsonValue) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _is_date(value: JsonValue) -> bool:
    try:
        return isinstance(value, str) and bool(date.fromisoformat(value))
    except ValueError:
        return False


def _is_instant(value: JsonValue) -> bool:
    try:
        return isinstance(value, str) and "T" in value.upper() and bool(datetime.fromisoformat(value))
    except ValueError:
        return False


_FITS: Final[Mapping[str, Callable[[JsonValue], bool]]] = {
    "text": _is_text,
    "code": _is_text,
    "number": _is_number,
    "flag": lambda value: isinstance(value, bool),
    "date": _is_date,
    "instant": _is_instant,
    "list": lambda value: isinstance(value, list),
}
assert _FITS.keys() == set(TYPE_WORDS)


def _word_of(value: JsonValue) -> str:
    words = ("flag", "number", "date", "instant", "text", "list")
    return next((word for word in words if _FITS[word](value)), "object")
