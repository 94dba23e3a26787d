"""The integration map: what connects to what, what stops when a part fails, and how every flow does now."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from pydantic import Field

from orchestrator.board.api.endpoint import Call
from orchestrator.board.ops.chosen import chosen
from orchestrator.board.ops.freshness import freshness_of
from orchestrator.board.ops.lists import Line, lists
from orchestrator.board.ops.readers import require_reader
from orchestrator.board.problems import NotFound
from orchestrator.domain.flow_health.state import State
from orchestrator.domain.integration_map.checks import findings
from orchestrator.domain.integration_map.findings import Sighting
from orchestrator.domain.integration_map.impact import Impact
from orchestrator.domain.integration_map.model import IntegrationMap
from orchestrator.domain.model import Frozen
from orchestrator.ledger import reading
from orchestrator.ledger.flow_health import healths


class MapFinding(Frozen):
    """Something that a reader of the map should know."""

    code: str
    weight: Annotated[str, Field(description="`warning`: somebody should act; `remark`: worth knowing.")]
    place: Annotated[str, Field(description="`file:line`; empty where it is not known.")]
    about: Annotated[str | None, Field(description="The system or flow that it is about.")]
    message: str


class MapNow(Frozen):
    """The map in force, and what stands on disk."""

    revision: str
    map: IntegrationMap
    problems: Annotated[
        tuple[str, ...],
        Field(description="`file:line:column: what is wrong` with the folder; the map in force is older."),
    ]
    is_on_disk: Annotated[bool, Field(description="Whether the folder on disk has the same map.")]
    findings: list[MapFinding]


class OpenNow(Frozen):
    """Open handoffs that stand on something."""

    kind: str
    receiving_team: str
    count: int


class ImpactNow(Frozen):
    """What stops when a system or a flow fails, and whom to call."""

    impact: Impact
    open_now: list[OpenNow]


class FlowNow(Frozen):
    """How a flow that feeds packets does."""

    flow: str
    name: str
    source: str
    destination: str
    state: Annotated[State | None, Field(description="None: no worker has watched it yet.")]
    since: datetime | None
    newest_at: Annotated[datetime | None, Field(description="When its newest observation was made.")]
    heard_at: Annotated[datetime | None, Field(description="When anything came of it last.")]
    fallback: Annotated[str | None, Field(description="What a person does without it.")]


class MapHealth(Frozen):
    """How each flow does, the worst first."""

    flows: list[FlowNow]


async def drawn(call: Call) -> MapNow:
    """Return the map in force."""
    require_reader(call.viewer)
    rules = call.parts.policy.rules
    known = rules.integration_map
    async with call.parts.readers.connection() as db:
        senders = await reading.context_senders(db)
    on_disk = await call.parts.map_source.look()
    seen = [Sighting(f"support.context.{subject}.observed.v1", system) for subject, system in senders]
    found = lists(findings(known, today=call.parts.clock.now().date(), seen=seen), on_disk)
    lines = (*found.unowned, *found.unreviewed, *found.single_points, *found.others)
    return MapNow(
        revision=rules.version,
        map=known,
        problems=on_disk.problems,
        is_on_disk=on_disk.map == known,
        findings=[_finding(line) for line in lines],
    )


async def impact(call: Call) -> ImpactNow:
    """Return what stops when the system or the flow that the address names fails.

    Raises:
        NotFound: the map has neither.
    """
    require_reader(call.viewer)
    id = call.request.path_params["id"]
    async with call.parts.readers.connection() as db:
        open_now = await reading.open_handoffs(db)
    found = chosen(call.parts.policy.rules.integration_map, id, open_now)
    if found is None:
        raise NotFound(f"the map has no system and no flow {id!r}: GET /api/v1/map lists them")
    counts = [
        OpenNow(kind=kind, receiving_team=team, count=count) for (kind, team), count in found.open_now.items()
    ]
    return ImpactNow(impact=found.impact, open_now=counts)


async def health(call: Call) -> MapHealth:
    """Return how each flow does."""
    require_reader(call.viewer)
    map = call.parts.policy.rules.integration_map
    async with call.parts.readers.connection() as db:
        known = await healths(db)
    flows = [
        FlowNow(
            flow=fresh.flow.id,
            name=fresh.flow.name,
            source=fresh.flow.source,
            destination=fresh.flow.destination,
            state=fresh.state,
            since=fresh.since,
            newest_at=fresh.newest_at,
            heard_at=fresh.heard_at,
            fallback=fresh.flow.fallback,
        )
        for fresh in freshness_of(map, known)
    ]
    return MapHealth(flows=flows)


def _finding(line: Line) -> MapFinding:
    finding = line.finding
    return MapFinding(
        code=finding.code,
        weight=finding.weight,
        place=line.place,
        about=line.about,
        message=finding.message,
    )
