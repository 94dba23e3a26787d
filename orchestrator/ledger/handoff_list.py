"""Handoffs, also those that are over, the newest first."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from pydantic import ValidationError
from sqlalchemy import and_, func, or_, select, tuple_
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.sql import ColumnElement

from orchestrator.domain.handoff import BACK, Handoff, Status
from orchestrator.domain.model import Customer
from orchestrator.ledger.tables import handoffs, journal

_CLOSED = tuple(status.value for status in Status if not status.is_open)


class Newest(NamedTuple):
    """A place in the list."""

    requested_at: datetime
    id: UUID


@dataclass(frozen=True, slots=True)
class Asked:
    """Which handoffs; of each field any of its values will do, and one without values lets all pass."""

    is_over: bool = False
    """Only those that are over."""
    case_id: str | None = None
    among: Collection[str] | None = None
    """Only those that one of these teams sends or receives; None: of all teams."""
    teams: Collection[str] = ()
    """Sends or receives."""
    senders: Collection[str] = ()
    receivers: Collection[str] = ()
    kinds: Collection[str] = ()
    priorities: Collection[str] = ()


@dataclass(frozen=True, slots=True)
class Listed:
    """A handoff of the list."""

    handoff: Handoff
    customer: Customer | None
    """As the sending team said; None where nobody can read it any more."""
    bounces: int
    """How often a handoff of the case was declined or returned before."""


async def newest_handoffs(
    db: AsyncConnection, asked: Asked, *, after: Newest | None, limit: int
) -> list[Listed]:
    """Return the first `limit` handoffs of those behind `after`."""
    before = handoffs.alias("before")
    bounces = (
        select(func.count())
        .where(
            before.c.case_id == handoffs.c.case_id,
            before.c.requested_at <= handoffs.c.requested_at,
            before.c.id != handoffs.c.id,
            before.c.status.in_([status.value for status in BACK]),
        )
        .scalar_subquery()
    )
    first = and_(journal.c.handoff_id == handoffs.c.id, journal.c.version == 1)
    query = select(handoffs.c.state, journal.c.data.label("requested"), bounces.label("bounces"))
    query = query.select_from(handoffs.outerjoin(journal, first)).where(*_conditions(asked))
    if after is not None:
        query = query.where(tuple_(handoffs.c.requested_at, handoffs.c.id) < tuple_(*after))
    query = query.order_by(handoffs.c.requested_at.desc(), handoffs.c.id.desc()).limit(limit)
    return [
        Listed(Handoff.model_validate(row.state), _customer(row.requested), row.bounces)
        for row in await db.execute(query)
    ]


def _conditions(asked: Asked) -> list[ColumnElement[bool]]:
    columns = handoffs.c
    found: list[ColumnElement[bool]] = []
    if asked.is_over:
        found.append(columns.status.in_(_CLOSED))
    if asked.case_id is not None:
        found.append(columns.case_id == asked.case_id)
    found += [
        or_(columns.sending_team.in_(teams), columns.receiving_team.in_(teams))
        for teams in (asked.among, asked.teams or None)
        if teams is not None
    ]
    for column, values in (
        (columns.sending_team, asked.senders),
        (columns.receiving_team, asked.receivers),
        (columns.kind, asked.kinds),
        (columns.priority, asked.priorities),
    ):
        if values:
            found.append(column.in_(values))
    return found


def _customer(requested: object) -> Customer | None:
    try:
        return Customer.model_validate(requested["customer"]) if isinstance(requested, dict) else None
    except (ValidationError, KeyError):
        return None
