"""A broker and a database of one's own, durable, ended and removed with the run."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import asyncpg
from aiokafka.admin import AIOKafkaAdminClient, NewTopic

from orchestrator.ledger import schema
from tests.servers import ApacheKafka, LocalPostgres, server_folder

PARTITIONS = 6
_TEMPLATE = "bench_template"


@dataclass(frozen=True)
class Servers:
    """Where the servers of this run are reached, and where contestants may keep files."""

    bootstrap: str
    dsn: str
    folder: Path
    _numbers: Iterator[int] = field(default_factory=lambda: count(1), repr=False)

    @property
    def kafka(self) -> dict[str, str]:
        """What a Kafka client of aiokafka is given to connect."""
        return {"bootstrap_servers": self.bootstrap}

    async def prepare(self) -> None:
        """Make the database that fresh ones are copies of."""
        await self._execute(f'CREATE DATABASE "{_TEMPLATE}"')
        await schema.upgrade(self._dsn_of(_TEMPLATE))

    async def fresh_database(self) -> str:
        """Return the DSN of a new database with the ledger's schema."""
        name = f"bench_{next(self._numbers)}"
        await self._execute(f'CREATE DATABASE "{name}" TEMPLATE "{_TEMPLATE}"')
        return self._dsn_of(name)

    async def create_topics(self, names: Sequence[str]) -> None:
        """Create topics of one replica, as the broker has one node."""
        admin = AIOKafkaAdminClient(**self.kafka)
        await admin.start()
        try:
            await admin.create_topics([NewTopic(name, PARTITIONS, 1) for name in names])
        finally:
            await admin.close()

    def _dsn_of(self, name: str) -> str:
        return urlunsplit(urlsplit(self.dsn)._replace(path=f"/{name}"))

    async def _execute(self, statement: str) -> None:
        connection = await asyncpg.connect(self.dsn)
        try:
            await connection.execute(statement)
        finally:
            await connection.close()


@contextlib.contextmanager
def servers() -> Iterator[Servers]:
    """Start both servers in a folder of their own; stop them and remove it whatever happens."""
    with server_folder() as folder:
        kafka = ApacheKafka(folder / "kafka")
        with kafka, LocalPostgres(folder / "postgres") as postgres:
            yield Servers(kafka.bootstrap, postgres.dsn, folder)


async def require_durable(dsn: str) -> dict[str, str]:
    """Return the database's settings of durability.

    Raises:
        RuntimeError: one of them is off, so that figures would not be comparable.
    """
    connection = await asyncpg.connect(dsn)
    try:
        found = {
            name: str(await connection.fetchval("SELECT current_setting($1)", name))
            for name in ("fsync", "synchronous_commit", "full_page_writes", "server_version")
        }
    finally:
        await connection.close()
    off = [name for name, value in found.items() if value == "off"]
    if off:
        raise RuntimeError(f"PostgreSQL runs with {', '.join(off)} off: switch it on")
    return found
