"""The map as it is on disk, which may be newer than the one in force, or wrong."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Protocol

from orchestrator.domain.integration_map.model import IntegrationMap


@dataclass(frozen=True, slots=True)
class OnDisk:
    """What stands in the file now."""

    map: IntegrationMap | None
    """None when the file is wrong."""
    revision: str
    """Of the whole folder of templates; empty when something in it is wrong."""
    problems: tuple[str, ...] = ()
    """What is wrong with the folder: `file:line:column: what, and what to do`."""
    places: Mapping[tuple[str, ...], str] = field(default_factory=dict)
    """The keys that lead to a part -> `file:line`."""

    def place(self, where: tuple[str, ...]) -> str:
        """Return where a part stands, or its section; nothing when neither is known."""
        return self.places.get(where) or self.places.get(where[:1]) or ""


class MapSource(Protocol):
    """Reads the map from where it is kept."""

    async def look(self) -> OnDisk:
        """Return what stands there now."""
        ...
