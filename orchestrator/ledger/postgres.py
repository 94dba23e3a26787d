"""The ledger on PostgreSQL, through asyncpg. Source of the statements: `sql.py`."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import datetime
from typing import Any
from uuid import UUID

from orchestrator.domain.context.record import Record
from orchestrator.domain.handoff import Handoff
from orchestrator.domain.open_work import COUNTED, LOADED, OpenHandoffs, Whose
from orchestrator.domain.policy import Rules
from orchestrator.domain.routing.trail import HOPS_KEPT, Trail
from orchestrator.ledger import rows, sql
from orchestrator.ledger.burial import bury
from orchestrator.ledger.connection import unavailable_is_said
from orchestrator.ledger.context_postgres import records_of
from orchestrator.ledger.open_work_rows import open_work
from orchestrator.ledger.pool import close_pool, open_pool
from orchestrator.ledger.port import (
    Changes,
    Claim,
    Fenced,
    Parked,
    Progress,
    Stored,
)
from orchestrator.ledger.trail_rows import trails


class PostgresLedger:
    """Remembers in PostgreSQL. One cluster's offsets mean nothing in another's, hence `cluster`."""

    def __init__(
        self,
        dsn: str,
        *,
        cluster: str,
        group: str,
        connections: int = 8,
        shards: int = 1,
        sends_routine: bool = False,
    ) -> None:
        self._dsn = dsn
        self._connections = connections
        self._pool: Any = None
        self.cluster = cluster
        self.group = group
        self.shards = shards
        self.sends_routine = sends_routine

    async def open(self) -> None:
        """Open the pool of connections."""
        self._pool = await open_pool(self._dsn, self._connections)

    async def close(self) -> None:
        """Close the pool; work that is under way is given five seconds."""
        await close_pool(self._pool)

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[PostgresTransaction]:
        """Begin a unit of work; see `Ledger.transaction`."""
        async with unavailable_is_said(), self._pool.acquire() as connection, connection.transaction():
            yield PostgresTransaction(connection, self)

    async def claim_partitions(
        self, group: str, partitions: Sequence[tuple[str, int]], owner: str
    ) -> dict[tuple[str, int], Claim]:
        """Take over partitions; see `Ledger.claim_partitions`."""
        topics, numbers = [t for t, _ in partitions], [p for _, p in partitions]
        async with unavailable_is_said():
            claimed = await self._pool.fetch(
                sql.CLAIM_PARTITIONS, self.cluster, group, topics, numbers, owner
            )
        return {(r["topic"], r["partition"]): Claim(r["epoch"], r["next_offset"]) for r in claimed}

    async def waiting_for_known(self, limit: int) -> list[UUID]:
        """Return handoffs that a parked reply waits for although they exist."""
        async with unavailable_is_said():
            return [r["handoff_id"] for r in await self._pool.fetch(sql.WAITING_FOR_KNOWN, limit)]

    async def keep_rules(self, rules: Rules, now: datetime) -> None:
        """Store the rules of a version, if they are new."""
        async with unavailable_is_said():
            await self._pool.execute(sql.KEEP_RULES, rules.version, rules.model_dump_json(), now)

    async def rules(self, version: str) -> Rules | None:
        """Return the rules of an earlier version."""
        async with unavailable_is_said():
            text = await self._pool.fetchval(sql.RULES, version)
        return Rules.model_validate_json(text) if text is not None else None


class PostgresTransaction:
    """One transaction on one connection."""

    def __init__(self, connection: Any, ledger: PostgresLedger) -> None:
        self._db = connection
        self._ledger = ledger

    async def advance(self, progress: Sequence[Progress]) -> None:
        """Record how far partitions were read, or raise `Fenced`."""
        if not progress:
            return
        columns = zip(*((p.topic, p.partition, p.next_offset, p.epoch) for p in progress), strict=True)
        tag: str = await self._db.execute(
            sql.ADVANCE, self._ledger.cluster, self._ledger.group, *(list(c) for c in columns)
        )
        if int(tag.rpartition(" ")[2]) != len(progress):
            read = ", ".join(f"{p.topic}/{p.partition}" for p in progress)
            raise Fenced(f"another worker has taken over one of {read}: this one stops working on them")

    async def claim_events(self, event_ids: Sequence[UUID], now: datetime) -> set[UUID]:
        """Enter events into the inbox and return the new ones."""
        if not event_ids:
            return set()
        return {r["event_id"] for r in await self._db.fetch(sql.CLAIM_EVENTS, event_ids, now)}

    async def load(
        self, handoffs: Sequence[UUID], *, cases: Sequence[str] = (), with_request: Sequence[UUID] = ()
    ) -> list[Stored]:
        """Lock and return handoffs."""
        if not handoffs and not cases:
            return []
        return [rows.stored(r) for r in await self._db.fetch(sql.LOAD, handoffs, cases, with_request)]

    async def load_due(self, now: datetime, limit: int) -> list[Stored]:
        """Lock and return handoffs with a rung due."""
        due = {r["id"]: r for r in await self._db.fetch(sql.LOAD_DUE, now, limit)}
        return [rows.stored(r) for r in due.values()]

    async def load_trails(self, cases: Sequence[str]) -> dict[str, Trail]:
        """Return the trails of those cases that have one."""
        found = await self._db.fetch(sql.LOAD_TRAILS, set(cases), HOPS_KEPT) if cases else []
        return trails(found)

    async def load_open_work(self, owners: Sequence[Whose]) -> dict[Whose, OpenHandoffs]:
        """Return the open work of those who have some."""
        if not owners:
            return {}
        accounts, customers = (list(ids) for ids in zip(*owners, strict=True))
        found = await self._db.fetch(sql.LOAD_OPEN_WORK, accounts, customers, LOADED, COUNTED)
        return open_work(owners, found)

    async def load_context(self, keys: Sequence[str]) -> dict[str, list[Record]]:
        """Return the records of these accounts and customers."""
        return await records_of(self._db, keys)

    async def open_counts(self, teams: Sequence[str]) -> dict[str, int]:
        """Return how many open handoffs these teams have."""
        found = await self._db.fetch(sql.OPEN_COUNTS, teams) if teams else []
        return {r["receiving_team"]: r["open"] for r in found}

    async def unpark(self, handoffs: Sequence[UUID]) -> list[Parked]:
        """Take out the replies that wait for these handoffs."""
        return [rows.parked(r) for r in await self._db.fetch(sql.UNPARK, handoffs)] if handoffs else []

    async def take_expired(self, now: datetime, limit: int) -> list[Parked]:
        """Take out replies that have waited too long."""
        return [rows.parked(r) for r in await self._db.fetch(sql.TAKE_EXPIRED, now, limit)]

    async def save(self, changes: Changes) -> None:
        """Write what was decided."""
        journal, chains = rows.journal_rows(changes)
        outbox = rows.outbox_rows(changes, self._ledger.shards, with_routine=self._ledger.sends_routine)
        await self._copy(
            "handoffs",
            rows.HANDOFF_COLUMNS,
            [rows.handoff_row(h, delivery, chains[h.id]) for h, delivery in changes.requested],
        )
        if changes.changed:
            updates = (_changed_row(h, chains[h.id]) for h in changes.changed)
            await self._db.execute(sql.UPDATE_HANDOFFS, *(list(c) for c in zip(*updates, strict=True)))
        await self._save_clocks(changes)
        await self._copy("journal", rows.JOURNAL_COLUMNS, journal)
        outbox += await bury(self._db, self._ledger.cluster, changes.dead_letters, changes.now)
        await self._copy("outbox", rows.OUTBOX_COLUMNS, outbox)
        await self._copy("parked", rows.PARKED_COLUMNS, [rows.parked_row(p) for p in changes.parked])

    async def _save_clocks(self, changes: Changes) -> None:
        new = {h.id for h, _ in changes.requested}
        started = [rows.clock_row(owner, clock) for owner, clock in changes.clocks if owner in new]
        moved = [rows.clock_row(owner, clock) for owner, clock in changes.clocks if owner not in new]
        await self._copy("clocks", rows.CLOCK_COLUMNS, started)
        if moved:
            await self._db.execute(sql.UPSERT_CLOCKS, *(list(c) for c in zip(*moved, strict=True)))

    async def _copy(self, table: str, columns: Sequence[str], records: list[rows.Row]) -> None:
        if records:
            await self._db.copy_records_to_table(table, records=records, columns=columns)


def _changed_row(handoff: Handoff, chain: bytes) -> rows.Row:
    return (
        handoff.id,
        handoff.status.value,
        handoff.receiving_team,
        handoff.priority.value,
        handoff.model_dump_json(),
        chain,
    )
