"""Sends batches of records with a producer of its own, and knows which records an earlier one had sent."""

from __future__ import annotations

import asyncio
import json
from collections import defaultdict
from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import Any

from aiokafka import AIOKafkaProducer, TopicPartition
from aiokafka.errors import UnknownTopicOrPartitionError
from aiokafka.partitioner import DefaultPartitioner

from orchestrator.ledger.outbox import InDoubt, Outbox, Outgoing
from streams.kafka.giving_up import give_up
from streams.relay import read_back
from streams.relay.outgoing import Record, record_of, topic_of_outgoing
from streams.topics.table import RELAY_CURSOR

_BATCH_BYTES = 1_000_000
_MAX_REQUEST_BYTES = 16 * 1024 * 1024
"""A dead letter holds the whole of a message that was too large."""
_REQUEST_TIMEOUT_MS = 15_000


class Publisher:
    """Publishes for one relay. Idempotent where the broker can; in strict mode transactional as well."""

    def __init__(
        self,
        connection: dict[str, Any],
        *,
        source: str,
        shard: int,
        group: str,
        strict: bool,
        idempotent: bool = True,
    ) -> None:
        self._connection = connection
        self._source = source
        self._shard = shard
        self._group = group
        self._strict = strict
        self._idempotent = idempotent
        self._producer: Any = None
        self._partitions: dict[str, int] = {}
        """Topic -> its partitions, as this producer found them."""
        self._partition_of: Callable[[bytes, int], int] = _partition_of

    async def open(self) -> None:
        """Start a new producer. In strict mode this fences every earlier one of the shard."""
        options: dict[str, Any] = {"enable_idempotence": self._idempotent, "acks": "all"}
        if self._strict:
            options["transactional_id"] = f"{self._group}-relay-{self._shard}"
        producer = AIOKafkaProducer(
            **self._connection,
            **options,
            max_batch_size=_BATCH_BYTES,
            max_request_size=_MAX_REQUEST_BYTES,
            request_timeout_ms=_REQUEST_TIMEOUT_MS,
            client_id=f"{self._group}-relay-{self._shard}",
        )
        await producer.start()
        self._producer = producer
        self._partitions.clear()

    async def close(self) -> None:
        """Close the producer; what it has not sent is sent again by the next."""
        producer, self._producer = self._producer, None
        if producer is not None:
            await give_up(producer)

    async def already_sent(self, in_doubt: Sequence[InDoubt]) -> list[int]:
        """Return the outbox ids of those records that are in Kafka already."""
        if not in_doubt:
            return []
        if self._strict:
            cursor = await read_back.last_cursor(self._connection, RELAY_CURSOR, self._shard)
            return [each.id for each in in_doubt if each.event_id in cursor]
        expected = {each.event_id: each for each in in_doubt}
        places = {await self._place(topic_of_outgoing(each.stream, each.team), each.key) for each in in_doubt}
        since = min(each.created_at for each in in_doubt)
        found = await read_back.event_ids(self._connection, places, since)
        return [each.id for event, each in expected.items() if event in found]

    async def send(self, batch: Sequence[Outgoing], outbox: Outbox) -> None:
        """Send a batch and return once the broker has acknowledged all of it.

        Raises:
            KafkaError: some of it may have been sent; close, open, and ask `already_sent`.
        """
        if not self._strict:
            await self._send(batch, outbox)
            return
        async with self._producer.transaction():
            await self._send(batch, outbox)
            cursor = json.dumps([each.event_id for each in batch]).encode()
            await self._producer.send_and_wait(
                RELAY_CURSOR, cursor, key=str(self._shard).encode(), partition=0
            )

    async def _send(self, batch: Sequence[Outgoing], outbox: Outbox) -> None:
        by_place: dict[TopicPartition, list[Record]] = defaultdict(list)
        for each in batch:
            record = await record_of(each, self._source, outbox)
            by_place[await self._place(record.topic, each.key)].append(record)
        sent: list[Any] = []
        for place, records in by_place.items():
            builder = self._producer.create_batch()
            for record in records:
                if not _append(builder, record):
                    sent.append(
                        await self._producer.send_batch(builder, place.topic, partition=place.partition)
                    )
                    builder = self._producer.create_batch()
                    _append(builder, record)
            sent.append(await self._producer.send_batch(builder, place.topic, partition=place.partition))
        await asyncio.gather(*sent)

    async def _place(self, topic: str, key: str | None) -> TopicPartition:
        count = self._partitions.get(topic)
        if count is None:
            count = len(await self._producer.partitions_for(topic))
            if not count:
                raise UnknownTopicOrPartitionError(f"{topic}: create it with `handoff topics apply`")
            self._partitions[topic] = count
        return TopicPartition(topic, self._partition_of((key or "").encode(), count))


def _append(builder: Any, record: Record) -> bool:
    added = builder.append(timestamp=None, key=record.key, value=record.value, headers=record.headers)
    return added is not None


@lru_cache(maxsize=10_000)
def _partition_of(key: bytes, count: int) -> int:
    """Place a key as every Kafka client does, so that in- and out-topics agree on a case's partition."""
    partition: int = DefaultPartitioner()(key, list(range(count)), [])
    return partition
