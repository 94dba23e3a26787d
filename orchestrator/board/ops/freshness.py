"""How each flow that feeds packets does now."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from orchestrator.domain.events.integration_events import IntegrationHealthChanged
from orchestrator.domain.flow_health.health import FlowHealth
from orchestrator.domain.flow_health.state import State
from orchestrator.domain.integration_map.model import Flow, IntegrationMap


@dataclass(frozen=True, slots=True)
class Freshness:
    """A flow that is watched, and how it does."""

    flow: Flow
    state: State | None
    """None: no worker has watched it yet."""
    since: datetime | None = None
    newest_at: datetime | None = None
    """When its newest observation was made."""
    heard_at: datetime | None = None
    """When anything came of it last."""


def freshness_of(map: IntegrationMap, healths: Mapping[str, FlowHealth]) -> list[Freshness]:
    """Return the flows that feed packets, the worst first, else in the order of the map."""
    found = [_of(flow, healths.get(flow.id)) for flow in map.flows.values() if flow.feeds]
    return sorted(found, key=lambda each: -each.state.rank if each.state else 1)


def freshness_told(map: IntegrationMap, data: Mapping[str, Any]) -> Freshness | None:
    """Return how a flow does by what its journal tells (`IntegrationHealthChanged`).

    None when this map does not have the flow.
    """
    told = IntegrationHealthChanged.model_validate(data)
    flow = map.flows.get(told.flow)
    if flow is None:
        return None
    since = [aspect.since for aspect in told.aspects if aspect.state is told.state]
    return Freshness(flow, told.state, max(since, default=told.at), told.newest_at, told.heard_at)


def states(healths: Iterable[FlowHealth]) -> dict[str, str]:
    """Return flow -> its state, as a drawing takes it."""
    return {health.flow: health.state.value for health in healths}


def _of(flow: Flow, health: FlowHealth | None) -> Freshness:
    if health is None:
        return Freshness(flow, None)
    since = [s.since for s in health.standings.values() if s.state is health.state]
    return Freshness(
        flow,
        health.state,
        max(since, default=health.watched_since),
        health.counts.newest_at,
        health.counts.heard_at,
    )
