"""What an endpoint did not take: the record as it came, and headers that say why."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

import structlog
from aiokafka import AIOKafkaProducer
from aiokafka.errors import KafkaError

from streams.kafka.giving_up import give_up
from streams.kafka.tolerant_records import sendable
from streams.notify.retries import Pause
from streams.topics.table import UNDELIVERED

log = structlog.get_logger(__name__)
_KIP_1034: Final = "__streams.errors."
_RETRY_S: Final = 2.0
_MAX_REQUEST_BYTES: Final = 2 * 1024 * 1024


def headers_of(
    record: Any,
    *,
    endpoint: str,
    reason: str,
    message: str,
    status: int | None,
    attempts: int,
    first_failed_at: datetime,
) -> list[tuple[str, bytes | None]]:
    """Return the original headers, and those that say why, as dead letters have them."""
    added = {
        "handoff_endpoint": endpoint,
        "handoff_reason-code": reason,
        "handoff_attempts": str(attempts),
        "handoff_first-failed-at": first_failed_at.isoformat(),
        "handoff_status": "" if status is None else str(status),
        "kafka_dlt-original-topic": record.topic,
        f"{_KIP_1034}exception": reason,
        f"{_KIP_1034}message": message,
        f"{_KIP_1034}topic": record.topic,
        f"{_KIP_1034}partition": str(record.partition),
        f"{_KIP_1034}offset": str(record.offset),
    }
    original = ((sendable(name), value) for name, value in record.headers)
    return [*original, *((name, value.encode(errors="replace")) for name, value in added.items())]


class Undelivered:
    """The topic of what was given up, with a producer that is started by the first such record."""

    def __init__(self, connection: Mapping[str, Any], *, idempotent: bool) -> None:
        self._connection = connection
        self._idempotent = idempotent
        self._producer: Any = None
        self._opening = asyncio.Lock()

    async def put(self, record: Any, headers: list[tuple[str, bytes | None]], pause: Pause) -> None:
        """Return once the broker has acknowledged the record; while it is away, try again and again."""
        while True:
            producer = None
            try:
                producer = await self._open()
                await producer.send_and_wait(UNDELIVERED, record.value, key=record.key, headers=headers)
            except KafkaError as error:
                log.warning("notify.broker_unavailable", error=repr(error), retry_in_s=_RETRY_S)
                # One that lost its sequence of numbers stays broken; another may have a new one already.
                if producer is self._producer:
                    await self.close()
                await pause(_RETRY_S)
            else:
                return

    async def close(self) -> None:
        """Close the producer; the next record starts another."""
        producer, self._producer = self._producer, None
        if producer is not None:
            await give_up(producer)

    async def _open(self) -> Any:
        async with self._opening:
            if self._producer is None:
                producer = AIOKafkaProducer(
                    **self._connection,
                    acks="all",
                    enable_idempotence=self._idempotent,
                    max_request_size=_MAX_REQUEST_BYTES,
                    request_timeout_ms=15_000,
                )
                try:
                    await producer.start()
                except BaseException:
                    await producer.stop()
                    raise
                self._producer = producer
            return self._producer
