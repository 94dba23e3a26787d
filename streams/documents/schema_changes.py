"""What a change of a JSON Schema breaks for those who know only the old one.

Of a command, its producers: what they send has to stay acceptable. Of an event, its consumers: what they
read has to stay there and keep its type; a new word in an enumeration breaks nothing, as consumers have to
live with words they do not know.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

Schema = Mapping[str, Any]

_UPPER: Final = ("maximum", "exclusiveMaximum", "maxLength", "maxItems", "maxProperties")
_LOWER: Final = ("minimum", "exclusiveMinimum", "minLength", "minItems", "minProperties")
_SAME: Final = ("pattern", "format", "propertyNames")


def breaking_changes(old: Schema, new: Schema, *, incoming: bool) -> list[str]:
    """Return a line for each breaking change from `old` to `new`, with the path of the field.

    `incoming` tells a command (others write it) from an event (others read it).
    """
    return list(_Comparison(old, new, incoming).changes(old, new, "data"))


@dataclass(frozen=True, slots=True)
class _Comparison:
    old_root: Schema
    new_root: Schema
    incoming: bool

    def changes(self, old: Schema, new: Schema, path: str) -> Iterator[str]:
        was, now = _options(old, self.old_root), _options(new, self.new_root)
        written, read, verb = (was, now, "no longer takes") if self.incoming else (now, was, "may now be")
        for option in written:
            partners = [other for other in read if self._fits(option, other)]
            if not partners:
                yield f"{path}: {verb} {_describe(option)}"
            elif not any(self._clean(option, other, path) for other in partners):
                yield from self._inside(option, partners[0], path)

    def _clean(self, written: Schema, read: Schema, path: str) -> bool:
        return not list(self._inside(written, read, path))

    def _fits(self, written: Schema, read: Schema) -> bool:
        types = (written.get("type"), read.get("type"))
        return read.get("type") is None or types[0] == types[1] or types == ("integer", "number")

    def _inside(self, written: Schema, read: Schema, path: str) -> Iterator[str]:
        old, new = (written, read) if self.incoming else (read, written)
        if self.incoming:
            yield from _narrowed(old, new, path)
        elif old.get("format") != new.get("format"):
            yield f"{path}: its format was {old.get('format')} and is {new.get('format')}"
        yield from self._fields(old, new, path)
        for key, step in (("items", "[]"), ("additionalProperties", ".*")):
            if isinstance(old.get(key), Mapping) and isinstance(new.get(key), Mapping):
                yield from self.changes(old[key], new[key], path + step)
        # What a mapping with a pattern for its keys holds; pydantic writes one pattern at most.
        was, now = _mapped(old), _mapped(new)
        if was is not None and now is not None:
            yield from self.changes(was[1], now[1], f"{path}.*")
        if self.incoming and now is not None and (was is None or was[0] != now[0]):
            yield f"{path}: its keys must match {now[0]} now"

    def _fields(self, old: Schema, new: Schema, path: str) -> Iterator[str]:
        fields: Schema = new.get("properties", {})
        for name, field in old.get("properties", {}).items():
            if name in fields:
                yield from self.changes(field, fields[name], f"{path}.{name}")
            else:
                yield f"{path}.{name}: removed"
        was, now = set(old.get("required", ())), set(new.get("required", ()))
        if self.incoming:
            yield from (f"{path}.{name}: newly required" for name in sorted(now - was))
        else:
            lost = sorted(name for name in was - now if name in fields)
            yield from (f"{path}.{name}: no longer always there" for name in lost)


def _options(schema: Schema, root: Schema) -> list[Schema]:
    """Return the alternatives of a schema: references followed, unions and constants spread out."""
    if "$ref" in schema:
        target: Any = root
        for step in str(schema["$ref"]).removeprefix("#/").split("/"):
            target = target[step]
        return _options(target, root)
    union = schema.get("anyOf") or schema.get("oneOf")
    if union and "properties" not in schema:
        return [option for part in union for option in _options(part, root)]
    if "const" in schema:
        return [{"type": schema.get("type"), "enum": [schema["const"]]}]
    return [schema]


def _mapped(schema: Schema) -> tuple[str, Schema] | None:
    return next(iter(schema.get("patternProperties", {}).items()), None)


def _narrowed(old: Schema, new: Schema, path: str) -> Iterator[str]:
    if "enum" in new and set(old.get("enum", ())) - set(new["enum"]):
        lost = sorted(set(old["enum"]) - set(new["enum"]))
        yield f"{path}: no longer takes {', '.join(map(str, lost))}"
    elif "enum" in new and "enum" not in old:
        yield f"{path}: takes only {', '.join(map(str, new['enum']))} now"
    for name in _UPPER:
        if name in new and new[name] < old.get(name, float("inf")):
            yield f"{path}: {name} was {old.get(name, 'unlimited')} and is {new[name]}"
    for name in _LOWER:
        if name in new and new[name] > old.get(name, float("-inf")):
            yield f"{path}: {name} was {old.get(name, 'unlimited')} and is {new[name]}"
    for name in _SAME:
        if name in new and new[name] != old.get(name):
            yield f"{path}: {name} was {old.get(name)} and is {new[name]}"


def _describe(schema: Schema) -> str:
    return str(schema.get("type") or "anything")
