"""What waits to be sent, read by the one relay that holds the shard.

The shard is held by an advisory lock on one connection, and every statement runs on that connection: a
relay that lost it can no longer mark anything as sent.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from orchestrator.domain.identity import journal_id
from orchestrator.inbound import DeadLetter
from orchestrator.ledger import rows
from orchestrator.ledger.connection import connect, unavailable_is_said

_LOCK_CLASS = 7_201_965
"""First half of the advisory lock's key; the shard is the second."""
_BATCH_BYTES = 8_000_000
"""A batch ends after the row that passes this, so that large packets do not fill the memory."""

_PENDING = """
SELECT *, (SELECT concat_ws('/', d.topic, d.partition, d."offset")
           FROM dead_letters d WHERE d.id = batch.dead_letter_id) AS origin FROM (
  SELECT o.id, o.stream, o.team, o.key, o.handoff_id, o.version, o.dead_letter_id, j.type, j.at, j.data,
         sum(pg_column_size(j.data)) OVER (ORDER BY o.id) - pg_column_size(j.data) AS bytes_before
  FROM (SELECT * FROM outbox WHERE shard = $1 ORDER BY id LIMIT $2) o
  LEFT JOIN journal j ON j.handoff_id = o.handoff_id AND j.version = o.version
) batch WHERE bytes_before IS NULL OR bytes_before < $3 ORDER BY id
"""
_IN_DOUBT = """
SELECT o.id, o.stream, o.team, o.key, o.handoff_id, o.version, o.dead_letter_id, o.created_at,
       concat_ws('/', d.topic, d.partition, d."offset") AS origin
FROM outbox o LEFT JOIN dead_letters d ON d.id = o.dead_letter_id WHERE o.shard = $1 ORDER BY o.id
"""
_SETTLE = "DELETE FROM outbox WHERE shard = $1 AND id = ANY($2::bigint[])"
_DEAD_LETTER = "SELECT * FROM dead_letters WHERE id = $1"
_SHARDS = "SELECT coalesce(max(shard), 0) + 1 FROM outbox"


@dataclass(frozen=True, slots=True)
class Outgoing:
    """One record to send."""

    id: int
    stream: str
    team: str | None
    key: str | None
    event_id: str
    """The CloudEvents id; for a dead letter topic/partition/offset, as a restored database reuses numbers."""
    handoff_id: UUID | None
    type: str
    at: datetime | None
    data: str
    dead_letter_id: int | None


@dataclass(frozen=True, slots=True)
class Buried:
    """A dead letter as it was stored."""

    letter: DeadLetter
    failed_at: datetime
    attempts: int


@dataclass(frozen=True, slots=True)
class InDoubt:
    """A record that an earlier relay may have sent already."""

    id: int
    stream: str
    team: str | None
    key: str | None
    event_id: str
    created_at: datetime


class Outbox:
    """One shard of the outbox."""

    def __init__(self, dsn: str, shard: int) -> None:
        self._dsn = dsn
        self._shard = shard
        self._db: Any = None

    async def hold(self) -> bool:
        """Try to become the one relay of this shard; it is given up when the connection ends."""
        if self._db is None or self._db.is_closed():
            self._db = await connect(self._dsn)
        async with unavailable_is_said():
            return bool(
                await self._db.fetchval("SELECT pg_try_advisory_lock($1, $2)", _LOCK_CLASS, self._shard)
            )

    async def release(self) -> None:
        """Give the shard up."""
        connection, self._db = self._db, None
        if connection is not None:
            connection.terminate()

    async def pending(self, limit: int) -> list[Outgoing]:
        """Return the next records, oldest first."""
        async with unavailable_is_said():
            batch = await self._db.fetch(_PENDING, self._shard, limit, _BATCH_BYTES)
        return [
            Outgoing(
                id=r["id"],
                stream=r["stream"],
                team=r["team"],
                key=r["key"],
                event_id=_event_id(r),
                handoff_id=r["handoff_id"],
                type=r["type"] or "",
                at=r["at"],
                data=r["data"] or "",
                dead_letter_id=r["dead_letter_id"],
            )
            for r in batch
        ]

    async def in_doubt(self) -> list[InDoubt]:
        """Return all that waits, without what it says."""
        async with unavailable_is_said():
            waiting = await self._db.fetch(_IN_DOUBT, self._shard)
        return [
            InDoubt(r["id"], r["stream"], r["team"], r["key"], _event_id(r), r["created_at"]) for r in waiting
        ]

    async def settle(self, ids: Sequence[int]) -> None:
        """Forget records that Kafka has acknowledged."""
        if ids:
            async with unavailable_is_said():
                await self._db.execute(_SETTLE, self._shard, ids)

    async def dead_letter(self, number: int) -> Buried:
        """Return a dead letter; read one at a time, since each may be large."""
        async with unavailable_is_said():
            row = await self._db.fetchrow(_DEAD_LETTER, number)
        return buried(row)


def buried(row: Any) -> Buried:
    """Return a dead letter from its row."""
    return Buried(
        DeadLetter(rows.origin_of(row), row["code"], row["message"]), row["failed_at"], row["attempts"]
    )


async def shards_in_use(dsn: str) -> int:
    """Return one more than the highest shard that still has something to send."""
    connection = await connect(dsn)
    try:
        async with unavailable_is_said():
            return int(await connection.fetchval(_SHARDS))
    finally:
        connection.terminate()


def _event_id(row: Any) -> str:
    if row["dead_letter_id"] is not None:
        return str(row["origin"])
    return str(journal_id(row["handoff_id"], row["version"]))
