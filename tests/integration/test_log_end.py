"""A batch is read to its last record, also where the broker names the place after its first as the end."""

from __future__ import annotations

import uuid
from typing import Any

import pytest
from aiokafka import TopicPartition
from aiokafka.admin import AIOKafkaAdminClient, NewTopic

from orchestrator.wall_clock import SystemClock
from streams.kafka.log_end import true_ends
from streams.relay import read_back
from tests import builders as b
from tests.servers import Broker
from tests.system import send_as_one_batch

pytestmark = pytest.mark.broker

_KEY = b"0"


@pytest.fixture
async def places(broker: Broker) -> list[TopicPartition]:
    """Two partitions of a topic of the test's own."""
    topic = f"ends-{uuid.uuid4().hex}"
    admin = AIOKafkaAdminClient(bootstrap_servers=broker.bootstrap)
    await admin.start()
    await admin.create_topics([NewTopic(topic, 2, 1)])
    await admin.close()
    return [TopicPartition(topic, 0), TopicPartition(topic, 1)]


def some(*ids: str) -> list[b.Record]:
    return [b.Record(_KEY, [("ce_id", id.encode())], f'["{id}"]'.encode()) for id in ids]


def to(broker: Broker) -> dict[str, Any]:
    return {"bootstrap_servers": broker.bootstrap}


async def test_the_end_is_after_the_last_record(broker: Broker, places: list[TopicPartition]) -> None:
    full, empty = places
    await send_as_one_batch(to(broker), full, some("0", "1", "2"))
    await send_as_one_batch(to(broker), full, some("3", "4", "5", "6", "7"))

    # What the embedded broker says, and what Apache Kafka says.
    for reported in (4, 8):
        assert await true_ends(to(broker), {full: reported, empty: 0}) == {full: 8, empty: 0}


async def test_all_of_the_last_batch_is_read_back(broker: Broker, places: list[TopicPartition]) -> None:
    since = SystemClock().now()
    await send_as_one_batch(to(broker), places[0], some("0", "1", "2"))
    await send_as_one_batch(to(broker), places[0], some("3", "4", "5", "6", "7"))
    await send_as_one_batch(to(broker), places[1], some("8", "9"))

    assert await read_back.event_ids(to(broker), places, since) == set("0123456789")
    assert await read_back.last_cursor(to(broker), places[0].topic, int(_KEY)) == {"7"}
