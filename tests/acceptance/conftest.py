"""A stage for a journey: the whole system on real servers, and an ear on all that leaves it.

The broker is shared by the session. A stage reads only what is sent after it opened, so that it neither
depends on what other tests sent nor repeats their work.
"""

from __future__ import annotations

import asyncio
import json
import uuid
from collections import defaultdict
from collections.abc import AsyncIterator, Callable, Iterable
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager
from datetime import datetime, timedelta
from functools import partial
from typing import Any, Protocol

import pytest
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, TopicPartition

import handoff_templates
from orchestrator.domain.clocks.spec import ELAPSED_TIME, ClockSpec
from orchestrator.domain.commands import Command, RequestHandoff
from orchestrator.domain.events.event import Stream
from orchestrator.domain.policy import Policy
from orchestrator.wall_clock import SystemClock
from streams.settings import Settings
from streams.topics.table import DEAD_LETTER, in_topic_of, in_topics, topic_of
from tests import builders as b
from tests.servers import Broker
from tests.system import a_settings, a_worker, set_up

SOURCE = "//desk.example/journeys"


class OpenStage(Protocol):
    """Opens a stage; settings of a worker can be given by their names."""

    def __call__(self, policy: Policy, **settings: Any) -> AbstractAsyncContextManager[Stage]: ...


class Stage:
    """What a journey does and sees: it sends events, and reads what leaves."""

    def __init__(self, settings: Settings, producer: Any, consumer: Any) -> None:
        self.settings = settings
        self._producer = producer
        self._consumer = consumer
        self._records: dict[str, list[Any]] = defaultdict(list)

    async def say(self, command: Command, id: str, *, case: str = "", at: datetime | None = None) -> None:
        """Send a command as its channel would; a reply names its `case` for the key."""
        key = command.case_id if isinstance(command, RequestHandoff) else case
        record = b.a_record(command, id=id, at=at or now(), source=SOURCE, key=key)
        await self.send([(in_topic_of(command.type), record)])

    async def send(self, records: Iterable[tuple[str, Any]]) -> None:
        """Produce records, each to its topic, in their order."""
        acknowledged = [
            await self._producer.send(topic, record.value, key=record.key, headers=list(record.headers))
            for topic, record in records
        ]
        await asyncio.gather(*acknowledged)

    async def until(self, has_come: Callable[[], Any], *, within_s: float = 15) -> None:
        """Read until it has come; fail with all that came when it does not."""
        try:
            async with asyncio.timeout(within_s):
                while not has_come():
                    await self._listen(200)
        except TimeoutError:
            came = [f"{t}: {r.value[:300]!r}" for t, each in self._records.items() for r in each[-5:]]
            raise AssertionError(
                "\n".join([f"not come within {within_s} s; the last of each:", *came])
            ) from None

    async def settle(self) -> None:
        """Read all that stands on the topics now."""
        ends = await self._consumer.end_offsets(list(self._consumer.assignment()))
        while any([await self._consumer.position(place) < end for place, end in ends.items()]):
            await self._listen(200)

    def records(self, topic: str) -> list[Any]:
        """Return the raw records of a topic that came so far."""
        return self._records[topic]

    def packets(self, team: str) -> list[dict[str, Any]]:
        """Return the packets for a team."""
        return [told["packet"] for told in self._told(topic_of(Stream.PACKETS, team))]

    def lifecycle(self) -> list[tuple[str, dict[str, Any]]]:
        """Return what happened to handoffs, each as its word, such as `accepted`, and its data."""
        return self._words(topic_of(Stream.LIFECYCLE))

    def clocks(self) -> list[tuple[str, dict[str, Any]]]:
        """Return what the SLA stream said, each as `warned` or `breached` and its data."""
        return self._words(topic_of(Stream.SLA))

    def notices(self) -> list[dict[str, Any]]:
        """Return what sending teams were told."""
        return self._told(topic_of(Stream.NOTICES))

    def notifications(self) -> list[dict[str, Any]]:
        """Return what leads and managers were told."""
        return self._told(topic_of(Stream.NOTIFICATIONS))

    def dead_letters(self) -> list[Any]:
        """Return the raw dead letters."""
        return self.records(DEAD_LETTER)

    def _told(self, topic: str) -> list[dict[str, Any]]:
        return [json.loads(record.value) for record in self.records(topic)]

    def _words(self, topic: str) -> list[tuple[str, dict[str, Any]]]:
        return [
            (dict(record.headers)["ce_type"].decode().split(".")[3], json.loads(record.value))
            for record in self.records(topic)
        ]

    async def _listen(self, for_ms: int) -> None:
        for place, batch in (await self._consumer.getmany(timeout_ms=for_ms)).items():
            self._records[place.topic] += batch


