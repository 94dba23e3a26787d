"""What faust-streaming does, as far as we rely on it or keep away from it: see docs/decisions/0012.

Each test fails when a later version behaves otherwise, so that the record can be read again.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import time
import uuid
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, TopicPartition
from aiokafka.admin import AIOKafkaAdminClient, NewTopic

from streams.settings import Kafka
from tests.servers import Broker

pytestmark = pytest.mark.broker

Put = Callable[[Any], Awaitable[None]]


@pytest.fixture(autouse=True)
def policy_of_loops_stays_as_it_was() -> Iterator[None]:
    """Faust's choice of uvloop is one for the whole process."""
    policy = asyncio.get_event_loop_policy()
    yield
    asyncio.set_event_loop_policy(policy)


class Log:
    """A topic of one partition, and a group that reads it."""

    def __init__(self, broker: Broker, folder: Path) -> None:
        self.kafka = Kafka(bootstrap=broker.bootstrap, idempotent=broker.is_apache, group=uuid.uuid4().hex)
        self.topic = f"faust.{uuid.uuid4().hex}"
        self.folder = folder

    async def create(self) -> None:
        """Make the topic."""
        admin = AIOKafkaAdminClient(bootstrap_servers=self.kafka.bootstrap)
        await admin.start()
        await admin.create_topics([NewTopic(self.topic, 1, 1)])
        await admin.close()

    async def send(self, values: Sequence[bytes | None]) -> None:
        """Append values, each with the key `k`."""
        async with AIOKafkaProducer(bootstrap_servers=self.kafka.bootstrap) as producer:
            for value in values:
                await producer.send_and_wait(self.topic, value, key=b"k", partition=0)

    async def compact(self, keys: Sequence[bytes]) -> None:
        """Append a message for each key, and wait until only the last of each is left."""
        admin = AIOKafkaAdminClient(bootstrap_servers=self.kafka.bootstrap)
        await admin.start()
        settings = {
            "cleanup.policy": "compact",
            "segment.ms": "100",
            "min.cleanable.dirty.ratio": "0.001",
            "max.compaction.lag.ms": "100",
        }
        self.topic = f"compacted.{uuid.uuid4().hex}"
        await admin.create_topics([NewTopic(self.topic, 1, 1, topic_configs=settings)])
        await admin.close()
        async with AIOKafkaProducer(bootstrap_servers=self.kafka.bootstrap) as producer:
            for key in keys:
                await producer.send_and_wait(self.topic, b"value", key=key, partition=0)
            deadline = time.monotonic() + 60
            while len(await self.read()) > len(set(keys)) + 3:
                assert time.monotonic() < deadline, "the broker does not compact"
                await asyncio.sleep(1)
                # A segment ends only when something is written after its time.
                await producer.send_and_wait(self.topic, b"value", key=keys[-1], partition=0)

    async def read(self) -> list[int]:
        """Return the offsets of all messages."""
        place = TopicPartition(self.topic, 0)
        async with AIOKafkaConsumer(bootstrap_servers=self.kafka.bootstrap) as consumer:
            consumer.assign([place])
            await consumer.seek_to_beginning(place)
            offsets: list[int] = []
            while fetched := await consumer.getmany(timeout_ms=1_000):
                offsets += [record.offset for record in fetched[place]]
            return offsets

    async def committed(self) -> int:
        """Return the group's offset."""
        place = TopicPartition(self.topic, 0)
        async with AIOKafkaConsumer(
            bootstrap_servers=self.kafka.bootstrap,
            group_id=f"{self.kafka.group}-context",
            enable_auto_commit=False,
        ) as consumer:
            consumer.assign([place])
            return await consumer.committed(place) or 0

    async def until_committed(self, offset: int, *, within_s: float = 20) -> None:
        """Wait for the group's offset."""
        deadline = time.monotonic() + within_s
        while (found := await self.committed()) < offset:
            assert time.monotonic() < deadline, f"{found} and not {offset} after {within_s} s"
            await asyncio.sleep(0.2)

    @contextlib.asynccontextmanager
    async def ours(self, put: Put) -> AsyncIterator[Any]:
        """Run our application until the end of the block."""
        from streams.context.faust_app import context_app

        async with running(context_app(self.kafka, [self.topic], put, folder=self.folder)) as app:
            yield app

    @contextlib.asynccontextmanager
    async def agent(self, body: Callable[[Any], Awaitable[None]]) -> AsyncIterator[Any]:
        """Run an agent as Faust's documentation teaches it, with its own acknowledgements."""
        from streams.context.faust_app import context_app

        app = context_app(self.kafka, [], _nothing, folder=self.folder)
        channel = app.topic(self.topic, value_type=bytes, value_serializer="raw")
        app.agents.clear()
        app.agent(channel, concurrency=1, name="taught")(body)
        async with running(app):
            yield app


async def _nothing(_: Any) -> None:
    return None


