"""Whom nobody answers for, and what nobody has read lately."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from orchestrator.domain.integration_map.findings import Finding
from orchestrator.domain.integration_map.model import IntegrationMap
from orchestrator.domain.integration_map.sources import sources_of
from orchestrator.domain.sentence import Sentence, listed


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
            Sentence(
                "{flow} connects {source} and {destination}, and nobody owns this connection; "
                "add it to 'connections' with a business and a technical owner",
                flow=flow.name,
                source=flow.source,
                destination=flow.destination,
            ),
        )
    for field, source in sources_of(map).items():
        if source.owner is None:
            systems = sorted({flow.source for flow in map.flows.values() if field in flow.feeds})
            yield Finding(
                "unowned",
                ("flows", source.flow or ""),
                Sentence(
                    "{field} comes from {systems}, and the newest value wins; "
                    "say in 'field_owners' whose does",
                    field=field,
                    systems=listed(systems),
                ),
            )
    used = _used_owners(map)
    for owner in map.owners.values():
        if owner.contact is None and owner.id in used:
            yield Finding(
                "unowned",
                ("owners", owner.id),
                Sentence(
                    "{owner} owns parts of the map and has no 'contact'; write where they are reached",
                    owner=owner.name,
                ),
            )


def unreviewed(map: IntegrationMap, *, today: date) -> Iterator[Finding]:
    """Yield what was not read through within the cadence, or claims to be read in the future."""
    if not map:
        return
    whole = Sentence("the map as a whole")
    dates: dict[tuple[str, ...], tuple[str, date | None]] = {("review",): (whole, map.review.last)} | {
        ("connections", id): (Sentence("the connection {id}", id=id), connection.reviewed_on)
        for id, connection in map.connections.items()
    }
    for where, (what, on) in dates.items():
        if on is None:
            wrong = Sentence("{what} was never reviewed; review it, and write the date", what=what)
            yield Finding("unreviewed", where, wrong)
        elif on > today:
            yield Finding(
                "unreviewed",
                where,
                Sentence(
                    "{what} is reviewed on {on}, which is yet to come; correct the date", what=what, on=on
                ),
            )
        elif today - on > map.review.every:
            yield Finding(
                "unreviewed",
                where,
                Sentence(
                    "{what} was reviewed on {on}, {days} days ago, and is due every {every}; "
                    "review it, and write the date",
                    what=what,
                    on=on,
                    days=(today - on).days,
                    every=map.review.every.days,
                ),
            )


def _used_owners(map: IntegrationMap) -> set[str]:
    owners = {system.owner for system in map.systems.values()}
    owners |= {workflow.owner for workflow in map.workflows.values()}
    for connection in map.connections.values():
        owners |= {connection.business_owner, connection.technical_owner}
    return owners
