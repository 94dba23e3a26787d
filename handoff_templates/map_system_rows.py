"""Reads the owners and systems of integration_map.yaml."""

from __future__ import annotations

from handoff_templates.form import Form, text
from handoff_templates.map_forms import OwnerForm, SystemForm, keys_of, required_of
from handoff_templates.map_names import MapNames, require_id
from handoff_templates.problems import Problems
from handoff_templates.yaml_source import Entry
from orchestrator.domain.integration_map.model import Owner, System
from orchestrator.domain.integration_map.words import ConnectionType, Layer, Timing

TIMINGS = tuple(each.value for each in Timing)
CONNECTION_TYPES = tuple(each.value for each in ConnectionType)
_LAYERS = tuple(each.value for each in Layer)


def read_owners(entries: dict[str, Entry], problems: Problems) -> dict[str, Owner]:
    """Return the owners."""
    owners = {}
    for id, entry in entries.items():
        require_id(id, "owner", entry.key, problems)
        form = Form.open(entry.value, keys_of(OwnerForm), f"owner {id!r}", problems)
        form.required("name", f"owner {id!r}")
        owners[id] = Owner(id=id, name=form.text("name") or id, contact=form.text("contact"))
    return owners


def read_outside(entries: dict[str, Entry], problems: Problems) -> dict[str, str]:
    """Return the parties outside, id -> name."""
    for id, entry in entries.items():
        require_id(id, "outside party", entry.key, problems)
    return {id: text(entry.value, repr(id), problems) or id for id, entry in entries.items()}


def read_systems(entries: dict[str, Entry], names: MapNames, problems: Problems) -> dict[str, System]:
    """Return the systems."""
    return {id: _system(id, entry, names, problems) for id, entry in entries.items()}


def _system(id: str, entry: Entry, names: MapNames, problems: Problems) -> System:
    what = f"system {id!r}"
    require_id(id, "system", entry.key, problems)
    form = Form.open(entry.value, keys_of(SystemForm), what, problems)
    for key in required_of(SystemForm):
        form.required(key, what)
    types = form.names("connection_types", "connection type", CONNECTION_TYPES)
    return System(
        id=id,
        name=form.text("name") or id,
        purpose=form.text("purpose") or "",
        owner=form.name("owner", "owner", names.owners) or "",
        layer=Layer(form.name("layer", "layer", _LAYERS) or Layer.CORE),
        upstream=form.names("upstream", "system", names.parties),
        downstream=form.names("downstream", "system", names.parties),
        connection_types=tuple(map(ConnectionType, types)),
        source_of_truth=form.text("source_of_truth"),
        sync_frequency=Timing(form.name("sync_frequency", "frequency", TIMINGS) or Timing.MANUAL),
    )