@contextlib.asynccontextmanager
async def running(app: Any) -> AsyncIterator[Any]:
    """Start an application, and stop it whatever happens."""
    try:
        async with asyncio.timeout(40):
            await app.start()
        yield app
    finally:
        if app._consumer is not None:
            app.consumer.unacked.clear()
        async with asyncio.timeout(20):
            await app.stop()


@pytest.fixture
async def log(broker: Broker, tmp_path: Path) -> Log:
    log = Log(broker, tmp_path)
    await log.create()
    return log


async def until(condition: Callable[[], bool], *, within_s: float = 20) -> None:
    """Wait until something is so."""
    deadline = time.monotonic() + within_s
    while not condition():
        assert time.monotonic() < deadline
        await asyncio.sleep(0.05)


async def test_an_agent_that_raises_has_acknowledged_the_event(log: Log) -> None:
    """Why no exception may leave the body of an agent."""
    seen: list[bytes] = []

    async def body(stream: Any) -> None:
        async for value in stream:
            if value == b"5" and b"5" not in seen:
                seen.append(value)
                raise RuntimeError("a bug")
            seen.append(value)

    await log.send([b"%d" % n for n in range(10)])
    async with log.agent(body):
        await until(lambda: b"9" in seen)
        await log.until_committed(10)
    assert seen.count(b"5") == 1


async def test_a_take_whose_body_raises_has_acknowledged_the_whole_batch(log: Log) -> None:
    """Why batches are not made by `take`."""
    taken: list[Sequence[bytes]] = []

    async def body(stream: Any) -> None:
        async for values in stream.take(5, within=1.0):
            taken.append(values)
            raise RuntimeError("a bug")

    await log.send([b"%d" % n for n in range(5)])
    async with log.agent(body):
        await log.until_committed(5)
    assert [value for values in taken for value in values] == [b"%d" % n for n in range(5)]


async def test_what_is_not_acknowledged_by_hand_is_read_again(log: Log) -> None:
    """What we rely on: an event that was handed over, and not stored, comes again after the next start."""
    first: list[int] = []
    again: list[int] = []

    async def store_two(event: Any) -> None:
        first.append(event.message.offset)
        if event.message.offset < 2:
            event.ack()

    async def store_all(event: Any) -> None:
        again.append(event.message.offset)
        event.ack()

    await log.send([b"%d" % n for n in range(5)])
    async with log.ours(store_two):
        await until(lambda: len(first) == 5)
        await log.until_committed(2)
    assert await log.committed() == 2
    async with log.ours(store_all):
        await log.until_committed(5)
    assert first == [0, 1, 2, 3, 4]
    assert again == [2, 3, 4]


async def test_events_can_be_acknowledged_long_after_the_body_has_gone_on(log: Log) -> None:
    waiting: list[Any] = []

    async def collect(event: Any) -> None:
        waiting.append(event)

    await log.send([b"%d" % n for n in range(20)])
    async with log.ours(collect):
        await until(lambda: len(waiting) == 20)
        await asyncio.sleep(2.5)
        assert await log.committed() == 0
        for event in waiting:
            event.ack()
        await log.until_committed(20)


async def test_a_null_comes_as_a_message_and_crashes_nothing(log: Log) -> None:
    values: list[bytes | None] = []

    async def collect(event: Any) -> None:
        values.append(event.message.value)
        event.ack()

    await log.send([b"\xff\xfe", None, b"", b"plain"])
    async with log.ours(collect) as app:
        await log.until_committed(4)
        assert not app.crashed
    assert values == [b"\xff\xfe", None, b"", b"plain"]


@pytest.mark.apache_kafka
async def test_what_compaction_has_taken_away_does_not_stop_the_commit(log: Log) -> None:
    """Without our help Faust would wait for ever for the offsets behind 0 that are not there any more."""
    await log.compact([b"first", *[b"same"] * 50, b"last"])
    offsets: list[int] = []

    async def collect(event: Any) -> None:
        offsets.append(event.message.offset)
        event.ack()

    async with log.ours(collect):
        await until(lambda: len(offsets) >= 3)
        assert offsets[:2] == [0, 50], "the test is about a gap behind the first offset"
        await log.until_committed(offsets[-1] + 1)


async def test_no_port_is_opened(log: Log) -> None:
    """By default Faust serves its tables to everybody who can reach the machine."""
    before = _listening()
    async with log.ours(_nothing) as app:
        assert not app.conf.web_enabled
        await asyncio.sleep(0.5)
        assert _listening() <= before


def _listening() -> set[str]:
    """Return the sockets on which this process takes connections, by inode."""
    own = set()
    for descriptor in Path("/proc/self/fd").iterdir():
        with contextlib.suppress(OSError):
            own.add(os.readlink(descriptor).removeprefix("socket:[").removesuffix("]"))
    listening = set()
    for table in ("tcp", "tcp6"):
        for line in Path(f"/proc/self/net/{table}").read_text().splitlines()[1:]:
            columns = line.split()
            if columns[3] == "0A":
                listening.add(columns[9])
    return own & listening
