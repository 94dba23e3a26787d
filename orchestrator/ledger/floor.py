"""What those who watch all that is open ask of the ledger. Source of the statements: `floor_sql.py`.

Nothing is written, and no handoff is locked.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, NamedTuple, Protocol
from uuid import UUID

from sqlalchemy import Text, case, cast, select
from sqlalchemy.ext.asyncio import AsyncConnection

from orchestrator.domain.policy import Rules
from orchestrator.ledger import floor_sql, sql
from orchestrator.ledger.connection import unavailable_is_said
from orchestrator.ledger.pool import close_pool, open_pool
from orchestrator.ledger.tables import journal

ENDLESS: Final = 2**63 - 1
"""The last number that an entry can have."""


class Beginning(NamedTuple):
    """The end of the journal, and the snapshot in which it was read."""

    seq: int
    """Of the newest entry that is seen; entries before it may still come."""
    xmin: int
    """Every transaction with a lower number was over."""
    until: int
    """Every transaction that had begun has a lower number."""


@dataclass(frozen=True, slots=True)
class TailEntry:
    """A journal entry, without what it says unless that was asked for."""

    seq: int
    journal: UUID
    version: int
    case_id: str
    type: str
    at: datetime
    data: str | None
    """JSON."""


@dataclass(frozen=True, slots=True)
class Tail:
    """Entries in the order of their numbers, and the snapshot in which they were seen.

    Every transaction whose number is less than `xmin` was over.
    """

    xmin: int
    until: int
    """Every transaction that had begun has a lower number; 0 where there are no entries."""
    entries: tuple[TailEntry, ...]
    is_whole: bool
    """Whether these are all of them."""


class Signs(NamedTuple):
    """What the ledger knows of how the system does."""

    now: datetime
    """By the database's clock."""
    next_at: datetime | None
    """When the first rung that was not fired is due, or was."""
    dead_letters: int
    """How many were not replayed; at most 10,000 are counted."""


class Watched(Protocol):
    """A ledger that is watched. `LedgerUnavailable` means: ask again."""

    async def beginning(self) -> Beginning:
        """Return where the journal ends now."""
        ...

    async def tail(self, spans: Sequence[tuple[int, int]], *, telling: Collection[str], limit: int) -> Tail:
        """Return the first `limit` entries in these spans of numbers, both ends included.

        The spans are in order and apart. What entries of the types `telling` say is returned as well.
        """
        ...

    async def open_ids(self) -> list[UUID]:
        """Return every handoff that is open."""
        ...

    async def open_rows(self, ids: Sequence[UUID]) -> list[Any]:
        """Return the rows of those of these handoffs that are open."""
        ...

    async def rules(self, version: str) -> Rules | None:
        """Return the rules of an earlier version."""
        ...

    async def signs(self) -> Signs:
        """Return how the system does."""
        ...


async def span(
    db: AsyncConnection, first: int, last: int, *, telling: Collection[str], limit: int
) -> list[TailEntry]:
    """Return the first `limit` journal entries of a span of numbers, both ends included, in order."""
    data = case((journal.c.type.in_(telling), cast(journal.c.data, Text)))
    query = select(
        journal.c.seq,
        journal.c.handoff_id,
        journal.c.version,
        journal.c.case_id,
        journal.c.type,
        journal.c.at,
        data.label("data"),
    )
    query = query.where(journal.c.seq.between(first, last)).order_by(journal.c.seq).limit(limit)
    return [TailEntry(*row) for row in await db.execute(query)]


class PostgresFloor:
    """Watches PostgreSQL, on connections of its own."""

    def __init__(self, dsn: str) -> None:
        self._dsn = dsn
        self._pool: Any = None

    async def open(self) -> None:
        """Open two connections, which are opened again when they are lost."""
        self._pool = await open_pool(self._dsn, connections=2)

    async def close(self) -> None:
        """Close them."""
        await close_pool(self._pool)

    async def beginning(self) -> Beginning:
        """Return where the journal ends; see `Watched.beginning`."""
        (row,) = await self._fetch(floor_sql.BEGINNING)
        return Beginning(row["seq"], row["xmin"], row["until"])

    async def tail(self, spans: Sequence[tuple[int, int]], *, telling: Collection[str], limit: int) -> Tail:
        """Return entries; see `Watched.tail`."""
        first, last = [each[0] for each in spans], [each[1] for each in spans]
        rows = await self._fetch(floor_sql.TAIL, first, last, list(telling), limit)
        entries = tuple(TailEntry(*tuple(row)[2:]) for row in rows if row["seq"] is not None)
        return Tail(rows[0]["xmin"], rows[0]["until"], entries, is_whole=len(entries) < limit)

    async def open_ids(self) -> list[UUID]:
        """Return every handoff that is open."""
        return [row["id"] for row in await self._fetch(floor_sql.OPEN_IDS)]

    async def open_rows(self, ids: Sequence[UUID]) -> list[Any]:
        """Return rows; see `Watched.open_rows`."""
        return await self._fetch(floor_sql.OPEN_ROWS, ids) if ids else []

    async def rules(self, version: str) -> Rules | None:
        """Return the rules of an earlier version."""
        rows = await self._fetch(sql.RULES, version)
        return Rules.model_validate_json(rows[0]["rules"]) if rows else None

    async def signs(self) -> Signs:
        """Return how the system does."""
        (row,) = await self._fetch(floor_sql.SIGNS)
        return Signs(row["now"], row["next_at"], row["dead_letters"])

    async def progress(self, cluster: str, group: str) -> dict[tuple[str, int], int]:
        """Return (topic, partition) -> the next offset that is taken in; 0 where nothing was yet."""
        rows = await self._fetch(floor_sql.PROGRESS, cluster, group)
        return {(row["topic"], row["partition"]): row["next_offset"] or 0 for row in rows}

    async def clusters(self) -> list[str]:
        """Return the ids of the Kafka clusters that workers have read from."""
        return [row["cluster"] for row in await self._fetch(floor_sql.CLUSTERS)]

    async def _fetch(self, statement: str, *arguments: Any) -> list[Any]:
        async with unavailable_is_said():
            rows: list[Any] = await self._pool.fetch(statement, *arguments)
            return rows
