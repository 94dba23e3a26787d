"""What is wrong with a set of templates, each with its place and what to do about it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import NamedTuple

from rapidfuzz import fuzz, process

LIKENESS = 60.0
"""Percent of likeness from which a known name is suggested."""
NAMES_LISTED = 20
_NOTHING: Mapping[str, str] = MappingProxyType({})


class Place(NamedTuple):
    """Where something stands: the path is relative to the folder that was loaded; lines start at 1."""

    file: str
    line: int = 1
    column: int = 1


class Problem(NamedTuple):
    """One thing that is wrong."""

    file: str
    line: int
    column: int
    message: str
    """What is wrong; what to do."""

    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.column}: {self.message}"


class Problems:
    """Collects problems, so that all are told at once."""

    def __init__(self) -> None:
        self._found: set[Problem] = set()

    def add(self, place: Place, message: str) -> None:
        """Note what is wrong at `place`, and what to do."""
        self._found.add(Problem(*place, message))

    def unknown(
        self,
        place: Place,
        what: str,
        value: str,
        known: Iterable[str],
        meant: Mapping[str, str] = _NOTHING,
    ) -> None:
        """Note a name that is not among `known`; `meant` has other spellings of those that are."""
        self.add(place, f"unknown {what} {value!r}; {suggestion(value, known, meant)}")

    @property
    def count(self) -> int:
        """How many were noted so far."""
        return len(self._found)

    def sorted(self) -> list[Problem]:
        """Return every problem by file, line and column."""
        return sorted(self._found)


class TemplatesInvalid(Exception):
    """A set of templates cannot be used; `problems` has every reason, in order of file and line."""

    def __init__(self, problems: list[Problem]) -> None:
        count = "1 problem" if len(problems) == 1 else f"{len(problems)} problems"
        super().__init__("\n".join([f"{count} in the handoff templates:", *map(str, problems)]))
        self.problems = problems


def suggestion(value: str, known: Iterable[str], meant: Mapping[str, str] = _NOTHING) -> str:
    """Return "did you mean ...?" for the nearest known name, or the list of them when none is near."""
    names = sorted(known)
    spellings = {name: name for name in names} | dict(meant)
    near = process.extractOne(
        value, list(spellings), scorer=fuzz.ratio, processor=str.lower, score_cutoff=LIKENESS
    )
    if near is not None:
        return f"did you mean {spellings[near[0]]!r}?"
    if not names:
        return "remove it: none are known"
    more = ", ..." if len(names) > NAMES_LISTED else ""
    return f"use one of: {', '.join(names[:NAMES_LISTED])}{more}"
