"""Reads the connections, the field owners and the review of integration_map.yaml."""

from __future__ import annotations

from datetime import date
from typing import Final

from handoff_templates.field_names import is_known
from handoff_templates.form import Form, mapping, name, text
from handoff_templates.map_forms import ConnectionForm, ReviewForm, keys_of, required_of
from handoff_templates.map_names import MapNames
from handoff_templates.problems import Place, Problems
from handoff_templates.yaml_source import Entry, Value
from orchestrator.domain.context.subjects import FieldSpec
from orchestrator.domain.integration_map.model import QUARTER, Connection, Review

_TWO: Final = 2


def read_connections(items: list[Value], names: MapNames, problems: Problems) -> dict[str, Connection]:
    """Return the connections by id; of two between the same systems the second is noted and left out."""
    found: dict[str, Connection] = {}
    places: dict[str, Place] = {}
    for item in items:
        connection = _connection(item, names, problems)
        if connection is None:
            continue
        if connection.id in found:
            problems.add(
                item.place,
                f"the connection of {connection.systems[0]!r} and {connection.systems[1]!r} is on line "
                f"{places[connection.id].line} already; keep one of the two",
            )
            continue
        found[connection.id], places[connection.id] = connection, item.place
    return found


def read_field_owners(
    entries: dict[str, Entry], names: MapNames, own_fields: dict[str, FieldSpec], problems: Problems
) -> dict[str, str]:
    """Return field -> the system that is right about it."""
    owners = {}
    for field, entry in entries.items():
        is_field = is_known(field, entry.key, own_fields, problems)
        system = name(entry.value, "system", names.systems, problems)
        if is_field and system is not None:
            owners[field] = system
    return owners


def read_review(value: Value, problems: Problems) -> Review:
    """Return the cadence."""
    form = Form.open(value, keys_of(ReviewForm), "'review'", problems)
    return Review(every=form.duration("every") or QUARTER, last=_day(form, "last", problems))


def _connection(value: Value, names: MapNames, problems: Problems) -> Connection | None:
    form = Form.open(value, keys_of(ConnectionForm), "connection", problems)
    for key in required_of(ConnectionForm):
        form.required(key, "the connection")
    before = problems.count
    systems = form.names("systems", "system", names.parties)
    if form.value("systems") is not None and problems.count == before and len(set(systems)) != _TWO:
        problems.add(
            form.at("systems"), "a connection is between two systems; name both, as in [crm, billing]"
        )
    connection = {
        "business_owner": form.name("business_owner", "owner", names.owners) or "",
        "technical_owner": form.name("technical_owner", "owner", names.owners) or "",
        "records": _records(form, systems, problems),
        "reviewed_on": _day(form, "reviewed_on", problems),
    }
    if len(set(systems)) != _TWO:
        return None
    return Connection.model_validate({"systems": systems, **connection})


def _records(form: Form, systems: tuple[str, ...], problems: Problems) -> dict[str, str]:
    value = form.value("records")
    if value is None:
        return {}
    entries = mapping(value, "'records'", problems)
    if isinstance(value.data, dict) and not entries:
        problems.add(value.place, "'records' is empty; say which of the two systems is right, about what")
    found = {}
    for what, entry in entries.items():
        system = name(entry.value, "system of this connection", systems or None, problems)
        if system is not None:
            found[what] = system
    return found


def _day(form: Form, key: str, problems: Problems) -> date | None:
    value = form.value(key)
    written = text(value, repr(key), problems) if value is not None else None
    if written is None:
        return None
    try:
        return date.fromisoformat(written)
    except ValueError:
        problems.add(form.at(key), f"{key!r} {written!r} is not a date; write one such as 2026-03-31")
        return None
