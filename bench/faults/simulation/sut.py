"""The ledgers that the state machine puts under test, the fake and PostgreSQL; a worker may die in either."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Coroutine
from contextlib import asynccontextmanager
from typing import Any, NamedTuple, Protocol, Self
from uuid import UUID

import asyncpg

from bench.faults.simulation.remains import ClockRow, clock_row
from orchestrator.domain.events import EVENTS, Event
from orchestrator.domain.handoff import Handoff
from orchestrator.ledger.port import Ledger
from orchestrator.ledger.postgres import PostgresLedger
from tests.fakes import InMemoryLedger


class Died(Exception):
    """The worker's process is gone."""


class Rows(NamedTuple):
    """What a ledger holds."""

    handoffs: dict[UUID, Handoff]
    clocks: dict[tuple[UUID, str, int], ClockRow]
    parked: frozenset[UUID]
    dead: list[tuple[str, int, int]]


class System(Protocol):
    """A ledger under test."""

    ledger: Ledger

    def run(self, work: Coroutine[Any, Any, Any]) -> Any:
        """Do work to its end."""
        ...

    def journal_from(self, number: int) -> list[Event]:
        """Return the journal behind its first so many entries, in the order of commits."""
        ...

    def rows(self) -> Rows:
        """Return all else."""
        ...


class FakeSystem:
    """The ledger in memory."""

    def __init__(self) -> None:
        self._runner = asyncio.Runner()
        self.ledger: Ledger = InMemoryLedger()

    def begin(self) -> Self:
        """Forget everything."""
        self.ledger = InMemoryLedger()
        return self

    def run(self, work: Coroutine[Any, Any, Any]) -> Any:
        """Do work to its end."""
        return self._runner.run(work)

    def journal_from(self, number: int) -> list[Event]:
        """Return the rest of the journal."""
        assert isinstance(self.ledger, InMemoryLedger)
        return self.ledger.tables.journal[number:]

    def rows(self) -> Rows:
        """Return all else."""
        assert isinstance(self.ledger, InMemoryLedger)
        tables = self.ledger.tables
        return Rows(
            {id: row[0] for id, row in tables.handoffs.items()},
            {key: clock_row(clock) for key, clock in tables.clocks.items()},
            frozenset(tables.parked),
            list(tables.dead_letters),
        )

    def close(self) -> None:
        """Release what it holds."""
        self._runner.close()


class PostgresSystem:
    """The ledger on a database whose schema is there."""

    def __init__(self, dsn: str) -> None:
        self._runner = asyncio.Runner()
        self.ledger: Ledger = PostgresLedger(dsn, cluster="cluster-1", group="group-1")
        self._runner.run(self.ledger.open())  # type: ignore[attr-defined]
        self._db: Any = self._runner.run(asyncpg.connect(dsn))

    def begin(self) -> Self:
        """Forget everything."""
        tables = "handoffs, clocks, journal, inbox, outbox, parked, dead_letters, progress, policies"
        self.run(self._db.execute(f"TRUNCATE {tables} RESTART IDENTITY CASCADE"))
        return self

    def run(self, work: Coroutine[Any, Any, Any]) -> Any:
        """Do work to its end."""
        return self._runner.run(work)

    def journal_from(self, number: int) -> list[Event]:
        """Return the rest of the journal."""
        ask = "SELECT type, data::text AS data FROM journal ORDER BY seq OFFSET $1"
        return [
            EVENTS[r["type"]].model_validate_json(r["data"]) for r in self.run(self._db.fetch(ask, number))
        ]

    def rows(self) -> Rows:
        """Return all else."""
        return self.run(self._rows())  # type: ignore[no-any-return]

    async def _rows(self) -> Rows:
        fetch = self._db.fetch
        states = await fetch("SELECT id, state::text AS state FROM handoffs")
        clocks = await fetch("SELECT * FROM clocks")
        parked = await fetch("SELECT event_id FROM parked")
        dead = await fetch('SELECT topic, partition, "offset" FROM dead_letters')
        columns = ("team", "state", "started_at", "ended_at", "due_at", "next_rung", "next_at")
        return Rows(
            {r["id"]: Handoff.model_validate(json.loads(r["state"])) for r in states},
            {
                (r["handoff_id"], r["kind"], r["generation"]): tuple(r[column] for column in columns)
                for r in clocks
            },
            frozenset(r["event_id"] for r in parked),
            [tuple(r) for r in dead],
        )

    def close(self) -> None:
        """Release what it holds."""
        self.run(self._db.close())
        self.run(self.ledger.close())  # type: ignore[attr-defined]
        self._runner.close()


class Mortal:
    """A ledger under which the process dies at the chosen call of a transaction."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger
        self.calls_left: int | None = None
        """How many calls go well; the next one kills. None: all."""

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[Any]:
        """Begin a unit of work that may not end."""
        async with self._ledger.transaction() as transaction:
            yield _MortalTransaction(self, transaction)
            # After the last call, and before the commit;
            self.count()
        # or right after it, when nobody has heard of it yet.
        self.count()

    def count(self) -> None:
        """Die, or not yet.

        Raises:
            Died: now.
        """
        if self.calls_left is None:
            return
        if self.calls_left == 0:
            raise Died
        self.calls_left -= 1

    def __getattr__(self, name: str) -> Any:
        return getattr(self._ledger, name)


class _MortalTransaction:
    def __init__(self, mortal: Mortal, transaction: Any) -> None:
        self._mortal = mortal
        self._transaction = transaction

    def __getattr__(self, name: str) -> Any:
        call = getattr(self._transaction, name)

        async def counted(*args: Any, **options: Any) -> Any:
            self._mortal.count()
            return await call(*args, **options)

        return counted
