"""Reads the flows of integration_map.yaml."""

from __future__ import annotations

from typing import Final

from handoff_templates.field_names import is_known, read_names
from handoff_templates.form import Form, mapping, name, sequence, text
from handoff_templates.map_flow_rules import check_flow
from handoff_templates.map_forms import FlowForm, keys_of, required_of
from handoff_templates.map_names import MapNames, require_id
from handoff_templates.map_system_rows import CONNECTION_TYPES, TIMINGS
from handoff_templates.problems import Problems
from handoff_templates.yaml_source import Entry
from orchestrator.domain.context.subjects import CATALOGUE, TYPE_WORDS, FieldSpec
from orchestrator.domain.integration_map.model import Flow
from orchestrator.domain.integration_map.words import ConnectionType, Direction, Timing

_DIRECTIONS: Final = tuple(each.value for each in Direction)
_TEXT: Final = "text"


def read_flows(
    entries: dict[str, Entry], names: MapNames, own_fields: dict[str, FieldSpec], problems: Problems
) -> dict[str, Flow]:
    """Return the flows; `own_fields` are those that a set adds to the catalogue."""
    return {id: _flow(id, entry, names, own_fields, problems) for id, entry in entries.items()}


def _flow(
    id: str, entry: Entry, names: MapNames, own_fields: dict[str, FieldSpec], problems: Problems
) -> Flow:
    what = f"flow {id!r}"
    require_id(id, "flow", entry.key, problems)
    form = Form.open(entry.value, keys_of(FlowForm), what, problems)
    for key in required_of(FlowForm):
        form.required(key, what)
    via = form.name("via", "means", CONNECTION_TYPES)
    feeds = form.value("feeds")
    fed = read_names(sequence(feeds, "feeds", problems), "field", own_fields, problems) if feeds else ()
    flow = Flow(
        id=id,
        name=form.text("name") or id,
        source=form.name("source", "system", names.parties) or "",
        destination=form.name("destination", "system", names.parties) or "",
        data=form.names("data", "datum", None),
        direction=Direction(form.name("direction", "direction", _DIRECTIONS) or Direction.ONE_WAY),
        reason=form.text("reason"),
        timing=Timing(form.name("timing", "timing", TIMINGS) or Timing.MANUAL),
        via=ConnectionType(via) if via else None,
        every=form.duration("every"),
        mapping=_mapping(form, problems),
        transformation=form.text("transformation"),
        feeds=fed,
        fields={field: _spec(field, own_fields).type for field in fed} | _types(form, own_fields, problems),
        topic=form.text("topic"),
        warn_after=form.duration("warn_after"),
        error_after=form.duration("error_after"),
        keeps=form.duration("keeps"),
        fallback=form.text("fallback"),
    )
    check_flow(flow, form, problems)
    return flow


def _spec(field: str, own_fields: dict[str, FieldSpec]) -> FieldSpec:
    return CATALOGUE.get(field) or own_fields[field]


def _mapping(form: Form, problems: Problems) -> dict[str, str]:
    value = form.value("mapping")
    if value is None:
        return {}
    pairs = mapping(value, "'mapping'", problems)
    return {there: text(entry.value, repr(there), problems) or there for there, entry in pairs.items()}


def _types(form: Form, own_fields: dict[str, FieldSpec], problems: Problems) -> dict[str, str]:
    value = form.value("fields")
    if value is None:
        return {}
    types = {}
    for field, entry in mapping(value, "'fields'", problems).items():
        if is_known(field, entry.key, own_fields, problems):
            types[field] = name(entry.value, "type", TYPE_WORDS, problems) or _TEXT
    return types
