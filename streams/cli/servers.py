"""A broker and a PostgreSQL on this machine, ready to work with: tables, topics and all."""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable
from contextlib import asynccontextmanager
from pathlib import Path

from aiokafka.admin import AIOKafkaAdminClient

from orchestrator.domain.policy import Policy
from orchestrator.ledger import reading, schema
from orchestrator.ledger.connection import unavailable_is_said
from streams.app import cluster_of
from streams.cli.output import note
from streams.cli.places import dsn_of, kafka_of, with_addresses
from streams.cli.topics import table_of
from streams.embedded import EmbeddedBroker, EmbeddedPostgres
from streams.embedded.ports import free_port, is_free
from streams.settings import Settings
from streams.topics import admin as topic_admin
from streams.topics.table import in_topics

_PORT = "broker.port"
_POLL_S = 0.05


@asynccontextmanager
async def servers(
    settings: Settings,
    folder: Path,
    loading: Awaitable[Policy],
    *,
    on_step: Callable[[str], None] = lambda _: None,
) -> AsyncIterator[Settings]:
    """Start what the settings give no address of, set it up, and yield settings with all addresses.

    `loading` says which teams have topics. Everything is kept in `folder`, except what the broker holds.
    Raises `EmbeddedError` when one does not start.
    """
    prepare(folder)
    broker: EmbeddedBroker | None = None
    database: EmbeddedPostgres | None = None
    addresses: dict[str, str] = {}
    try:
        if not settings.postgres.dsn:
            on_step("starting PostgreSQL")
            database = EmbeddedPostgres(folder / "postgres")
            addresses["dsn"] = await asyncio.to_thread(database.start)
        if not settings.kafka.bootstrap:
            on_step("starting the broker")
            broker = EmbeddedBroker(folder / "broker", port=_kept_port(folder))
            addresses["bootstrap"] = await broker.start()
        ready = with_addresses(settings, addresses)
        on_step("preparing tables and topics")
        await _set_up(ready, (await loading).rules.teams)
        yield ready
    finally:
        if broker is not None:
            broker.stop()
        if database is not None:
            await asyncio.to_thread(database.stop)


def prepare(folder: Path) -> None:
    """Make a folder that PostgreSQL can enter, which runs as another user when root starts it."""
    folder.mkdir(parents=True, exist_ok=True)
    if os.geteuid() == 0:
        folder.chmod(0o711)


async def until_reading(settings: Settings, stopping: asyncio.Event) -> None:
    """Wait until every partition that comes in is read by a worker, or until `stopping` is set."""
    kafka = kafka_of(settings)
    cluster = await cluster_of(kafka)
    admin = AIOKafkaAdminClient(**kafka)
    try:
        await admin.start()
        topics = await admin.describe_topics()
    finally:
        await admin.close()
    wanted = sum(len(topic["partitions"]) for topic in topics if topic["topic"] in in_topics())
    async with reading.reading(dsn_of(settings)) as db:
        while await reading.claimed_partitions(db, cluster) < wanted:
            try:
                async with asyncio.timeout(_POLL_S):
                    await stopping.wait()
                    return
            except TimeoutError:
                continue


async def _set_up(settings: Settings, teams: Iterable[str]) -> None:
    async with unavailable_is_said():
        await schema.upgrade(dsn_of(settings))
    kafka = kafka_of(settings)
    await topic_admin.apply(kafka, await topic_admin.plan(kafka, table_of(settings, teams)))


def _kept_port(folder: Path) -> int:
    """Return the port of the last start, so that whoever knows the address still finds the broker."""
    file = folder / _PORT
    try:
        port = int(file.read_text())
    except (OSError, ValueError):
        port = 0
    if not port or not is_free(port):
        if port:
            note(f"port {port} is taken by another program: the broker moves to a new one")
        port = free_port()
        file.write_text(f"{port}\n")
    return port
