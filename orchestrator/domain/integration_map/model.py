"""The integration map: what every other part reads of it.

Names in it are ids: of systems, of parties outside, of flows, workflows and owners. Whoever builds one sees
to it that each of them is there; `handoff_templates/map_file.py` does, from `integration_map.yaml`.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Final

from pydantic import Field

from orchestrator.domain.integration_map.words import ConnectionType, Direction, Layer, Timing, Urgency
from orchestrator.domain.model import Frozen

QUARTER: Final = timedelta(days=92)


class Owner(Frozen):
    """Who answers for something."""

    id: str
    name: str
    contact: str | None = None
    """Where they are reached: an address, a channel, a rota."""


class System(Frozen):
    """A system of the support stack."""

    id: str
    name: str
    purpose: str
    owner: str
    layer: Layer = Layer.CORE
    upstream: tuple[str, ...] = ()
    """What it gets data from: systems, and parties outside."""
    downstream: tuple[str, ...] = ()
    connection_types: tuple[ConnectionType, ...] = ()
    source_of_truth: str | None = None
    """For which data it is right when others differ; None: for none."""
    sync_frequency: Timing


class Flow(Frozen):
    """Data that moves from one system to another."""

    id: str
    name: str
    source: str
    destination: str
    data: tuple[str, ...]
    """What moves, in people's words."""
    direction: Direction = Direction.ONE_WAY
    reason: str | None = None
    """Why both sides write; a two-way flow has one."""
    timing: Timing
    via: ConnectionType | None = None
    every: timedelta | None = None
    """How often it runs, if it is scheduled or done by hand."""
    mapping: dict[str, str] = Field(default_factory=dict)
    """Name at the source -> name at the destination, where they differ."""
    transformation: str | None = None
    feeds: tuple[str, ...] = ()
    """Full names of the fields of a packet that stop with it: `billing.payment_state`."""
    fields: dict[str, str] = Field(default_factory=dict)
    """Declared schema: full name of a field -> type word."""
    topic: str | None = None
    """The topic that it comes in on; those of what it feeds follow from `feeds`."""
    warn_after: timedelta | None = None
    """It is late when its newest observation is older; so is each of its fields. None: never."""
    error_after: timedelta | None = None
    """It has failed when its newest observation is older; so does each of its fields."""
    keeps: timedelta | None = None
    """For how long its fields are fresh, where they hold until they change: preferences, survey scores."""
    fallback: str | None = None
    """What a person does without it."""

    @property
    def is_manual(self) -> bool:
        """Whether it moves only because somebody moves it."""
        return self.timing is Timing.MANUAL

    @property
    def is_two_way(self) -> bool:
        """Whether both sides write."""
        return self.direction is Direction.TWO_WAY

    @property
    def ends(self) -> tuple[str, str]:
        """Its source and its destination."""
        return self.source, self.destination

    @property
    def topics(self) -> frozenset[str]:
        """The topics it comes in on: its own, and one for each subject that it feeds."""
        subjects = {field.partition(".")[0] for field in self.feeds}
        return frozenset({f"support.context.{s}.observed.v1" for s in subjects} | {self.topic or ""} - {""})


class Workflow(Frozen):
    """A piece of support's work that stands on systems and flows."""

    id: str
    name: str
    systems: tuple[str, ...]
    flows: tuple[str, ...] = ()
    owner: str
    impact: str
    """What goes wrong when one of them fails."""
    workaround: str | None = None
    priority: Urgency
    teams: tuple[str, ...] = ()
    """The teams that work so; ids of teams.yaml."""
    kinds: tuple[str, ...] = ()
    """The kinds of handoff that stand on it."""


class Connection(Frozen):
    """Two systems that are connected, and who answers for it."""

    systems: tuple[str, str]
    business_owner: str
    """Owns the work that depends on it."""
    technical_owner: str
    """Owns schema changes, authentication and change control."""
    records: dict[str, str]
    """Data -> the system of record, which is right about it."""
    reviewed_on: date | None = None

    @property
    def id(self) -> str:
        """Its name: `billing+ticketing`, the same whichever system is named first."""
        return connection_id(*self.systems)


def connection_id(one: str, other: str) -> str:
    """Return the id of the connection between two systems."""
    return "+".join(sorted((one, other)))


class Review(Frozen):
    """How often the map is to be read through."""

    every: timedelta = QUARTER
    last: date | None = None
    """When the whole of it was read last; connections have their own dates."""


class IntegrationMap(Frozen):
    """The map of one support stack; empty where nobody has drawn one."""

    systems: dict[str, System] = Field(default_factory=dict)
    outside: dict[str, str] = Field(default_factory=dict)
    """Id -> name of what lies beyond the map, and only sends to it or receives from it."""
    flows: dict[str, Flow] = Field(default_factory=dict)
    workflows: dict[str, Workflow] = Field(default_factory=dict)
    connections: dict[str, Connection] = Field(default_factory=dict)
    owners: dict[str, Owner] = Field(default_factory=dict)
    field_owners: dict[str, str] = Field(default_factory=dict)
    """Full name of a field -> the system whose value wins."""
    review: Review = Review()

    def __bool__(self) -> bool:
        """Whether anything is drawn."""
        return bool(self.systems)

    def connection_of(self, flow: Flow) -> Connection | None:
        """Return the connection that a flow uses; None when nobody answers for it."""
        return self.connections.get(connection_id(*flow.ends))

    def name_of(self, id: str) -> str:
        """Return the name of a system or of a party outside, or the id when it is neither."""
        return self.systems[id].name if id in self.systems else self.outside.get(id, id)

    def flows_at(self, system: str) -> Iterator[Flow]:
        """Return the flows that begin or end at a system."""
        return (flow for flow in self.flows.values() if system in flow.ends)
