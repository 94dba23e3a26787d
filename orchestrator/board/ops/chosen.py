"""What a page tells of one system or flow: what stops without it, what to do, whom to call."""

from __future__ import annotations

from dataclasses import dataclass

from orchestrator.domain.integration_map.impact import Impact, impact_of
from orchestrator.domain.integration_map.model import Connection, Flow, IntegrationMap, System


@dataclass(frozen=True, slots=True)
class Chosen:
    """A system or a flow that somebody picked."""

    impact: Impact
    system: System | None
    flow: Flow | None
    connection: Connection | None
    """Of a flow: who answers for the connection that it uses."""
    open_now: dict[tuple[str, str], int]
    """(kind, receiving team) -> how many handoffs are open that stand on it."""

    @property
    def touched(self) -> frozenset[str]:
        """The systems and flows that its failure touches."""
        return frozenset(self.impact.poorer) | {flow.id for flow in self.impact.flows}


def chosen(map: IntegrationMap, id: str, open_now: dict[tuple[str, str], int]) -> Chosen | None:
    """Return what there is to tell of `id`; None when the map has no such system or flow."""
    if id not in map.systems and id not in map.flows:
        return None
    impact = impact_of(map, id)
    flow = map.flows.get(id)
    return Chosen(
        impact=impact,
        system=map.systems.get(id),
        flow=flow,
        connection=map.connection_of(flow) if flow else None,
        open_now=impact.open_now(open_now),
    )
