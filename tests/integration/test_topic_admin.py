"""`topics plan` and `topics apply` on a real broker."""

from __future__ import annotations

import asyncio
import uuid
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from aiokafka.admin import AIOKafkaAdminClient
from aiokafka.admin.config_resource import ConfigResource, ConfigResourceType

from streams.topics.admin import TopicAdminError, apply, plan
from streams.topics.spec import TopicSpec
from streams.topics.table import all_topics
from tests.servers import Broker

pytestmark = pytest.mark.broker


@pytest.fixture
def connection(broker: Broker) -> dict[str, Any]:
    return {"bootstrap_servers": broker.bootstrap}


@pytest.fixture
async def admin(broker: Broker) -> AsyncIterator[AIOKafkaAdminClient]:
    client = AIOKafkaAdminClient(bootstrap_servers=broker.bootstrap)
    await client.start()
    yield client
    await client.close()


@pytest.fixture
async def table(admin: AIOKafkaAdminClient) -> AsyncIterator[list[TopicSpec]]:
    """The whole table for one team, under names of this test alone."""
    prefix = f"h3-{uuid.uuid4().hex[:8]}."
    specs = [
        replace(spec, name=prefix + spec.name) for spec in all_topics(["tier-2"], partitions=3, replication=1)
    ]
    yield specs
    await admin.delete_topics([spec.name for spec in specs])


async def test_what_is_planned_is_created_and_then_in_order(
    connection: dict[str, Any], table: list[TopicSpec]
) -> None:
    before = await plan(connection, table)
    assert before.create == tuple(table)

    lines = await apply(connection, before)

    assert len(lines) == len(table)
    after = await plan(connection, table)
    assert after.is_in_order, after.lines()
    assert after.in_order == tuple(spec.name for spec in table)
    assert await apply(connection, after) == []


async def test_planning_creates_nothing(
    connection: dict[str, Any], table: list[TopicSpec], admin: AIOKafkaAdminClient
) -> None:
    await plan(connection, table)
    assert not {spec.name for spec in table} & set(await admin.list_topics())


async def test_two_who_apply_the_same_plan_do_not_disturb_each_other(
    connection: dict[str, Any], table: list[TopicSpec]
) -> None:
    planned = await plan(connection, table)
    await apply(connection, planned)
    await apply(connection, planned)
    assert (await plan(connection, table)).is_in_order


async def test_fewer_partitions_are_an_obstacle(connection: dict[str, Any], table: list[TopicSpec]) -> None:
    await apply(connection, await plan(connection, table))
    smaller = [replace(spec, partitions=2) if spec.is_for_workers else spec for spec in table]
    planned = await plan(connection, smaller)
    assert [obstacle.topic for obstacle in planned.cannot] == [spec.name for spec in smaller[:3]]
    assert "cannot shrink" in planned.cannot[0].why
    assert not planned.create
    assert not planned.grow


async def test_what_the_embedded_broker_has_no_request_for_is_said(
    connection: dict[str, Any], table: list[TopicSpec], broker: Broker
) -> None:
    if broker.is_apache:
        pytest.skip("this broker can do it all")
    await apply(connection, await plan(connection, table))
    other = [replace(spec, partitions=4, retention=timedelta(hours=1)) for spec in table[:3]]
    planned = await plan(connection, other)
    assert not planned.grow
    assert not planned.change
    assert {obstacle.topic for obstacle in planned.cannot} == {spec.name for spec in other}
    assert await apply(connection, planned, grow=True) == []


@pytest.mark.apache_kafka
async def test_topics_grow_only_when_that_is_asked_for(
    connection: dict[str, Any], table: list[TopicSpec]
) -> None:
    await apply(connection, await plan(connection, table))
    larger = [replace(spec, partitions=6) if spec.is_for_workers else spec for spec in table]

    planned = await plan(connection, larger)
    assert [growth.topic for growth in planned.grow] == [spec.name for spec in larger[:3]]
    assert await apply(connection, planned) == []
    assert (await plan(connection, larger)).grow

    await apply(connection, planned, grow=True)
    assert (await plan(connection, larger)).is_in_order


@pytest.mark.apache_kafka
async def test_settings_are_put_right_and_those_of_others_stay(
    connection: dict[str, Any], table: list[TopicSpec], admin: AIOKafkaAdminClient
) -> None:
    await apply(connection, await plan(connection, table))
    name = table[0].name
    wrong = {**table[0].configs, "retention.ms": "1000", "segment.ms": "3600000"}
    await admin.alter_configs([ConfigResource(ConfigResourceType.TOPIC, name, wrong)])

    planned = await plan(connection, table)
    for _ in range(100):
        if planned.change:
            break
        await asyncio.sleep(0.05)
        planned = await plan(connection, table)
    assert [change.topic for change in planned.change] == [name]
    assert planned.change[0].present == {"retention.ms": "1000"}
    await apply(connection, planned)

    assert (await plan(connection, table)).is_in_order
    [answer] = await admin.describe_configs([ConfigResource(ConfigResourceType.TOPIC, name)])
    settings = {entry[0]: entry[1] for entry in answer.resources[0][4]}
    assert settings["segment.ms"] == "3600000"
    assert settings["max.message.bytes"] == str(table[0].max_message_bytes)


@pytest.mark.apache_kafka
async def test_a_refusal_names_the_topic(connection: dict[str, Any], table: list[TopicSpec]) -> None:
    planned = await plan(connection, [replace(table[0], replication=9), table[1]])
    with pytest.raises(TopicAdminError, match=table[0].name):
        await apply(connection, planned)
