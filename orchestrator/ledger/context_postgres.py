"""The context store on PostgreSQL, through asyncpg. Source of the statements: `context_sql.py`."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime
from functools import lru_cache
from typing import Any

from orchestrator.domain.context.address import Address
from orchestrator.domain.context.record import Record
from orchestrator.domain.context.subjects import MANY
from orchestrator.inbound import DeadLetter
from orchestrator.ledger import context_sql as sql
from orchestrator.ledger import rows
from orchestrator.ledger.burial import bury
from orchestrator.ledger.caller_keys import record_key
from orchestrator.ledger.connection import unavailable_is_said
from orchestrator.ledger.context import NEWEST_OF_EACH, Heard, Merged
from orchestrator.ledger.context_folding import fold, is_live, newest_at
from orchestrator.ledger.pool import close_pool, open_pool

_MANY = sorted(subject.value for subject in MANY)


class PostgresContext:
    """Holds the records in PostgreSQL; dead letters name the Kafka `cluster` that they came from."""

    def __init__(self, dsn: str, *, cluster: str, connections: int = 2) -> None:
        self._dsn = dsn
        self._cluster = cluster
        self._connections = connections
        self._pool: Any = None

    async def open(self) -> None:
        """Open the pool of connections."""
        self._pool = await open_pool(self._dsn, self._connections)

    async def close(self) -> None:
        """Close the pool; work that is under way is given five seconds."""
        await close_pool(self._pool)

    async def merge(
        self, batch: Sequence[Heard], *, now: datetime, dead_letters: Sequence[DeadLetter] = ()
    ) -> Merged:
        """Join a batch into the records; see `ContextStore.merge`."""
        addresses = sorted({heard.address for heard in batch})
        async with unavailable_is_said(), self._pool.acquire() as db, db.transaction():
            held = await _claim(db, addresses, now) if addresses else {}
            changed, refused = fold(held, batch, now=now)
            if changed:
                await db.execute(sql.STORE, *_columns(map(_row, changed.values())))
            unused = [a for a in addresses if a not in held and a not in changed]
            if unused:
                await db.execute(sql.RELEASE, *_columns(map(_identity, unused)))
            outbox = await bury(db, self._cluster, (*dead_letters, *refused), now)
            if outbox:
                await db.copy_records_to_table("outbox", records=outbox, columns=rows.OUTBOX_COLUMNS)
        return Merged(len(changed), tuple(refused))

    async def load(self, keys: Sequence[str]) -> dict[str, list[Record]]:
        """Return the records of keys; see `ContextStore.load`."""
        async with unavailable_is_said(), self._pool.acquire() as db:
            return await records_of(db, keys)

    async def count(self) -> int:
        """Return how many records say anything."""
        async with unavailable_is_said(), self._pool.acquire() as db:
            return int(await db.fetchval(sql.COUNT))

    async def empty(self) -> None:
        """Forget every record."""
        async with unavailable_is_said(), self._pool.acquire() as db:
            await db.execute(sql.EMPTY)


async def records_of(db: Any, keys: Sequence[str]) -> dict[str, list[Record]]:
    """Return key -> its records, on a connection that somebody holds; see `ContextStore.load`."""
    if not keys:
        return {}
    found: dict[str, list[Record]] = defaultdict(list)
    for key, state in await db.fetch(sql.LOAD, list(set(keys)), _MANY, NEWEST_OF_EACH):
        found[key].append(_record(state))
    for records in found.values():
        records.sort(key=lambda record: record.address)
    return dict(found)


async def _claim(db: Any, addresses: Sequence[Address], now: datetime) -> dict[Address, Record]:
    """Lock the records of addresses until the transaction ends, and return those that are there."""
    columns = _columns(map(_identity, addresses))
    await db.execute(sql.CLAIM, *columns, now)
    found = (_record(row["state"]) for row in await db.fetch(sql.HELD, *columns))
    return {record.address: record for record in found}


@lru_cache(maxsize=8_192)
def _record(state: str) -> Record:
    # The same few customers are asked for again and again, and parsing is most of what that costs.
    return Record.model_validate_json(state)


def _identity(address: Address) -> rows.Row:
    subject, key, system, item = address
    return subject.value, key, item, system


def _row(record: Record) -> rows.Row:
    state, identity = record.model_dump_json(), _identity(record.address)
    said = (is_live(record), state, newest_at(record), record.received_at, record_key(record))
    return (*identity, *said)


def _columns(records: Iterable[rows.Row]) -> list[list[Any]]:
    return [list(column) for column in zip(*records, strict=True)]
