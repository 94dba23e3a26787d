"""Reads one template without rendering it: its syntax, and the names that it uses."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from typing import TypeVar

from jinja2 import Environment, TemplateSyntaxError, nodes

from handoff_templates.problems import Place, Problems

_Node = TypeVar("_Node", bound=nodes.Node)
_IMPLIED = frozenset({"caller", "kwargs", "loop", "self", "super", "varargs"})
_QUOTED = re.compile(r"'([\w./-]+)'")


class TemplateFile:
    """A template as it is written.

    Args:
        path: relative to the folder that is loaded.
        source: its text.
        environment: the one that will render it.
    """

    def __init__(self, path: str, source: str, environment: Environment) -> None:
        self.path = path
        self._source = source
        self._environment = environment
        self._nodes: list[nodes.Node] = []

    def parse(self, problems: Problems) -> bool:
        """Read it, and return whether its syntax is right."""
        try:
            tree = self._environment.parse(self._source, self.path)
            self._nodes = list(tree.find_all(nodes.Node))
            # From the source again, since the compiler changes a tree that it is given.
            self._environment.compile(self._source, self.path)
        except TemplateSyntaxError as error:
            message = (error.message or "it cannot be read").rstrip(".")
            if not self._nodes or not re.match(r"No (filter|test) named", message):
                place = place_in(self._source, self.path, error.lineno, message)
                problems.add(place, f"template syntax: {message}; correct it here")
                return False
        except (TypeError, ValueError, ArithmeticError) as error:
            problems.add(Place(self.path), f"a constant cannot be used: {error}; remove it")
            return False
        return True

    def names_given(self) -> Iterator[str]:
        """Return every name that the template itself gives to something."""
        for node in self._find(nodes.Name):
            if node.ctx != "load":
                yield node.name
        for macro in self._find(nodes.Macro):
            yield macro.name
        for imported in self._find(nodes.Import):
            yield imported.target
        for chosen in self._find(nodes.FromImport):
            yield from (name if isinstance(name, str) else name[1] for name in chosen.names)

    def check_names(self, known: Collection[str], templates: Collection[str], problems: Problems) -> bool:
        """Note every fact, filter, test and template that does not exist; return whether all do."""
        unknown = [*self._unknown_facts(known), *self._unknown_filters(), *self._unknown_templates(templates)]
        for line, what, name, names in unknown:
            problems.unknown(place_in(self._source, self.path, line, f"'{name}'"), what, name, names)
        return not unknown

    def _unknown_facts(self, known: Collection[str]) -> Iterator[tuple[int, str, str, Collection[str]]]:
        unknown = {node.name for node in self._find(nodes.Name) if node.ctx == "load"} - set(known) - _IMPLIED
        for node in self._find(nodes.Name):
            if node.ctx == "load" and node.name in unknown:
                yield node.lineno, "fact", node.name, known

    def _unknown_filters(self) -> Iterator[tuple[int, str, str, Collection[str]]]:
        for used in self._find(nodes.Filter):
            if used.name not in self._environment.filters:
                yield used.lineno, "filter", used.name, self._environment.filters
        for test in self._find(nodes.Test):
            if test.name not in self._environment.tests:
                yield test.lineno, "test", test.name, self._environment.tests

    def _unknown_templates(
        self, templates: Collection[str]
    ) -> Iterator[tuple[int, str, str, Collection[str]]]:
        for node in self._find((nodes.Extends, nodes.Include, nodes.Import, nodes.FromImport)):
            name = getattr(node, "template", None)
            if isinstance(name, nodes.Const) and name.value not in templates:
                yield node.lineno, "template", str(name.value), templates

    def _find(self, kind: type[_Node] | tuple[type[_Node], ...]) -> Iterator[_Node]:
        return (node for node in self._nodes if isinstance(node, kind))


def place_in(source: str, path: str, line: int, message: str) -> Place:
    """Return the place of the first name that `message` quotes on `line`, or of the line's beginning."""
    lines = source.split("\n")
    text = lines[line - 1] if 0 < line <= len(lines) else ""
    quoted = _QUOTED.search(message)
    found = re.search(rf"(?<!\w){re.escape(quoted[1])}(?!\w)", text) if quoted else None
    return Place(path, line, found.start() + 1 if found else 1)
