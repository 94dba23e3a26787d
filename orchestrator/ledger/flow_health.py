"""The health of flows on PostgreSQL. Source of the statements: `flow_health_sql.py`.

A change of state is an entry in the journal of its flow, and leaves through the outbox and the relay as
every entry does: stored with the state in one transaction, sent byte for byte, under an id that follows from
the flow and the number of the change.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any, Final, Protocol

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from orchestrator.domain.events.integration_events import IntegrationHealthChanged
from orchestrator.domain.flow_health.counts import Counts
from orchestrator.domain.flow_health.health import FlowHealth, Step, note, step
from orchestrator.domain.flow_health.watched import WatchedFlow
from orchestrator.ledger import flow_health_sql as sql
from orchestrator.ledger import rows
from orchestrator.ledger.connection import unavailable_is_said
from orchestrator.ledger.pool import close_pool, open_pool
from orchestrator.ledger.tables import flow_health

LEFT_LYING: Final = timedelta(seconds=30)
"""A flow that is due for so long is judged by anybody: those with its map are gone."""


class FlowLedger(Protocol):
    """Remembers how each flow does. `LedgerUnavailable` means: nothing was written."""

    async def watch(self, flows: Iterable[WatchedFlow], *, now: datetime) -> None:
        """Begin to watch flows, as far as they are not watched yet, and have all of them judged.

        From now on they are judged by what is said of them here: whoever began with another map judges
        only what nobody else has judged for `LEFT_LYING`.
        """
        ...

    async def note(self, counts: Mapping[str, Counts], *, now: datetime) -> None:
        """Add what was counted, flow by flow; any number of processes may."""
        ...

    async def judge_due(
        self, flows: Mapping[str, WatchedFlow], *, now: datetime
    ) -> Sequence[IntegrationHealthChanged]:
        """Judge those flows that are due, store what became of them, and return what is told.

        However many do this at once, each change is told by one of them.
        """
        ...


class PostgresFlows:
    """Remembers in PostgreSQL; `shards` is that of the relay."""

    def __init__(self, dsn: str, *, shards: int) -> None:
        self._dsn = dsn
        self._shards = shards
        self._pool: Any = None

    async def open(self) -> None:
        """Open a connection, which is opened again when it is lost."""
        self._pool = await open_pool(self._dsn, connections=1)

    async def close(self) -> None:
        """Close the connection; work that is under way is given five seconds."""
        await close_pool(self._pool)

    async def watch(self, flows: Iterable[WatchedFlow], *, now: datetime) -> None:
        """Begin to watch flows; see `FlowLedger.watch`."""
        digests = {flow.id: flow.digest for flow in flows}
        new = [FlowHealth(flow=flow, watched_since=now) for flow in digests]
        async with unavailable_is_said(), self._pool.acquire() as db:
            await db.execute(sql.WATCH, list(digests), _states(new), list(digests.values()), now)

    async def note(self, counts: Mapping[str, Counts], *, now: datetime) -> None:
        """Add what was counted; see `FlowLedger.note`."""
        if not counts:
            return
        new = [FlowHealth(flow=flow, watched_since=now) for flow in sorted(counts)]
        async with unavailable_is_said(), self._pool.acquire() as db, db.transaction():
            await db.execute(sql.CLAIM, [h.flow for h in new], _states(new))
            held = [_health(row) for row in await db.fetch(sql.HELD, [h.flow for h in new])]
            noted = [note(health, counts[health.flow]) for health in held]
            await db.execute(sql.NOTE, [h.flow for h in noted], _states(noted), now)

    async def judge_due(
        self, flows: Mapping[str, WatchedFlow], *, now: datetime
    ) -> Sequence[IntegrationHealthChanged]:
        """Judge the flows that are due; see `FlowLedger.judge_due`."""
        async with unavailable_is_said(), self._pool.acquire() as db, db.transaction():
            digests = [flow.digest for flow in flows.values()]
            due = await db.fetch(sql.DUE, list(flows), digests, now, now - LEFT_LYING)
            if not due:
                return []
            steps = [step(_health(row), flows[row["flow"]], now=now) for row in due]
            chains, journal, outbox = self._told(steps, [row["chain"] for row in due], now)
            judged = [s.health for s in steps]
            await db.execute(
                sql.JUDGED, [h.flow for h in judged], _states(judged), [s.next_at for s in steps], chains
            )
            if journal:
                await db.copy_records_to_table("journal", records=journal, columns=rows.JOURNAL_COLUMNS)
                await db.copy_records_to_table("outbox", records=outbox, columns=rows.OUTBOX_COLUMNS)
        return [s.event for s in steps if s.event is not None]

    def _told(
        self, steps: Sequence[Step], chains: Sequence[bytes], now: datetime
    ) -> tuple[list[bytes], list[rows.Row], list[rows.Row]]:
        newest, journal, outbox = list(chains), [], []
        for index, event in enumerate(s.event for s in steps):
            if event is None:
                continue
            data = event.model_dump_json()
            newest[index] = sha256(chains[index] + data.encode()).digest()
            journal.append(
                (event.journal, event.version, event.flow, event.type, event.at, data, newest[index])
            )
            assert event.stream is not None
            shard = rows.shard_of(event.flow, self._shards)
            outbox.append(
                (shard, event.stream.value, None, event.flow, event.journal, event.version, None, now)
            )
        return newest, journal, outbox


async def healths(db: AsyncConnection) -> dict[str, FlowHealth]:
    """Return flow -> its health, for people who ask; `reading.reading` opens the connection."""
    states = (await db.execute(select(flow_health.c.state))).scalars()
    return {health.flow: health for health in map(FlowHealth.model_validate, states)}


def _health(row: Any) -> FlowHealth:
    return FlowHealth.model_validate_json(row["state"])


def _states(healths: Iterable[FlowHealth]) -> list[str]:
    return [health.model_dump_json() for health in healths]
