"""The journal of a handoff, some entries at a time."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from orchestrator.ledger.reading import Entry
from orchestrator.ledger.tables import journal


async def entries_after(db: AsyncConnection, id: UUID, *, version: int, limit: int) -> list[Entry]:
    """Return the first `limit` entries of a handoff behind `version`, in their order."""
    columns = (journal.c.version, journal.c.type, journal.c.at, journal.c.data)
    query = select(*columns).where(journal.c.handoff_id == id, journal.c.version > version)
    rows = await db.execute(query.order_by(journal.c.version).limit(limit))
    return [Entry(row.version, row.type, row.at, row.data) for row in rows]
