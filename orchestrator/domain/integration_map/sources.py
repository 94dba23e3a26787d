"""Where each field of a packet comes from, by the map."""

from __future__ import annotations

from orchestrator.domain.context.sources import FieldSource
from orchestrator.domain.integration_map.model import Flow, IntegrationMap


def sources_of(map: IntegrationMap) -> dict[str, FieldSource]:
    """Return full name of a field -> its owner, its flow, its limits and its fallback.

    Of several flows the one that comes from the owner counts. A field that one system alone feeds belongs to
    that system; one that several feed, and that the map gives to none, has no owner: the newest value wins.
    What a flow keeps is fresh for that long, and never fails for its age.
    """
    feeding: dict[str, list[Flow]] = {}
    for flow in map.flows.values():
        for field in flow.feeds:
            feeding.setdefault(field, []).append(flow)
    fields = dict.fromkeys((*feeding, *map.field_owners))
    return {field: _source(field, feeding.get(field, []), map.field_owners.get(field)) for field in fields}


def names_of(map: IntegrationMap) -> dict[str, str]:
    """Return id -> name of every system, and of every party outside."""
    return {**map.outside, **{system.id: system.name for system in map.systems.values()}}


def _source(field: str, flows: list[Flow], owner: str | None) -> FieldSource:
    senders = {flow.source for flow in flows}
    if owner is None and len(senders) == 1:
        (owner,) = senders
    chosen = next((flow for flow in flows if flow.source == owner), flows[0] if flows else None)
    if chosen is None:
        return FieldSource(field, owner)
    if chosen.keeps is not None:
        return FieldSource(field, owner, chosen.id, chosen.keeps, None, chosen.fallback)
    return FieldSource(field, owner, chosen.id, chosen.warn_after, chosen.error_after, chosen.fallback)
