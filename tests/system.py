"""The whole system in one process, on real servers, for tests: a worker, a producer, and a reader."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Iterable, Mapping
from contextlib import asynccontextmanager
from typing import Any

from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, TopicPartition
from aiokafka.record.default_records import _DefaultRecordBatchBuilderPy

from orchestrator.domain.policy import Policy
from orchestrator.ledger import schema
from streams.app import Worker
from streams.settings import Kafka, Postgres, Settings, connection
from streams.topics import admin as topic_admin
from streams.topics.table import all_topics
from tests import builders as b


def a_settings(bootstrap: str, dsn: str, *, is_apache: bool = True, **over: Any) -> Settings:
    """Return settings for these servers; topics and group carry no prefix: one broker, one test at a time."""
    kafka = Kafka(bootstrap=bootstrap, idempotent=is_apache, partitions=3, group=over.pop("group", "handoff"))
    return Settings(kafka=kafka, postgres=Postgres(dsn=dsn), **over)  # type: ignore[arg-type]


async def set_up(settings: Settings, policy: Policy) -> None:
    """Make the schema and the topics."""
    dsn = settings.postgres.dsn
    assert dsn is not None
    await schema.upgrade(dsn.get_secret_value())
    kafka = connection(settings.kafka)
    table = all_topics(
        policy.rules.teams, partitions=settings.kafka.partitions, replication=settings.kafka.replication
    )
    await topic_admin.apply(kafka, await topic_admin.plan(kafka, table))


@asynccontextmanager
async def a_worker(settings: Settings, policy: Policy | None = None) -> AsyncIterator[Worker]:
    """Run a worker until the end of the block, then stop it as SIGTERM would."""
    stopping, ready = asyncio.Event(), asyncio.Event()
    worker = Worker(settings, policy=policy)
    task = asyncio.create_task(worker.run(stopping, on_ready=ready.set))
    waiting = asyncio.create_task(ready.wait())
    await asyncio.wait([task, waiting], return_when=asyncio.FIRST_COMPLETED)
    waiting.cancel()
    if task.done():
        await task
    try:
        yield worker
    finally:
        stopping.set()
        await task


async def send(settings: Settings, records: Iterable[tuple[str, b.Record]]) -> None:
    """Produce records, each with its topic."""
    producer = AIOKafkaProducer(bootstrap_servers=settings.kafka.bootstrap, max_request_size=8_000_000)
    await producer.start()
    try:
        for topic, record in records:
            await producer.send_and_wait(topic, record.value, key=record.key, headers=list(record.headers))
    finally:
        await producer.stop()


async def send_as_one_batch(
    kafka: Mapping[str, Any], place: TopicPartition, records: Iterable[b.Record]
) -> None:
    """Produce records as one batch, with the names of headers as they are."""
    producer = AIOKafkaProducer(**kafka)
    await producer.start()
    try:
        batch = producer.create_batch()
        # The compiled one takes no `RawName`.
        batch._builder = _DefaultRecordBatchBuilderPy(2, 0, 0, -1, -1, -1, 1_000_000)
        for record in records:
            batch.append(timestamp=None, key=record.key, value=record.value, headers=record.headers)
        await (await producer.send_batch(batch, place.topic, partition=place.partition))
    finally:
        await producer.stop()


async def read(
    settings: Settings, topics: Iterable[str], *, until: Callable[[list[Any]], bool], within_s: float = 30
) -> list[Any]:
    """Read topics from their beginning until enough is there; fail when it does not come."""
    consumer = AIOKafkaConsumer(
        bootstrap_servers=settings.kafka.bootstrap,
        auto_offset_reset="earliest",
        isolation_level="read_committed",
    )
    await consumer.start()
    records: list[Any] = []
    try:
        places = [
            TopicPartition(topic, number)
            for topic in topics
            for number in (await consumer._client.fetch_all_metadata()).partitions_for_topic(topic) or ()
        ]
        consumer.assign(places)
        await consumer.seek_to_beginning(*places)
        async with asyncio.timeout(within_s):
            while not until(records):
                for batch in (await consumer.getmany(timeout_ms=200)).values():
                    records += batch
    except TimeoutError:
        raise AssertionError(f"only {len(records)} records came within {within_s} s") from None
    finally:
        await consumer.stop()
    return records
