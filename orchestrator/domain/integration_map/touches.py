"""Which workflows a part of a map bears."""

from __future__ import annotations

from collections.abc import Iterable

from orchestrator.domain.integration_map.model import IntegrationMap, Workflow


def workflows_touched(maps: Iterable[IntegrationMap], section: str, id: str) -> tuple[str, ...]:
    """Return the ids of the workflows that stand on one entry of a section, in any of the maps."""
    return tuple(
        dict.fromkeys(
            workflow.id
            for map in maps
            for workflow in map.workflows.values()
            if _stands_on(map, workflow, section, id)
        )
    )


def _stands_on(map: IntegrationMap, workflow: Workflow, section: str, id: str) -> bool:
    match section:
        case "workflows":
            return workflow.id == id
        case "flows":
            return id in workflow.flows
        case "systems":
            return id in workflow.systems or id in _ends(map, workflow)
        case "outside":
            return id in _ends(map, workflow)
        case "connections":
            connection = map.connections.get(id)
            if connection is None:
                return False
            return set(connection.systems) <= {*workflow.systems, *_ends(map, workflow)}
        case "owners":
            return workflow.owner == id or id in _system_owners(map, workflow)
        case "field_owners":
            return any(id in map.flows[flow].feeds for flow in workflow.flows)
    return False


def _ends(map: IntegrationMap, workflow: Workflow) -> set[str]:
    return {end for flow in workflow.flows for end in map.flows[flow].ends}


def _system_owners(map: IntegrationMap, workflow: Workflow) -> set[str]:
    return {map.systems[system].owner for system in workflow.systems}
