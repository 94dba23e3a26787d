"""What happened to a flow of the integration map. It belongs to no handoff, and has a journal of its own."""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar
from uuid import UUID

from orchestrator.domain.events.event import JournalEntry, Stream
from orchestrator.domain.flow_health.readings import Reading
from orchestrator.domain.flow_health.state import State
from orchestrator.domain.flow_health.watched import Call, Party, WorkflowHit
from orchestrator.domain.identity import flow_journal, journal_id


class AspectHealth(Reading):
    """One aspect, and its state before and after."""

    was: State
    state: State
    since: datetime


class IntegrationHealthChanged(JournalEntry):
    """A flow that feeds context became worse or better, or drifts in a way that was not told yet."""

    type: ClassVar[str] = "support.integration.health.changed.v1"
    stream: ClassVar[Stream | None] = Stream.HEALTH
    flow: str
    """The id of the flow in the integration map."""
    version: int
    """Its place among the changes of this flow, from 1."""
    at: datetime
    """When it became true, aware UTC."""
    noticed_at: datetime
    source: Party
    destination: Party
    was: State
    """Before: the worst of the aspects."""
    state: State
    """From now on; equal to `was` when another aspect joined, or another drift."""
    aspects: tuple[AspectHealth, ...]
    drifts: tuple[str, ...] = ()
    """What the source sends that the map does not declare, in words."""
    newest_at: datetime | None = None
    """When its newest observation was made; None: none has come since it is watched."""
    heard_at: datetime | None = None
    """When anything came from it last, also what was refused."""
    summary: str
    """One line."""
    fields: tuple[str, ...]
    """What stops with it: full names of fields."""
    workflows: tuple[WorkflowHit, ...] = ()
    """What of support's work it hits, and what to do meanwhile."""
    teams: tuple[str, ...] = ()
    """The teams whose work that is."""
    calls: tuple[Call, ...] = ()
    """Whom to call, who mends it first."""
    fallback: str | None = None
    """What a person does instead."""

    @property
    def journal(self) -> UUID:
        """The journal that it stands in: that of its flow."""
        return flow_journal(self.flow)

    @property
    def id(self) -> UUID:
        """What consumers see as the CloudEvents id."""
        return journal_id(self.journal, self.version)
