"""Whom to call when something fails."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from pydantic import SkipValidation

from orchestrator.domain.integration_map.model import Flow, IntegrationMap, Owner, Workflow
from orchestrator.domain.model import Frozen
from orchestrator.domain.sentence import Sentence, listed


class Contact(Frozen):
    """An owner, and for what they are called."""

    owner: Owner
    reasons: tuple[SkipValidation[str], ...]
    """Kept as they are, so that they can be said in another language."""


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
        *(
            (workflow.owner, Sentence("{workflow} depends on it", workflow=workflow.name))
            for workflow in workflows
        ),
    ):
        reasons.setdefault(owner, {})[reason] = None
    return tuple(
        Contact(owner=map.owners.get(id) or Owner(id=id, name=id), reasons=tuple(said))
        for id, said in reasons.items()
    )


def _of_system(map: IntegrationMap, id: str) -> Iterator[tuple[str, str]]:
    if id in map.systems:
        yield map.systems[id].owner, Sentence("owns {system}", system=map.systems[id].name)


def _technical(map: IntegrationMap, flow: Flow, id: str) -> Iterator[tuple[str, str]]:
    connection = map.connection_of(flow)
    if connection is not None:
        yield (
            connection.technical_owner,
            Sentence("runs the connection of {systems}", systems=_names(map, flow)),
        )
    elif flow.source in map.systems and flow.source != id:
        source = map.systems[flow.source]
        yield (
            source.owner,
            Sentence("owns {system}, which sends {flow}", system=source.name, flow=flow.name),
        )


def _business(map: IntegrationMap, flow: Flow) -> Iterator[tuple[str, str]]:
    connection = map.connection_of(flow)
    if connection is not None:
        yield (
            connection.business_owner,
            Sentence("owns the work over the connection of {systems}", systems=_names(map, flow)),
        )


def _names(map: IntegrationMap, flow: Flow) -> str:
    return listed(sorted(map.name_of(end) for end in flow.ends))
