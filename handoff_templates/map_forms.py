"""The shape of integration_map.yaml: which keys it has and what each means.

The readers of the file take their keys from here, and the JSON Schema for editors is made of it, with the
docstrings as explanations.
"""

from __future__ import annotations

from datetime import date
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from orchestrator.domain.context.subjects import TypeWord
from orchestrator.domain.integration_map.words import ConnectionType, Direction, Layer, Timing, Urgency

Name = Annotated[str, StringConstraints(pattern=r"^[a-z0-9]+(?:[-_.][a-z0-9]+)*$", max_length=63)]
Text = Annotated[str, StringConstraints(min_length=1, max_length=2_000)]
Duration = Annotated[str, StringConstraints(pattern=r"^(\d+d)? ?(\d+h)? ?(\d+m)? ?(\d+s)?$")]


class _Form(BaseModel):
    model_config = ConfigDict(extra="forbid", use_attribute_docstrings=True)


class OwnerForm(_Form):
    """Who answers for something."""

    name: Text
    """What people read."""
    contact: Text | None = None
    """Where they are reached: an address, a channel, a rota."""


class SystemForm(_Form):
    """A system of the stack; automation, AI and spreadsheets too."""

    name: Text
    """What people read."""
    purpose: Text
    """What it is there for."""
    owner: Name
    """One of 'owners'."""
    layer: Layer = Layer.CORE
    """What part of the stack it belongs to."""
    upstream: list[Name] = []
    """What it gets data from: systems, or names of 'outside'."""
    downstream: list[Name] = []
    """What it sends data to: systems, or names of 'outside'."""
    connection_types: list[ConnectionType] = []
    """By what means it is connected."""
    source_of_truth: Text | None = None
    """For which data it is right when others differ."""
    sync_frequency: Timing
    """How often it is brought up to date."""


class FlowForm(_Form):
    """Data that moves from one system to another."""

    name: Text
    """What people read."""
    source: Name
    """A system, or a name of 'outside'."""
    destination: Name
    """A system, or a name of 'outside'."""
    data: Annotated[list[Text], Field(min_length=1)]
    """What moves. The same words in several flows mean the same data."""
    direction: Direction = Direction.ONE_WAY
    """one-way, or two-way with a 'reason'."""
    reason: Text | None = None
    """Why both sides have to write."""
    timing: Timing
    """How often it moves."""
    via: ConnectionType | None = None
    """By what means."""
    every: Duration | None = None
    """How often it runs, when it is scheduled or manual: 24h."""
    mapping: dict[str, Text] = {}
    """Name at the source: name at the destination, where they differ."""
    transformation: Text | None = None
    """How the data is changed on the way."""
    feeds: list[str] = []
    """The fields of a packet that it feeds: billing.payment_state."""
    fields: dict[str, TypeWord] = {}
    """Type of a field, where it is not the usual one, or the field is sent and not shown."""
    topic: str | None = None
    """A topic that it comes in on, beside those of what it feeds."""
    warn_after: Duration | None = None
    """It is late when its newest observation is older."""
    error_after: Duration | None = None
    """It has failed when its newest observation is older."""
    keeps: Duration | None = None
    """For how long its fields are fresh, where they hold until they change."""
    fallback: Text | None = None
    """What a person does without it."""


class WorkflowForm(_Form):
    """A piece of work that stands on systems and flows."""

    name: Text
    """What people read."""
    systems: Annotated[list[Name], Field(min_length=1)]
    """The systems it stands on."""
    flows: list[Name] = []
    """The flows it stands on; each begins or ends at one of its systems."""
    owner: Name
    """One of 'owners'."""
    impact: Text
    """What goes wrong when one of them fails."""
    workaround: Text | None = None
    """How people work meanwhile."""
    priority: Urgency
    """How much depends on it."""
    teams: list[Name] = []
    """The teams that work so, of teams.yaml."""
    kinds: list[Name] = []
    """The kinds of handoff that stand on it: folders beside this file."""


class ConnectionForm(_Form):
    """Two systems that are connected, and who answers for it."""

    systems: Annotated[list[Name], Field(min_length=2, max_length=2)]
    """The two systems."""
    business_owner: Name
    """Who owns the work that depends on it."""
    technical_owner: Name
    """Who owns schema changes, authentication and change control."""
    records: Annotated[dict[Text, Name], Field(min_length=1)]
    """Data: the one of the two systems that is right about it."""
    reviewed_on: date | None = None
    """When it was reviewed last."""


class ReviewForm(_Form):
    """How often the map is read through."""

    every: Duration | None = None
    """The cadence; without it, a quarter."""
    last: date | None = None
    """When the whole of it was read last."""


class MapForm(_Form):
    """What connects to what, what stands on it, and who answers for it."""

    review: ReviewForm | None = None
    """How often the map is read through, and when it was."""
    owners: dict[Name, OwnerForm]
    """Who answers for something, by a short name."""
    outside: dict[Name, Text] = {}
    """Where the map ends: short name: name of what only sends into it, or receives from it."""
    systems: dict[Name, SystemForm]
    """The systems, by a short name."""
    flows: dict[Name, FlowForm] = {}
    """The flows, by a short name that no system has."""
    workflows: dict[Name, WorkflowForm] = {}
    """The work of support, by a short name."""
    connections: list[ConnectionForm] = []
    """Which systems are connected, and who owns that."""
    field_owners: dict[str, Name] = {}
    """Field: the system that is right about it when several say something else."""


def keys_of(form: type[_Form]) -> tuple[str, ...]:
    """Return the keys of a mapping of the file."""
    return tuple(form.model_fields)


def required_of(form: type[_Form]) -> tuple[str, ...]:
    """Return the keys that must be there."""
    return tuple(name for name, field in form.model_fields.items() if field.is_required())
