"""The servers that everything else is tested on do what the tests rely on."""

from __future__ import annotations

import asyncio
import signal
import subprocess
import sys
import uuid
from collections.abc import Iterator
from pathlib import Path

import asyncpg
import pytest
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer
from aiokafka.admin import AIOKafkaAdminClient, NewTopic

from streams.embedded import EmbeddedBroker, EmbeddedError, EmbeddedPostgres
from tests.servers import Broker, LocalPostgres, Postgres, server_folder


@pytest.fixture
def folder() -> Iterator[Path]:
    with server_folder() as made:
        yield made


async def cluster_id_of(bootstrap: str) -> str:
    admin = AIOKafkaAdminClient(bootstrap_servers=bootstrap)
    await admin.start()
    try:
        return str((await admin.describe_cluster())["cluster_id"])
    finally:
        await admin.close()


async def create_topic(bootstrap: str, name: str) -> None:
    admin = AIOKafkaAdminClient(bootstrap_servers=bootstrap)
    await admin.start()
    try:
        await admin.create_topics([NewTopic(name, num_partitions=1, replication_factor=1)])
    finally:
        await admin.close()


async def read(bootstrap: str, topic: str, count: int, **options: object) -> list[bytes | None]:
    consumer = AIOKafkaConsumer(
        topic, bootstrap_servers=bootstrap, auto_offset_reset="earliest", group_id=None, **options
    )
    await consumer.start()
    try:
        async with asyncio.timeout(10):
            return [(await consumer.getone()).value for _ in range(count)]
    finally:
        await consumer.stop()


async def fetch_value(dsn: str, query: str) -> object:
    connection = await asyncpg.connect(dsn, timeout=5)
    try:
        return await connection.fetchval(query)
    finally:
        await connection.close()


async def execute(dsn: str, *statements: str) -> None:
    connection = await asyncpg.connect(dsn, timeout=5)
    try:
        for statement in statements:
            await connection.execute(statement)
    finally:
        await connection.close()


class TestEmbeddedBroker:
    async def test_carries_a_record_and_forgets_it_with_its_cluster_id(self, folder: Path) -> None:
        server = EmbeddedBroker(folder)
        bootstrap = await server.start()
        try:
            await create_topic(bootstrap, "chat.handoff")
            async with AIOKafkaProducer(bootstrap_servers=bootstrap) as producer:
                await producer.send_and_wait("chat.handoff", b"hello")
            assert await read(bootstrap, "chat.handoff", 1) == [b"hello"]
            first_id = await cluster_id_of(bootstrap)
        finally:
            server.stop()

        again = EmbeddedBroker(folder, port=int(bootstrap.rpartition(":")[2]))
        assert await again.start() == bootstrap
        try:
            assert await cluster_id_of(bootstrap) != first_id
            admin = AIOKafkaAdminClient(bootstrap_servers=bootstrap)
            await admin.start()
            assert "chat.handoff" not in await admin.list_topics()
            await admin.close()
        finally:
            again.stop()

    async def test_does_not_mistake_another_broker_on_its_port_for_itself(self, folder: Path) -> None:
        server = EmbeddedBroker(folder / "one")
        bootstrap = await server.start()
        second = EmbeddedBroker(folder / "two", port=int(bootstrap.rpartition(":")[2]))
        try:
            with pytest.raises(EmbeddedError, match=r"broker\.log"):
                await second.start()
        finally:
            server.stop()


class TestEmbeddedPostgres:
    async def test_keeps_a_row_over_stop_and_start(self, folder: Path) -> None:
        server = EmbeddedPostgres(folder)
        dsn = server.start()
        try:
            await execute(dsn, "CREATE TABLE kept (word text)", "INSERT INTO kept VALUES ('still here')")
            server.stop()
            assert server.start() == dsn
            assert await fetch_value(dsn, "SELECT word FROM kept") == "still here"
        finally:
            server.stop()

    async def test_keeps_a_row_over_kill_9_in_the_middle_of_a_query(self, folder: Path) -> None:
        with LocalPostgres(folder) as server:
            await execute(server.dsn, "CREATE TABLE kept (n int)", "INSERT INTO kept VALUES (7)")
            connection = await asyncpg.connect(server.dsn)
            busy = asyncio.create_task(connection.execute("SELECT pg_sleep(30)"))
            await asyncio.sleep(0.05)
            server.kill()
            server.start()
            assert await fetch_value(server.dsn, "SELECT n FROM kept") == 7
            with pytest.raises((asyncpg.PostgresError, asyncpg.InterfaceError, OSError)):
                await busy
            connection.terminate()

    async def test_is_durable(self, folder: Path) -> None:
        with LocalPostgres(folder) as server:
            assert await fetch_value(server.dsn, "SHOW fsync") == "on"
            assert await fetch_value(server.dsn, "SHOW synchronous_commit") == "on"
            assert await fetch_value(server.dsn, "SHOW max_connections") == "200"

    def test_starts_in_a_folder_too_deep_for_a_socket(self, folder: Path) -> None:
        server = EmbeddedPostgres(folder / ("deep" * 20) / ("deeper" * 10))
        dsn = server.start()
        server.stop()
        assert "deep" not in dsn

    @pytest.mark.parametrize("victims", ["os.getpid()", "server.pid, os.getpid()"], ids=["us", "all"])
    def test_starts_again_after_kill_9_of(self, folder: Path, victims: str) -> None:
        program = (
            "import os, pathlib, sys; from streams.embedded import EmbeddedPostgres;"
            "server = EmbeddedPostgres(pathlib.Path(sys.argv[1])); server.start();"
            "print(server.pid, os.getsid(server.pid) == os.getsid(0), flush=True);"
            f"[os.kill(pid, 9) for pid in [{victims}]]"
        )
        done = subprocess.run(
            [sys.executable, "-c", program, str(folder)], capture_output=True, text=True, check=False
        )
        assert done.returncode == -signal.SIGKILL, done.stderr
        pid, same_session = done.stdout.split()
        assert same_session == "False", "Ctrl-C in the terminal would reach it"
        server = EmbeddedPostgres(folder)
        server.start()
        try:
            assert server.pid != int(pid), "it outlived the process that started it"
        finally:
            server.stop()


async def test_a_fresh_database_is_empty_and_drops_with_open_connections(postgres: Postgres) -> None:
    name = f"test_{uuid.uuid4().hex}"
    dsn = postgres.create_database(name)
    connection = await asyncpg.connect(dsn)
    assert await connection.fetchval("SELECT current_database()") == name
    assert await connection.fetchval("SELECT count(*) FROM pg_tables WHERE schemaname = 'public'") == 0
    postgres.drop_database(name)
    connection.terminate()
    with pytest.raises(asyncpg.InvalidCatalogNameError):
        await asyncpg.connect(dsn)


@pytest.mark.apache_kafka
async def test_a_committed_reader_sees_committed_records_only(broker: Broker) -> None:
    topic = f"servers.{uuid.uuid4().hex}"
    await create_topic(broker.bootstrap, topic)
    producer = AIOKafkaProducer(bootstrap_servers=broker.bootstrap, transactional_id=topic)
    async with producer:
        await producer.begin_transaction()
        await producer.send_and_wait(topic, b"taken back")
        await producer.abort_transaction()
        async with producer.transaction():
            await producer.send_and_wait(topic, b"kept")
    assert await read(broker.bootstrap, topic, 1, isolation_level="read_committed") == [b"kept"]
