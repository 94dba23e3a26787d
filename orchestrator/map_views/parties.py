"""Who stands at the ends of flows: what is drawn as a box."""

from __future__ import annotations

from typing import NamedTuple

from orchestrator.domain.integration_map.model import IntegrationMap


class Party(NamedTuple):
    """A box: a system, or a party outside."""

    id: str
    name: str
    owner: str
    """Empty for a party outside."""
    layer: str
    """`outside` for a party outside."""


def parties_of(map: IntegrationMap) -> list[Party]:
    """Return all systems, and the parties outside that a flow reaches."""
    reached = {end for flow in map.flows.values() for end in flow.ends}
    inside = [
        Party(system.id, system.name, _owner(map, system.owner), system.layer.value)
        for system in map.systems.values()
    ]
    return inside + [Party(id, name, "", "outside") for id, name in map.outside.items() if id in reached]


def _owner(map: IntegrationMap, id: str) -> str:
    return map.owners[id].name if id in map.owners else id
