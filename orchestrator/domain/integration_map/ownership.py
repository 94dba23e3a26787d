"""Whom nobody answers for, and what nobody has read lately."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from orchestrator.domain.integration_map.findings import Finding
from orchestrator.domain.integration_map.model import IntegrationMap
from orchestrator.domain.integration_map.sources import sources_of


def unowned(map: IntegrationMap) -> Iterator[Finding]:
    """Yield connections without owners, fields that several systems claim, and owners nobody can reach."""
    told: set[tuple[str, ...]] = set()
    for flow in map.flows.values():
        pair = tuple(sorted(flow.ends))
        # Whoever owns the system answers for what it sends to the outside, or gets from there.
        if map.connection_of(flow) or pair in told or not set(pair) <= map.systems.keys():
            continue
        told.add(pair)
        yield Finding(
            "unowned",
            ("flows", flow.id),
            f"{flow.name} connects {flow.source} and {flow.destination}, and nobody owns this connection; "
            "add it to 'connections' with a business and a technical owner",
        )
    for field, source in sources_of(map).items():
        if source.owner is None:
            systems = sorted({flow.source for flow in map.flows.values() if field in flow.feeds})
            yield Finding(
                "unowned",
                ("flows", source.flow or ""),
                f"{field} comes from {' and '.join(systems)}, and the newest value wins; "
                "say in 'field_owners' whose does",
            )
    used = _used_owners(map)
    for owner in map.owners.values():
        if owner.contact is None and owner.id in used:
            yield Finding(
                "unowned",
                ("owners", owner.id),
                f"{owner.name} owns parts of the map and has no 'contact'; write where they are reached",
            )


def unreviewed(map: IntegrationMap, *, today: date) -> Iterator[Finding]:
    """Yield what was not read through within the cadence, or claims to be read in the future."""
    if not map:
        return
    dates = {("review",): ("the map as a whole", map.review.last)} | {
        ("connections", id): (f"the connection {id}", connection.reviewed_on)
        for id, connection in map.connections.items()
    }
    for where, (what, on) in dates.items():
        if on is None:
            yield Finding("unreviewed", where, f"{what} was never reviewed; review it, and write the date")
        elif on > today:
            yield Finding(
                "unreviewed", where, f"{what} is reviewed on {on}, which is yet to come; correct the date"
            )
        elif today - on > map.review.every:
            yield Finding(
                "unreviewed",
                where,
                f"{what} was reviewed on {on}, {(today - on).days} days ago, and is due every "
                f"{map.review.every.days}; review it, and write the date",
            )


def _used_owners(map: IntegrationMap) -> set[str]:
    owners = {system.owner for system in map.systems.values()}
    owners |= {workflow.owner for workflow in map.workflows.values()}
    for connection in map.connections.values():
        owners |= {connection.business_owner, connection.technical_owner}
    return owners
