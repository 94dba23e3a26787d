"""Where a log really ends."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from aiokafka import AIOKafkaConsumer, TopicPartition

from streams.kafka.tolerant_records import tolerate_any_header_name

TrueEnds = Callable[[Mapping[TopicPartition, int]], Awaitable[dict[TopicPartition, int]]]
_POLL_MS = 500


async def true_ends(
    connection: Mapping[str, Any], reported: Mapping[TopicPartition, int]
) -> dict[TopicPartition, int]:
    """Return the ends of logs as reading them tells, which is never less than what the broker reported.

    The embedded broker reports the place after the first record of the last batch, Apache Kafka the end.
    """
    ends = dict(reported)
    if not any(ends.values()):
        # Nothing to look at; and a consumer that is stopped as soon as it has started ends in an error.
        return ends
    tolerate_any_header_name()
    consumer = AIOKafkaConsumer(**connection, enable_auto_commit=False)
    consumer.assign(list(reported))
    try:
        await consumer.start()
        for tp, end in reported.items():
            consumer.seek(tp, max(end - 1, 0))
        left = {tp for tp, end in reported.items() if end}
        # Batches are read whole: what comes of the last one says where it ends.
        while left and (fetched := await consumer.getmany(*left, timeout_ms=_POLL_MS)):
            ends |= {tp: max(ends[tp], records[-1].offset + 1) for tp, records in fetched.items()}
            left -= set(fetched)
    finally:
        await consumer.stop()
    return ends
