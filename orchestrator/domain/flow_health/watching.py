"""Which flows of a map are watched, and what of the map an alert about each has to tell."""

from __future__ import annotations

from orchestrator.domain.context.subjects import CATALOGUE
from orchestrator.domain.context.translations import Translations
from orchestrator.domain.flow_health.watched import Call, Party, WatchedFlow, WorkflowHit
from orchestrator.domain.integration_map.impact import impact_of
from orchestrator.domain.integration_map.model import Flow, IntegrationMap

_NO_TRANSLATIONS = Translations()
_ANYTHING = "anything"
"""The type of a field that neither the flow nor the catalogue gives one."""


def watched_flows(
    map: IntegrationMap, translations: Translations = _NO_TRANSLATIONS
) -> tuple[WatchedFlow, ...]:
    """Return the flows that feed fields of the context, in the order of the map."""
    return tuple(_watched(map, flow, translations) for flow in map.flows.values() if flow.feeds)


def _watched(map: IntegrationMap, flow: Flow, translations: Translations) -> WatchedFlow:
    impact = impact_of(map, flow.id)
    return WatchedFlow(
        id=flow.id,
        source=Party(id=flow.source, name=map.name_of(flow.source)),
        destination=Party(id=flow.destination, name=map.name_of(flow.destination)),
        is_two_way=flow.is_two_way,
        feeds=flow.feeds,
        declared=_declared(flow),
        codes={
            field: frozenset(vocabulary)
            for field in (*flow.feeds, *flow.fields)
            if (vocabulary := translations.vocabulary(field))
        },
        warn_after=flow.warn_after,
        error_after=flow.error_after,
        fallback=flow.fallback,
        workflows=tuple(
            WorkflowHit(
                id=hit.workflow.id,
                name=hit.workflow.name,
                impact=hit.workflow.impact,
                workaround=hit.workflow.workaround,
                priority=hit.workflow.priority.value,
            )
            for hit in impact.workflows
        ),
        teams=impact.teams,
        calls=tuple(
            Call(name=each.owner.name, contact=each.owner.contact, reasons=each.reasons)
            for each in impact.contacts
        ),
    )


def _declared(flow: Flow) -> dict[str, str]:
    """Return field -> type word; a flow that declares no field has no schema, whatever it feeds."""
    if not flow.fields:
        return {}
    fed = {field: CATALOGUE[field].type if field in CATALOGUE else _ANYTHING for field in flow.feeds}
    return {**fed, **flow.fields}
