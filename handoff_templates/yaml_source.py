"""YAML 1.2 with the place of every key and value.

The node graph is read rather than the loaded values: it keeps every duplicate key, where a loader stops at
the first one.
"""

from __future__ import annotations

from typing import NamedTuple

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from handoff_templates.problems import Place, Problems

Scalar = str | int | float | bool | None


class Value(NamedTuple):
    """A value of a YAML file and where it stands."""

    place: Place
    data: Scalar | list[Value] | dict[str, Entry]


class Entry(NamedTuple):
    """A key's place and its value."""

    key: Place
    value: Value


def read(text: str, file: str, problems: Problems) -> Value | None:
    """Return the document in `text`, or None when it cannot be read; what is wrong goes to `problems`."""
    try:
        root = YAML(typ="safe", pure=True).compose(text)
    except MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        place = Place(file, mark.line + 1, mark.column + 1) if mark else Place(file)
        problems.add(place, f"not YAML: {error.problem or error.context}; correct the syntax here")
        return None
    except (YAMLError, RecursionError) as error:
        problems.add(Place(file), f"not YAML: {str(error).splitlines()[0]}; correct the syntax")
        return None
    if root is None:
        problems.add(Place(file), "the file is empty; copy the one of another kind or folder")
        return None
    return _Reader(file, problems).value(root)


class _Reader:
    def __init__(self, file: str, problems: Problems) -> None:
        self._file = file
        self._problems = problems
        self._seen: set[int] = set()

    def value(self, node: Node) -> Value:
        place = self._place(node)
        if id(node) in self._seen:
            self._problems.add(place, "an alias (*name) repeats this value; write the value where it is used")
            return Value(place, None)
        self._seen.add(id(node))
        if isinstance(node, MappingNode):
            return Value(place, self._mapping(node))
        if isinstance(node, SequenceNode):
            return Value(place, [self.value(item) for item in node.value])
        assert isinstance(node, ScalarNode)
        return Value(place, self._scalar(node, place))

    def _mapping(self, node: MappingNode) -> dict[str, Entry]:
        entries: dict[str, Entry] = {}
        for key_node, value_node in node.value:
            place = self._place(key_node)
            key = key_node.value
            if not isinstance(key_node, ScalarNode) or not isinstance(key, str):
                self._problems.add(place, "a key must be one word; write it without brackets")
            elif key in entries:
                self._problems.add(
                    place,
                    f"duplicate key {key!r}, first on line {entries[key].key.line}; keep one of the two",
                )
            else:
                entries[key] = Entry(place, self.value(value_node))
        return entries

    def _scalar(self, node: ScalarNode, place: Place) -> Scalar:
        text: str = node.value
        match str(node.tag).removeprefix("tag:yaml.org,2002:"):
            case "str" | "timestamp":
                return text
            case "bool":
                return text.lower() == "true"
            case "null":
                return None
            case "int":
                return _whole(text)
            case "float":
                return float(text.replace("_", "").replace(".inf", "inf").replace(".nan", "nan").lower())
            case tag:
                self._problems.add(place, f"the tag {tag!r} is not used here; write the plain value")
                return None

    def _place(self, node: Node) -> Place:
        return Place(self._file, node.start_mark.line + 1, node.start_mark.column + 1)


def _whole(text: str) -> int:
    digits = text.replace("_", "")
    prefixed = digits.lstrip("+-").lower().startswith(("0x", "0o", "0b"))
    return int(digits, 0 if prefixed else 10)
