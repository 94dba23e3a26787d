"""What is in Kafka already: asked once, by a relay that takes over from one that died."""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from aiokafka import AIOKafkaConsumer, TopicPartition

from streams.kafka.tolerant_records import tolerate_any_header_name
from streams.messages.dead_letters import origin_of

_CLOCKS_DIFFER_BY = timedelta(seconds=10)
"""How far the clocks of a broker, a database and two workers may be apart."""
_POLL_MS = 500


async def event_ids(
    connection: dict[str, Any], places: Iterable[TopicPartition], since: datetime
) -> set[str]:
    """Return the ids of the events that were appended to these partitions since `since`."""
    found: set[str] = set()
    async for record in _tail(connection, sorted(places), since):
        event = dict(record.headers).get("ce_id")
        dead_letter = origin_of(record.headers)
        if dead_letter is not None:
            found.add(dead_letter)
        elif event is not None:
            found.add(event.decode(errors="replace"))
    return found


async def last_cursor(connection: dict[str, Any], topic: str, shard: int) -> set[str]:
    """Return the ids of the events of the last batch that a relay of this shard committed."""
    cursor: set[str] = set()
    key = str(shard).encode()
    async for record in _tail(connection, [TopicPartition(topic, 0)], None):
        if record.key == key:
            cursor = set(json.loads(record.value))
    return cursor


async def _tail(connection: dict[str, Any], places: list[TopicPartition], since: datetime | None) -> Any:
    tolerate_any_header_name()
    consumer = AIOKafkaConsumer(**connection, isolation_level="read_committed", enable_auto_commit=False)
    consumer.assign(places)
    await consumer.start()
    try:
        ends = {tp: end for tp, end in (await consumer.end_offsets(places)).items() if end > 0}
        starts = await _starts(consumer, list(ends), since)
        for tp in ends:
            consumer.seek(tp, starts[tp])
        open_ = {tp for tp in ends if starts[tp] < ends[tp]}
        while open_:
            fetched = await consumer.getmany(*open_, timeout_ms=_POLL_MS)
            for records in fetched.values():
                # Also those beyond the end: the embedded broker says that it is after the first of a batch.
                for record in records:
                    yield record
            # A transaction's markers are offsets without a record: the position tells, not the records.
            open_ = {tp for tp in open_ if await consumer.position(tp) < ends[tp]}
    finally:
        await consumer.stop()


async def _starts(
    consumer: AIOKafkaConsumer, places: list[TopicPartition], since: datetime | None
) -> dict[TopicPartition, int]:
    if not places:
        return {}
    starts: dict[TopicPartition, int] = await consumer.beginning_offsets(places)
    if since is not None:
        at_ms = int((since - _CLOCKS_DIFFER_BY).timestamp() * 1000)
        by_time = await consumer.offsets_for_times(dict.fromkeys(places, at_ms))
        ends = await consumer.end_offsets(places)
        starts = {tp: by_time[tp].offset if by_time.get(tp) else ends[tp] for tp in places}
    return starts
