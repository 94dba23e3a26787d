"""Reads integration_map.yaml."""

from __future__ import annotations

from typing import Final

from handoff_templates.form import Form, mapping, sequence
from handoff_templates.map_connection_rows import read_connections, read_field_owners, read_review
from handoff_templates.map_flow_rows import read_flows
from handoff_templates.map_forms import MapForm, keys_of, required_of
from handoff_templates.map_names import Around, MapNames, require_apart
from handoff_templates.map_system_rows import read_outside, read_owners, read_systems
from handoff_templates.map_workflow_rows import read_workflows
from handoff_templates.problems import Problems
from handoff_templates.yaml_source import Entry, Value
from orchestrator.domain.integration_map.model import Flow, IntegrationMap, Review
from orchestrator.domain.integration_map.rings import rings_of_data

FILE: Final = "integration_map.yaml"


def read_map(document: Value, around: Around, problems: Problems) -> IntegrationMap:
    """Return the map; what is wrong goes to `problems`."""
    form = Form.open(document, keys_of(MapForm), FILE, problems)
    for key in required_of(MapForm):
        form.required(key, FILE)
    parts = {
        key: _entries(form, key, problems)
        for key in ("owners", "outside", "systems", "flows", "workflows", "field_owners")
    }
    require_apart(parts["outside"], "outside party", parts["systems"], "a system", problems)
    require_apart(parts["flows"], "flow", parts["systems"], "a system", problems)
    names = MapNames(
        owners=parts["owners"] if form.value("owners") is not None else None,
        systems=parts["systems"] if form.value("systems") is not None else None,
        outside=parts["outside"],
        flows=parts["flows"],
    )
    flows = read_flows(parts["flows"], names, around.own_fields, problems)
    _check_rings(flows, parts["flows"], problems)
    connections, review = form.value("connections"), form.value("review")
    return IntegrationMap(
        systems=read_systems(parts["systems"], names, problems),
        outside=read_outside(parts["outside"], problems),
        flows=flows,
        workflows=read_workflows(parts["workflows"], names, around, flows, problems),
        connections=read_connections(sequence(connections, "connections", problems), names, problems)
        if connections is not None
        else {},
        owners=read_owners(parts["owners"], problems),
        field_owners=read_field_owners(parts["field_owners"], names, around.own_fields, problems),
        review=read_review(review, problems) if review is not None else Review(),
    )


def _entries(form: Form, key: str, problems: Problems) -> dict[str, Entry]:
    value = form.value(key)
    return mapping(value, repr(key), problems) if value is not None else {}


def _check_rings(flows: dict[str, Flow], entries: dict[str, Entry], problems: Problems) -> None:
    """Note data that comes back to where it began: then nobody knows which value is right."""
    for datum, ring in rings_of_data(flows.values()).items():
        way = " -> ".join([*(flow.source for flow in ring), ring[-1].destination])
        names = ", ".join(repr(flow.id) for flow in ring)
        problems.add(
            entries[ring[0].id].key,
            f"{datum!r} goes in a ring: {way} ({names}); take it out of one of these flows, so that one "
            "system is right about it",
        )
