"""The names that parts of integration_map.yaml use of each other and of the rest of a set."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Final, NamedTuple

from handoff_templates.naming import require_slug
from handoff_templates.problems import Place, Problems
from handoff_templates.yaml_source import Entry
from orchestrator.domain.context.subjects import FieldSpec

_LONGEST: Final = 63
"""Of a name in a Backstage catalogue."""


class Around(NamedTuple):
    """What the other files of a set define; None where a file could not be read: then nothing is checked."""

    teams: Collection[str] | None
    kinds: Collection[str] | None
    own_fields: dict[str, FieldSpec]
    """The fields that a set adds to the catalogue."""


class MapNames(NamedTuple):
    """What the map itself defines; None where a section is missing: then nothing is checked."""

    owners: Collection[str] | None
    systems: Collection[str] | None
    outside: Collection[str]
    flows: Collection[str]

    @property
    def parties(self) -> tuple[str, ...] | None:
        """All that can be at the end of a flow."""
        return (*self.systems, *self.outside) if self.systems is not None else None


def require_id(id: str, what: str, place: Place, problems: Problems) -> None:
    """Note a name that is no id."""
    require_slug(id, what, place, problems)
    if len(id) > _LONGEST:
        problems.add(place, f"{what} {id!r} has more than {_LONGEST} characters; shorten it")


def require_apart(
    entries: Mapping[str, Entry], what: str, taken: Mapping[str, Entry], whose: str, problems: Problems
) -> None:
    """Note each name that something else has: `handoff map impact NAME` could mean either."""
    for id, entry in entries.items():
        if id in taken:
            line = taken[id].key.line
            problems.add(
                entry.key,
                f"{what} {id!r} has the name of {whose} on line {line}; give one of the two another name",
            )
