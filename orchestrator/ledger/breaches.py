"""Breaches that are over, and who acknowledged those that stand: what a lead reads beside the open work."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from orchestrator.domain.events import Acknowledged

_LONGEST_RUN: Final = timedelta(days=30)
"""A clock that started earlier than this before the window is not looked for."""

# The condition on started_at lets the index leave out whole ranges of the table.
_OVER: Final = """
SELECT c.handoff_id, c.kind AS clock, c.generation, c.team, c.due_at, c.ended_at,
       h.case_id, h.kind, h.sending_team, h.receiving_team, h.status
FROM clocks c JOIN handoffs h ON h.id = c.handoff_id
WHERE c.started_at >= :started AND c.state = 'breached' AND c.ended_at >= :since AND c.due_at IS NOT NULL
ORDER BY c.ended_at DESC LIMIT :most
"""
_ACKNOWLEDGED: Final = """
SELECT DISTINCT ON (handoff_id) handoff_id, at, data
FROM journal WHERE handoff_id = ANY(:handoffs) AND type = :type
ORDER BY handoff_id, version DESC
"""


@dataclass(frozen=True, slots=True)
class Over:
    """A breach of a promise that stands no more: it was kept late, or given up."""

    handoff: UUID
    clock: str
    generation: int
    team: str
    """The team that owed."""
    due_at: datetime
    ended_at: datetime
    case_id: str
    kind: str
    sending_team: str
    receiving_team: str
    status: str
    """Of the handoff, now."""


@dataclass(frozen=True, slots=True)
class Acknowledgement:
    """A lead saw a breach."""

    by: str
    """The name of the lead, or the id where there is none."""
    at: datetime
    until: datetime
    """When it expires."""
    note: str | None
    clocks: tuple[str, ...]


async def breaches_over(db: AsyncConnection, *, since: datetime, most: int) -> list[Over]:
    """Return the breaches that ended from `since` on, the last one first, `most` at most."""
    asked = {"since": since, "started": since - _LONGEST_RUN, "most": most}
    rows = await db.execute(text(_OVER), asked)
    return [Over(*row) for row in rows]


async def acknowledgements(db: AsyncConnection, handoffs: Collection[UUID]) -> dict[UUID, Acknowledgement]:
    """Return the newest acknowledgement of each of these handoffs that has one."""
    asked = {"handoffs": list(handoffs), "type": Acknowledged.type}
    found = {}
    for row in await db.execute(text(_ACKNOWLEDGED), asked):
        told = Acknowledged.model_validate(row.data)
        by = told.actor.name or told.actor.id
        found[row.handoff_id] = Acknowledgement(by, told.at, told.until, told.note, told.clocks)
    return found
