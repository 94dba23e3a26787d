"""What stops when a system or a flow fails, what to do without it, and whom to call."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from orchestrator.domain.integration_map.contacts import Contact, contacts_of
from orchestrator.domain.integration_map.model import Flow, IntegrationMap, Workflow
from orchestrator.domain.model import Frozen


class StoppedField(Frozen):
    """A field of a packet that is not renewed any more."""

    name: str
    flow: str
    fallback: str | None
    still_from: tuple[str, ...] = ()
    """Systems that go on sending it by other flows."""


class HitWorkflow(Frozen):
    """A workflow that cannot go on as usual."""

    workflow: Workflow
    through: tuple[str, ...]
    """The ids of what it stands on and has failed."""


class Impact(Frozen):
    """The effect of one failure; everything in the order of the map, workflows the most urgent first."""

    id: str
    name: str
    what: Literal["system", "flow"]
    flows: tuple[Flow, ...]
    """Those that stop."""
    poorer: tuple[str, ...]
    """The systems that get less data, near ones first."""
    workflows: tuple[HitWorkflow, ...]
    teams: tuple[str, ...]
    kinds: tuple[str, ...]
    fields: tuple[StoppedField, ...]
    contacts: tuple[Contact, ...]
    """Whom to call, in this order."""

    def affects(self, kind: str, team: str) -> bool:
        """Whether a handoff of this kind, to this team, stands on what has failed."""
        return kind in self.kinds or team in self.teams

    def open_now(self, handoffs: Mapping[tuple[str, str], int]) -> dict[tuple[str, str], int]:
        """Return, of (kind, receiving team) -> how many handoffs are open, those that are affected."""
        return {key: count for key, count in handoffs.items() if self.affects(*key)}


def impact_of(map: IntegrationMap, id: str) -> Impact:
    """Return what stops when the system or flow `id` fails.

    Raises:
        KeyError: the map has neither.
    """
    is_system = id in map.systems
    flows = tuple(map.flows_at(id)) if is_system else (map.flows[id],)
    failed = {id, *(flow.id for flow in flows)}
    hit = []
    for workflow in map.workflows.values():
        through = tuple(part for part in (*workflow.systems, *workflow.flows) if part in failed)
        if through:
            hit.append(HitWorkflow(workflow=workflow, through=through))
    hit.sort(key=lambda each: each.workflow.priority.rank)
    workflows = [each.workflow for each in hit]
    return Impact(
        id=id,
        name=map.systems[id].name if is_system else map.flows[id].name,
        what="system" if is_system else "flow",
        flows=flows,
        poorer=_poorer(map, flows, failed=id),
        workflows=tuple(hit),
        teams=tuple(dict.fromkeys(team for workflow in workflows for team in workflow.teams)),
        kinds=tuple(dict.fromkeys(kind for workflow in workflows for kind in workflow.kinds)),
        fields=_fields(map, flows),
        contacts=contacts_of(map, id, flows, workflows),
    )


def _poorer(map: IntegrationMap, flows: tuple[Flow, ...], *, failed: str) -> tuple[str, ...]:
    """Follow the data: who gets less, and who gets less from those."""
    outgoing: dict[str, list[str]] = {}
    for flow in map.flows.values():
        outgoing.setdefault(flow.source, []).append(flow.destination)
        if flow.is_two_way:
            outgoing.setdefault(flow.destination, []).append(flow.source)
    near = [end for flow in flows for end in (flow.ends if flow.is_two_way else (flow.destination,))]
    found = dict.fromkeys(near)
    queue = list(found)
    for system in queue:
        if system == failed:
            continue
        for following in outgoing.get(system, ()):
            if following not in found:
                found[following] = None
                queue.append(following)
    return tuple(each for each in found if each != failed)


def _fields(map: IntegrationMap, flows: tuple[Flow, ...]) -> tuple[StoppedField, ...]:
    stopped = {flow.id for flow in flows}
    others: dict[str, dict[str, None]] = {}
    for flow in map.flows.values():
        if flow.id not in stopped:
            for field in flow.feeds:
                others.setdefault(field, {})[flow.source] = None
    found: dict[str, StoppedField] = {}
    for flow in flows:
        for field in flow.feeds:
            still = tuple(others.get(field, ()))
            found.setdefault(
                field, StoppedField(name=field, flow=flow.id, fallback=flow.fallback, still_from=still)
            )
    return tuple(found.values())
