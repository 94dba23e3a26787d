"""A consumer that reads topics from their end on and hands every record over as soon as it is there."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable
from typing import Any

from aiokafka import AIOKafkaConsumer, TopicPartition

from bench.load import IN_TOPIC
from bench.servers import PARTITIONS


@contextlib.asynccontextmanager
async def reading(kafka: dict[str, str], topic: str, on_record: Callable[[Any], None]) -> AsyncIterator[None]:
    """Call `on_record` with everything that arrives on `topic` while the block lasts."""
    consumer = AIOKafkaConsumer(**kafka, auto_offset_reset="latest")
    places = [TopicPartition(topic, number) for number in range(PARTITIONS)]
    await consumer.start()
    try:
        consumer.assign(places)
        await consumer.seek_to_end(*places)

        async def read() -> None:
            async for record in consumer:
                on_record(record)

        task = asyncio.create_task(read())
        try:
            yield
        finally:
            task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await task
    finally:
        await consumer.stop()


async def skip_the_load(kafka: dict[str, str], group: str) -> None:
    """Let `group` begin at the end of the in-topic, behind the load of the throughput."""
    consumer = AIOKafkaConsumer(**kafka, group_id=group, enable_auto_commit=False)
    places = [TopicPartition(IN_TOPIC, number) for number in range(PARTITIONS)]
    await consumer.start()
    try:
        consumer.assign(places)
        await consumer.commit(await consumer.end_offsets(places))
    finally:
        await consumer.stop()
