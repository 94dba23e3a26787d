"""Whom to call when something fails."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from orchestrator.domain.integration_map.model import Flow, IntegrationMap, Owner, Workflow
from orchestrator.domain.model import Frozen


class Contact(Frozen):
    """An owner, and for what they are called."""

    owner: Owner
    reasons: tuple[str, ...]


def contacts_of(
    map: IntegrationMap, id: str, flows: Iterable[Flow], workflows: Iterable[Workflow]
) -> tuple[Contact, ...]:
    """Return whom to call about a system or flow: who mends it first, then who works with it."""
    reasons: dict[str, dict[str, None]] = {}
    flows = tuple(flows)
    for owner, reason in (
        *_of_system(map, id),
        *(each for flow in flows for each in _technical(map, flow, id)),
        *(each for flow in flows for each in _business(map, flow)),
        *((workflow.owner, f"{workflow.name} depends on it") for workflow in workflows),
    ):
        reasons.setdefault(owner, {})[reason] = None
    return tuple(
        Contact(owner=map.owners.get(id) or Owner(id=id, name=id), reasons=tuple(said))
        for id, said in reasons.items()
    )


def _of_system(map: IntegrationMap, id: str) -> Iterator[tuple[str, str]]:
    if id in map.systems:
        yield map.systems[id].owner, f"owns {map.systems[id].name}"


def _technical(map: IntegrationMap, flow: Flow, id: str) -> Iterator[tuple[str, str]]:
    connection = map.connection_of(flow)
    if connection is not None:
        yield connection.technical_owner, f"runs the connection of {_names(map, flow)}"
    elif flow.source in map.systems and flow.source != id:
        yield map.systems[flow.source].owner, f"owns {map.systems[flow.source].name}, which sends {flow.name}"


def _business(map: IntegrationMap, flow: Flow) -> Iterator[tuple[str, str]]:
    connection = map.connection_of(flow)
    if connection is not None:
        yield connection.business_owner, f"owns the work over the connection of {_names(map, flow)}"


def _names(map: IntegrationMap, flow: Flow) -> str:
    return " and ".join(sorted(map.name_of(end) for end in flow.ends))
