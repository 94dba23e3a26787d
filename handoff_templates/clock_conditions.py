"""Reads what a clock starts, stops, resets and is cancelled on."""

from __future__ import annotations

from typing import NamedTuple

from handoff_templates.form import Form, name, sequence
from handoff_templates.problems import Place, Problems
from orchestrator.domain.clocks.occasions import Occasion

CONDITIONS = ("starts", "stops", "cancels", "resets")
_OCCASIONS = tuple(occasion.value for occasion in Occasion)
_CONTRADICTIONS = (
    ("starts", "stops", "starts and stops"),
    ("starts", "cancels", "starts and is cancelled"),
    ("stops", "cancels", "stops and is cancelled"),
    ("stops", "resets", "stops and is reset"),
    ("cancels", "resets", "is cancelled and is reset"),
)


class _Named(NamedTuple):
    occasion: Occasion
    place: Place


def read_conditions(form: Form, what: str, problems: Problems) -> dict[str, tuple[Occasion, ...]]:
    """Return the occasions of each condition that is there."""
    found = {key: _occasions(form, key, problems) for key in CONDITIONS if form.value(key) is not None}
    for one, other, both in _CONTRADICTIONS:
        meant = {each.occasion for each in found.get(one, ())}
        for occasion, place in found.get(other, ()):
            if occasion in meant:
                problems.add(
                    place, f"{what} both {both} on {str(occasion)!r}; take it out of {one!r} or {other!r}"
                )
    return {key: tuple(each.occasion for each in named) for key, named in found.items()}


def require_ends(form: Form, kind: str, templates: list[str], problems: Problems) -> None:
    """Note a clock that can never start or stop; `templates` are the clocks of which this is known."""
    for key, verb in (("starts", "start"), ("stops", "stop")):
        value = form.value(key)
        if value is None:
            known = ", ".join(templates) or "none"
            problems.add(
                form.place,
                f"clock {kind!r} has no {key!r}; add it, or take a clock of _shared/clocks.yaml: {known}",
            )
        elif value.data == []:
            problems.add(value.place, f"clock {kind!r} can never {verb}; name an occasion")


def _occasions(form: Form, key: str, problems: Problems) -> list[_Named]:
    value = form.value(key)
    found = []
    for item in sequence(value, key, problems) if value is not None else ():
        occasion = name(item, "occasion", _OCCASIONS, problems)
        if occasion is not None:
            found.append(_Named(Occasion(occasion), item.place))
    return found
