"""Reads what is on topics without a consumer group: nobody else is disturbed, and nothing is remembered."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Literal

from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.admin import AIOKafkaAdminClient

from streams.kafka.tolerant_records import sendable, tolerate_any_header_name
from streams.topics.table import DEAD_LETTER

Start = Literal["beginning", "end"]
_MAX_BYTES = 16 * 1024 * 1024
_TICK_MS = 60
_BATCH = 500


class NoTopics(Exception):
    """None of the wanted topics exists."""


@dataclass(frozen=True, slots=True)
class Heard:
    """A record as it was read; `data` is the JSON of its value, or the text where it is none."""

    topic: str
    partition: int
    offset: int
    key: str | None
    headers: dict[str, str | None]
    data: Any
    appended_at: datetime

    @property
    def is_dead_letter(self) -> bool:
        """Whether it is a message that was given up."""
        return self.topic == DEAD_LETTER

    @property
    def id(self) -> str:
        """Its own id, by which a duplicate is known."""
        name = "handoff_dead-letter-id" if self.is_dead_letter else "ce_id"
        return self.headers.get(name) or ""

    @property
    def type(self) -> str:
        """The CloudEvents type."""
        return self.headers.get("ce_type") or ""

    @property
    def at(self) -> datetime:
        """When it happened; when it was appended, where it does not say."""
        name = "handoff_first-failed-at" if self.is_dead_letter else "ce_time"
        try:
            return datetime.fromisoformat(self.headers.get(name) or "")
        except ValueError:
            return self.appended_at

    def as_json(self) -> dict[str, Any]:
        """Return it as `handoff tail --json` prints it."""
        return {
            "topic": self.topic,
            "partition": self.partition,
            "offset": self.offset,
            "key": self.key,
            "type": self.type,
            "id": self.id,
            "time": self.at.isoformat().replace("+00:00", "Z"),
            "headers": self.headers,
            "data": self.data,
        }


@asynccontextmanager
async def follow(
    connection: Mapping[str, Any], wanted: Callable[[str], bool], *, start: Start
) -> AsyncIterator[AsyncIterator[list[Heard]]]:
    """Read every partition of the wanted topics, for ever; inside the block the positions are fixed.

    Yields what has come, several times a second, also when nothing has.

    Raises `NoTopics` when there is nothing to read.
    """
    places = await places_of(connection, wanted)
    if not places:
        raise NoTopics("the broker does not have these topics yet: run `handoff topics apply`")
    tolerate_any_header_name()
    consumer = AIOKafkaConsumer(
        **connection,
        enable_auto_commit=False,
        isolation_level="read_committed",
        # Or its own reset to the end, in the background, overtakes the seek.
        auto_offset_reset="earliest" if start == "beginning" else "latest",
        max_partition_fetch_bytes=_MAX_BYTES,
        fetch_max_wait_ms=50,
    )
    consumer.assign(places)
    await consumer.start()
    try:
        await (consumer.seek_to_beginning if start == "beginning" else consumer.seek_to_end)(*places)
        for place in places:
            await consumer.position(place)
        yield _batches(consumer)
    finally:
        await consumer.stop()


def heard(record: Any) -> Heard:
    """Return a Kafka record in a form that can be printed, whatever its bytes."""
    return Heard(
        topic=record.topic,
        partition=record.partition,
        offset=record.offset,
        key=_text(record.key),
        headers={sendable(name): _text(value) for name, value in record.headers},
        data=_data(record.value),
        appended_at=datetime.fromtimestamp(record.timestamp / 1000, UTC),
    )


def _text(value: bytes | None) -> str | None:
    return None if value is None else value.decode(errors="replace")


def _data(value: bytes | None) -> Any:
    try:
        return json.loads(value) if value is not None else None
    except (ValueError, RecursionError):
        return _text(value)


async def places_of(connection: Mapping[str, Any], wanted: Callable[[str], bool]) -> list[TopicPartition]:
    # Listed, never asked for by name: some brokers create the topic that somebody asks about.
    admin = AIOKafkaAdminClient(**connection)
    try:
        await admin.start()
        topics = await admin.describe_topics()
    finally:
        await admin.close()
    return [
        TopicPartition(topic["topic"], partition["partition"])
        for topic in topics
        if wanted(topic["topic"])
        for partition in topic["partitions"]
    ]


async def _batches(consumer: AIOKafkaConsumer) -> AsyncIterator[list[Heard]]:
    while True:
        fetched = await consumer.getmany(timeout_ms=_TICK_MS, max_records=_BATCH)
        records = [record for each in fetched.values() for record in each]
        yield [heard(record) for record in sorted(records, key=lambda r: r.timestamp)]
