"""Sends the messages of a test and notes where each came to stand; a broker that is away is waited for."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from typing import Any

from aiokafka import AIOKafkaProducer
from aiokafka.errors import KafkaError

from bench.faults.message import Message, Step
from bench.faults.site import Run
from orchestrator.wall_clock import SystemClock

Place = tuple[str, int, int]
_AT_ONCE = 200
_AGAIN_AFTER_S = 0.5


class Sender:
    """Sends, until each message is acknowledged."""

    def __init__(self, producer: Any) -> None:
        self._producer = producer
        self._clock = SystemClock()
        self.messages: dict[str, Message] = {}
        self.places: dict[Place, str] = {}

    async def tell(self, steps: Iterable[Step], *, per_second: float | None = None) -> None:
        """Send steps as they happen, now."""
        began = asyncio.get_running_loop().time()
        batch: list[Message] = []
        for number, step in enumerate(steps):
            batch.append(step(self._clock.now()))
            if per_second is not None:
                ahead = began + number / per_second - asyncio.get_running_loop().time()
                if ahead > 0.05:
                    await self.send(batch)
                    batch = []
                    await asyncio.sleep(ahead)
            if len(batch) >= _AT_ONCE:
                await self.send(batch)
                batch = []
        await self.send(batch)

    async def send(self, messages: list[Message]) -> None:
        """Send messages and return once all are acknowledged."""
        left = list(messages)
        while left:
            sent = [(message, await self._begin(message)) for message in left]
            left = []
            for message, future in sent:
                if not await self._arrived(message, future):
                    left.append(message)
            if left:
                await asyncio.sleep(_AGAIN_AFTER_S)

    async def _begin(self, message: Message) -> Any:
        self.messages[message.id] = message
        while True:
            try:
                return await self._producer.send(
                    message.topic, message.value, key=message.key, headers=message.headers
                )
            except KafkaError:
                await asyncio.sleep(_AGAIN_AFTER_S)

    async def _arrived(self, message: Message, future: Any) -> bool:
        try:
            at = await future
        except KafkaError:
            return False
        self.places[at.topic, at.partition, at.offset] = message.id
        return True


@asynccontextmanager
async def sender(run: Run) -> AsyncIterator[Sender]:
    """Connect a sender."""
    producer = AIOKafkaProducer(
        **run.kafka, acks="all", enable_idempotence=True, max_request_size=8_000_000, linger_ms=5
    )
    await producer.start()
    try:
        yield Sender(producer)
    finally:
        await producer.stop()
