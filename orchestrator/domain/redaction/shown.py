"""Hides e-mail addresses and phone numbers in what others wrote, which a packet shows beside its request."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final, TypeVar

from orchestrator.domain.context.shown import Bundle, BundleField, Conflict
from orchestrator.domain.context.subjects import CATALOGUE
from orchestrator.domain.model import Frozen
from orchestrator.domain.open_work import EarlierList, OpenWorkList
from orchestrator.domain.redaction.personal import clean

_Shown = TypeVar("_Shown", bound=Frozen)
_NO_TEXT: Final = frozenset(field for field, spec in CATALOGUE.items() if spec.type != "text")
"""Dates, numbers and codes; a field that the catalogue does not have may be anything."""


def hide_in_open_work(listed: OpenWorkList) -> OpenWorkList:
    """Return open work without addresses and numbers; without any, the very same."""
    return _changed(listed, {"shown": _each(listed.shown, "reason")})


def hide_in_earlier(listed: EarlierList) -> EarlierList:
    """Return earlier handoffs without addresses and numbers; without any, the very same."""
    return _changed(listed, {"shown": _each(listed.shown, "reason", "outcome")})


def hide_in_bundle(bundle: Bundle) -> Bundle:
    """Return a customer's context without addresses and numbers in its texts; without any, the very same."""
    return _changed(
        bundle,
        {
            "fields": _kept(bundle.fields, map(_field, bundle.fields)),
            "issues": _each(bundle.issues, "title", "workaround", "more"),
            "interactions": _each(bundle.interactions, "agent", "summary", "resolution", "more"),
            "conflicts": _kept(bundle.conflicts, map(_conflict, bundle.conflicts)),
        },
    )


def _field(field: BundleField) -> BundleField:
    return field if field.value is None or field.name in _NO_TEXT else _one(field, "value")


def _conflict(conflict: Conflict) -> Conflict:
    if conflict.name in _NO_TEXT:
        return conflict
    said = {"winner": _one(conflict.winner, "value"), "others": _each(conflict.others, "value")}
    return _changed(conflict, said)


def _each(shown: tuple[_Shown, ...], *names: str) -> tuple[_Shown, ...]:
    return _kept(shown, (_one(each, *names) for each in shown))


def _one(shown: _Shown, *names: str) -> _Shown:
    return _changed(shown, {name: _hidden(getattr(shown, name)) for name in names})


def _hidden(value: Any) -> Any:
    if isinstance(value, dict):
        found = {name: clean(text)[0] for name, text in value.items()}
        return found if found != value else value
    return clean(value)[0] if value else value


def _changed(shown: _Shown, values: dict[str, Any]) -> _Shown:
    """Return a copy with those values that are others than before."""
    update = {name: value for name, value in values.items() if value is not getattr(shown, name)}
    return shown.model_copy(update=update) if update else shown


def _kept(before: tuple[_Shown, ...], after: Iterable[_Shown]) -> tuple[_Shown, ...]:
    """Return the very same tuple when nothing in it changed."""
    found = tuple(after)
    return before if all(a is b for a, b in zip(before, found, strict=True)) else found
