"""What people ask of the ledger: handoffs with their journals, and dead letters.

Nothing here is on the way of an event; the statements are few and are written with SQLAlchemy.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Select, delete, func, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from orchestrator.domain.handoff import Handoff, Status
from orchestrator.domain.policy import Rules
from orchestrator.ledger import schema
from orchestrator.ledger.connection import unavailable_is_said
from orchestrator.ledger.outbox import Buried, buried
from orchestrator.ledger.tables import (
    clocks,
    context_records,
    dead_letters,
    handoffs,
    inbox,
    journal,
    policies,
    progress,
)

_OPEN = tuple(status.value for status in Status if status.is_open)


class SchemaOutdated(Exception):
    """The database has an older schema, or none."""


@dataclass(frozen=True, slots=True)
class Entry:
    """An entry of a journal, as it was stored."""

    version: int
    type: str
    at: datetime
    data: dict[str, Any]


@dataclass(frozen=True, slots=True)
class BuriedHere:
    """A dead letter and its number."""

    number: int
    buried: Buried
    replayed_at: datetime | None


@asynccontextmanager
async def reading(dsn: str) -> AsyncIterator[AsyncConnection]:
    """Open a connection for the functions of this module.

    Raises:
        LedgerUnavailable: the database cannot be reached.
        SchemaOutdated: it has to be upgraded first.
    """
    db = schema.engine(dsn)
    try:
        async with unavailable_is_said():
            connection = await db.connect()
        try:
            if not await schema.is_current(connection):
                raise SchemaOutdated("the database has an older schema or none: run `handoff db upgrade`")
            await connection.rollback()
            yield connection
        finally:
            await connection.close()
    finally:
        await db.dispose()


async def handoff(db: AsyncConnection, id: UUID) -> Handoff | None:
    """Return a handoff."""
    return next(iter(await _handoffs(db, select(handoffs.c.state).where(handoffs.c.id == id))), None)


async def handoffs_of_case(db: AsyncConnection, case_id: str) -> list[Handoff]:
    """Return the handoffs of a case, the first one first."""
    query = select(handoffs.c.state).where(handoffs.c.case_id == case_id)
    return await _handoffs(db, query.order_by(handoffs.c.requested_at, handoffs.c.id))


async def newest_cases(db: AsyncConnection, limit: int) -> list[str]:
    """Return the cases of the newest handoffs."""
    newest = func.max(handoffs.c.requested_at)
    query = select(handoffs.c.case_id).group_by(handoffs.c.case_id).order_by(newest.desc()).limit(limit)
    return list((await db.execute(query)).scalars())


async def journal_of(db: AsyncConnection, id: UUID) -> list[Entry]:
    """Return the journal of a handoff."""
    query = select(journal).where(journal.c.handoff_id == id).order_by(journal.c.version)
    return [Entry(row.version, row.type, row.at, row.data) for row in await db.execute(query)]


async def open_handoffs(db: AsyncConnection) -> dict[tuple[str, str], int]:
    """Return (kind, receiving team) -> how many handoffs are open."""
    query = select(handoffs.c.kind, handoffs.c.receiving_team, func.count())
    query = query.where(handoffs.c.status.in_(_OPEN))
    rows = await db.execute(query.group_by(handoffs.c.kind, handoffs.c.receiving_team))
    return {(row[0], row[1]): row[2] for row in rows}


async def context_senders(db: AsyncConnection) -> set[tuple[str, str]]:
    """Return (subject, system) of all context that is held."""
    query = select(context_records.c.subject, context_records.c.system).where(context_records.c.is_live)
    return {(row[0], row[1]) for row in await db.execute(query.distinct())}


async def with_open_clocks(db: AsyncConnection, after: UUID | None, limit: int) -> list[UUID]:
    """Return the handoffs whose promises still stand, by id, those behind `after`."""
    query = select(clocks.c.handoff_id).where(clocks.c.ended_at.is_(None)).distinct()
    if after is not None:
        query = query.where(clocks.c.handoff_id > after)
    return list((await db.execute(query.order_by(clocks.c.handoff_id).limit(limit))).scalars())


async def newest_rules(db: AsyncConnection, *, but: str) -> Rules | None:
    """Return the version of the rules that was stored last, other than `but`."""
    query = select(policies.c.rules).where(policies.c.version != but)
    stored = (await db.execute(query.order_by(policies.c.first_used_at.desc()).limit(1))).scalar()
    return Rules.model_validate(stored) if stored is not None else None


async def rules_of(db: AsyncConnection, version: str) -> Rules | None:
    """Return the rules that a handoff began under."""
    stored = (await db.execute(select(policies.c.rules).where(policies.c.version == version))).scalar()
    return Rules.model_validate(stored) if stored is not None else None


async def dead_letter_list(
    db: AsyncConnection,
    *,
    numbers: Sequence[int] | None = None,
    code: str | None = None,
    waiting_only: bool = False,
    limit: int | None = None,
) -> list[BuriedHere]:
    """Return dead letters, the newest first: those of these numbers, of this code, or not yet replayed."""
    query = select(dead_letters).order_by(dead_letters.c.id.desc()).limit(limit)
    if numbers is not None:
        query = query.where(dead_letters.c.id.in_(numbers))
    if code is not None:
        query = query.where(dead_letters.c.code == code)
    if waiting_only:
        query = query.where(dead_letters.c.replayed_at.is_(None))
    rows = (await db.execute(query)).mappings()
    return [BuriedHere(row["id"], buried(row), row["replayed_at"]) for row in rows]


async def dead_letter_codes(db: AsyncConnection) -> dict[str, int]:
    """Return how many dead letters of each code were not replayed."""
    waiting = select(dead_letters.c.code, func.count()).where(dead_letters.c.replayed_at.is_(None))
    rows = await db.execute(waiting.group_by(dead_letters.c.code).order_by(dead_letters.c.code))
    return {row[0]: row[1] for row in rows}


async def forget_event(db: AsyncConnection, event_id: UUID) -> None:
    """Take an event out of the inbox, so that it is not a duplicate when it comes again."""
    await db.execute(delete(inbox).where(inbox.c.event_id == event_id))
    await db.commit()


async def mark_replayed(db: AsyncConnection, number: int, now: datetime) -> None:
    """Note that a dead letter was sent to its topic again."""
    await db.execute(update(dead_letters).where(dead_letters.c.id == number).values(replayed_at=now))
    await db.commit()


async def claimed_partitions(db: AsyncConnection, cluster: str) -> int:
    """Return how many partitions of a cluster are being read."""
    query = select(func.count()).select_from(progress).where(progress.c.cluster == cluster)
    count = (await db.execute(query)).scalar_one()
    await db.rollback()
    return count


async def _handoffs(db: AsyncConnection, query: Select[Any]) -> list[Handoff]:
    return [Handoff.model_validate(state) for state in (await db.execute(query)).scalars()]
