"""What changed between two maps, in words for a review, and which work a change touches."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import timedelta
from typing import Any, Final, Literal, NamedTuple

from orchestrator.domain.integration_map.model import IntegrationMap
from orchestrator.domain.integration_map.touches import workflows_touched
from orchestrator.domain.model import Frozen

SECTIONS: Final = {
    "systems": "system",
    "outside": "outside party",
    "flows": "flow",
    "workflows": "workflow",
    "connections": "connection",
    "owners": "owner",
    "field_owners": "owner of the field",
}
"""Section -> what one of its entries is called."""


class Change(NamedTuple):
    """One thing that is not as it was."""

    how: Literal["added", "removed", "changed"]
    section: str
    id: str
    field: str | None
    """What of it changed; None where all of it came or went."""
    before: str | None
    after: str | None
    touches: tuple[str, ...]
    """The workflows that stand on it, before or after; by id."""

    def __str__(self) -> str:
        what = f"{SECTIONS.get(self.section, self.section)} {self.id}".strip()
        if self.field is None:
            said = f": {self.after or self.before}" if self.after or self.before else ""
            return f"{what} {self.how}{said}"
        return f"{what}: {self.field} was {self.before or 'nothing'}, is {self.after or 'nothing'}"


def changes(old: IntegrationMap, new: IntegrationMap) -> list[Change]:
    """Return what changed, section by section, in the order of the newer map; what is gone comes last."""
    found: list[Change] = []
    for section in SECTIONS:
        before: Mapping[str, Any] = getattr(old, section)
        after: Mapping[str, Any] = getattr(new, section)
        for id in (*after, *(id for id in before if id not in after)):
            one, other = _flat(before.get(id)), _flat(after.get(id))
            if one == other:
                continue
            touched = workflows_touched((old, new), section, id)
            for how, field, was, value in _differences(one, other):
                found.append(Change(how, section, id, field, was, value, touched))
    one, other = _flat(old.review), _flat(new.review)
    found += [
        Change("changed", "review", "", field, one.get(field), other.get(field), ())
        for field in {**other, **one}
        if one.get(field) != other.get(field)
    ]
    return found


def _differences(
    before: Mapping[str, str], after: Mapping[str, str]
) -> Iterator[tuple[Literal["added", "removed", "changed"], str | None, str | None, str | None]]:
    if not before:
        yield "added", None, None, _gist(after)
    elif not after:
        yield "removed", None, _gist(before), None
    else:
        for field in dict.fromkeys((*after, *before)):
            if before.get(field) != after.get(field):
                yield "changed", field or "it", before.get(field), after.get(field)


def _gist(flat: Mapping[str, str]) -> str:
    if "source" in flat:
        return f"{flat['source']} to {flat['destination']}, {flat['data']}"
    return flat.get("") or flat.get("name") or flat.get("systems") or ""


def _flat(value: Any) -> dict[str, str]:
    """Return field -> text; `""` for a value that is text itself."""
    match value:
        case None:
            return {}
        case str():
            return {"": value}
        case Frozen():
            fields = {name: getattr(value, name) for name in type(value).model_fields if name != "id"}
            return {name: _text(each) for name, each in fields.items() if each not in (None, (), {})}
    raise TypeError(f"no entry of a map: {value!r}")


def _text(value: Any) -> str:
    match value:
        case timedelta():
            return _span(value)
        case tuple():
            return ", ".join(map(str, value))
        case dict():
            return ", ".join(f"{key}: {each}" for key, each in value.items())
    return str(value)


def _span(span: timedelta) -> str:
    """Return an exact span: `1d 2h`, where words for people would round it."""
    rest = int(span.total_seconds())
    parts = []
    for unit, size in (("d", 86_400), ("h", 3_600), ("m", 60), ("s", 1)):
        count, rest = divmod(rest, size)
        if count:
            parts.append(f"{count}{unit}")
    return " ".join(parts) or "0s"
