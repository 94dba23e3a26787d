"""The servers of the suite, and for each test a database, a consumer group and a place to read from."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import asyncpg
from aiokafka import AIOKafkaConsumer, TopicPartition

from bench.faults.proxied_kafka import ProxiedKafka
from bench.faults.rules import faults_policy
from orchestrator.ledger import schema
from streams.topics import admin as topic_admin
from streams.topics.spec import Direction, TopicSpec
from streams.topics.table import all_topics
from tests.servers import LocalPostgres, server_folder

Ends = dict[TopicPartition, int]


@dataclass(frozen=True)
class Run:
    """One test under way: what is before its beginning on the topics belongs to others."""

    name: str
    bootstrap: str
    dsn: str
    folder: Path
    group: str
    since: Ends
    strict: bool
    env: dict[str, str]

    @property
    def kafka(self) -> dict[str, str]:
        """What a client of aiokafka is given to connect."""
        return {"bootstrap_servers": self.bootstrap}

    @property
    def since_in(self) -> Ends:
        """Where the in-topics began."""
        return {tp: offset for tp, offset in self.since.items() if tp.topic in IN_TOPICS}


@dataclass
class Site:
    """A broker and a database server that may be killed."""

    kafka: ProxiedKafka
    postgres: LocalPostgres
    folder: Path
    partitions: int
    _numbers: Iterator[int] = field(default_factory=lambda: count(1), repr=False)
    _has_topics: bool = False

    async def begin(self, name: str, *, strict: bool = False, **env: object) -> Run:
        """Make a fresh ledger and a fresh consumer group for a test; `env` are settings of its workers."""
        connection = {"bootstrap_servers": self.kafka.bootstrap}
        if not self._has_topics:
            await topic_admin.apply(connection, await topic_admin.plan(connection, _table(self.partitions)))
            self._has_topics = True
        number = next(self._numbers)
        group = f"faults-{number}"
        dsn = await self._database(f"faults_{number}")
        since = await ends(connection)
        await _commit(connection, group, {tp: o for tp, o in since.items() if tp.topic in IN_TOPICS})
        settings = {
            "HANDOFF_KAFKA__BOOTSTRAP": self.kafka.bootstrap,
            "HANDOFF_KAFKA__GROUP": group,
            "HANDOFF_POSTGRES__DSN": dsn,
            "HANDOFF_RELAY__STRICT": str(strict).lower(),
            **{name: str(value) for name, value in env.items()},
        }
        return Run(name, self.kafka.bootstrap, dsn, self.folder, group, since, strict, settings)

    async def _database(self, name: str) -> str:
        connection = await asyncpg.connect(self.postgres.dsn)
        try:
            await connection.execute(f'CREATE DATABASE "{name}"')
        finally:
            await connection.close()
        dsn = urlunsplit(urlsplit(self.postgres.dsn)._replace(path=f"/{name}"))
        await schema.upgrade(dsn)
        return dsn


IN_TOPICS = frozenset(row.name for row in all_topics(()) if row.direction is Direction.IN)


@contextlib.contextmanager
def site(partitions: int = 6) -> Iterator[Site]:
    """Start both servers in a folder of their own; end them and remove it whatever happens."""
    with server_folder() as folder:
        kafka = ProxiedKafka(folder / "kafka")
        postgres = LocalPostgres(folder / "postgres")
        with kafka, postgres:
            yield Site(kafka, postgres, folder, partitions)


def _table(partitions: int) -> list[TopicSpec]:
    return all_topics(faults_policy().rules.teams, partitions=partitions)


async def ends(connection: dict[str, str]) -> Ends:
    """Return how far every partition of our topics was written."""
    async with _consumer(connection) as consumer:
        cluster = await consumer._client.fetch_all_metadata()
        names = [name for name in cluster.topics() if name.startswith("support.")]
        # Asked for one by one, leaders would take a tenth of a second each.
        await consumer._client.set_topics(names)
        places = [
            TopicPartition(name, number)
            for name in names
            for number in cluster.partitions_for_topic(name) or ()
        ]
        found: Ends = await consumer.end_offsets(places)
        return found


async def _commit(connection: dict[str, str], group: str, offsets: Ends) -> None:
    async with _consumer(connection, group_id=group, enable_auto_commit=False) as consumer:
        consumer.assign(list(offsets))
        await consumer.commit(offsets)


@contextlib.asynccontextmanager
async def _consumer(connection: dict[str, str], **options: object) -> AsyncIterator[AIOKafkaConsumer]:
    consumer = AIOKafkaConsumer(**connection, **options, isolation_level="read_committed")
    async with asyncio.timeout(60):
        await consumer.start()
    try:
        yield consumer
    finally:
        await consumer.stop()