def now() -> datetime:
    """Return the time of the machine, which the clocks of a journey run by."""
    return SystemClock().now()


def packaged(**budgets: timedelta) -> Policy:
    """Return the packaged templates for teams that never close: a journey is walked at any hour.

    A clock's kind and a budget shorten that clock in every kind.
    """
    policy = handoff_templates.load()
    rules = policy.rules.without_hours()
    kinds = {
        name: kind.model_copy(
            update={"clocks": tuple(_shortened(c, budgets) for c in kind.clocks), "policies": ()}
        )
        for name, kind in rules.kinds.items()
    }
    version = f"{rules.version}-short" if budgets else rules.version
    return Policy(rules.model_copy(update={"kinds": kinds, "version": version}), policy.words)


def _shortened(spec: ClockSpec, budgets: dict[str, timedelta]) -> ClockSpec:
    spec = spec.model_copy(update={"calendar": ELAPSED_TIME})
    if spec.kind not in budgets:
        return spec
    # An offset before the due instant of hours makes no sense in seconds.
    rungs = tuple(rung for rung in spec.rungs if rung.share is not None and not rung.is_ladder)
    return spec.model_copy(update={"budget": budgets[spec.kind], "rungs": rungs})


@pytest.fixture
def open_stage(broker: Broker, database: str) -> OpenStage:
    """Open the whole system with a policy, on a database of its own."""
    return partial(_stage, broker, database)


@asynccontextmanager
async def _stage(broker: Broker, database: str, policy: Policy, **over: Any) -> AsyncIterator[Stage]:
    group = f"journey-{uuid.uuid4().hex}"
    settings = a_settings(broker.bootstrap, database, is_apache=broker.is_apache, group=group, **over)
    await set_up(settings, policy)
    await begin_at_the_end(settings)
    async with AsyncExitStack() as opened:
        consumer = await opened.enter_async_context(_ear(settings, policy))
        producer = AIOKafkaProducer(
            bootstrap_servers=broker.bootstrap,
            max_request_size=8_000_000,
            # A batch of one leaves the embedded broker with an end of the log that is right.
            max_batch_size=16_384 if broker.is_apache else 1,
        )
        await producer.start()
        opened.push_async_callback(producer.stop)
        await opened.enter_async_context(a_worker(settings, policy))
        yield Stage(settings, producer, consumer)


async def begin_at_the_end(settings: Settings) -> None:
    """Let a new group pass over what other tests have sent."""
    consumer = AIOKafkaConsumer(
        bootstrap_servers=settings.kafka.bootstrap, group_id=settings.kafka.group, enable_auto_commit=False
    )
    await consumer.start()
    try:
        places = await _places(consumer, in_topics())
        consumer.assign(places)
        await consumer.commit(await _go_to_the_end(consumer, settings))
    finally:
        await consumer.stop()


@asynccontextmanager
async def _ear(settings: Settings, policy: Policy) -> AsyncIterator[Any]:
    topics = [topic_of(stream) for stream in Stream if stream is not Stream.PACKETS]
    topics += [topic_of(Stream.PACKETS, team) for team in policy.rules.teams]
    consumer = AIOKafkaConsumer(
        bootstrap_servers=settings.kafka.bootstrap,
        enable_auto_commit=False,
        # A dead letter may hold the whole of a message that was too large.
        max_partition_fetch_bytes=8_000_000,
        fetch_max_wait_ms=100,
    )
    await consumer.start()
    try:
        places = await _places(consumer, [*topics, DEAD_LETTER])
        consumer.assign(places)
        await _go_to_the_end(consumer, settings)
        yield consumer
    finally:
        await consumer.stop()


async def _go_to_the_end(consumer: Any, settings: Settings) -> dict[TopicPartition, int]:
    """Seek to where the next record of each partition will stand, and return it."""
    ends = await consumer.end_offsets(list(consumer.assignment()))
    for place, end in ends.items():
        consumer.seek(place, end)
    if settings.kafka.idempotent:
        return dict(ends)
    # The embedded broker names the place after the first record of the last batch: read over the others.
    while await consumer.getmany(timeout_ms=1_000):
        pass
    return {place: await consumer.position(place) for place in ends}


async def _places(consumer: Any, topics: Iterable[str]) -> list[TopicPartition]:
    metadata = await consumer._client.fetch_all_metadata()
    return [TopicPartition(t, number) for t in topics for number in metadata.partitions_for_topic(t) or ()]
