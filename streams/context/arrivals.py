"""Records of Kafka clients to messages as they stood on their topics."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from orchestrator.inbound import Origin
from streams.context.decoding import Arrival


def arrival_of(record: Any) -> Arrival:
    """Return a record of aiokafka, whose timestamp counts milliseconds."""
    return _arrival(record, record.timestamp / 1000 if record.timestamp is not None else None)


def arrival_of_faust(message: Any) -> Arrival:
    """Return a message of Faust, whose timestamp counts seconds."""
    return _arrival(message, message.timestamp)


def _arrival(record: Any, timestamp_s: float | None) -> Arrival:
    headers = tuple(record.headers or ())
    origin = Origin(record.topic, record.partition, record.offset, record.key, record.value, headers)
    if timestamp_s is None or timestamp_s < 0:
        # Kafka writes -1 where a producer gave no time.
        return Arrival(origin, None)
    return Arrival(origin, datetime.fromtimestamp(timestamp_s, UTC))
