"""`handoff notify`: a courier for each endpoint, side by side."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from contextlib import AsyncExitStack
from typing import Any

import structlog
from aiokafka.admin import AIOKafkaAdminClient

from orchestrator.domain.events.event import Stream
from orchestrator.wall_clock import SystemClock, WallClock
from streams.app import NotReady, cluster_of
from streams.notify.courier import Courier
from streams.notify.delivery import Delivery
from streams.notify.endpoint import Endpoint
from streams.notify.poster import Poster
from streams.notify.retries import Retries
from streams.notify.undelivered import Undelivered
from streams.settings import Settings, connection
from streams.topics.table import UNDELIVERED, topic_of

log = structlog.get_logger(__name__)
_STOP_WITHIN_S = 15.0


class Sender:
    """Sends notifications to endpoints until it is stopped; several share the work."""

    def __init__(
        self, settings: Settings, endpoints: Sequence[Endpoint], *, clock: WallClock | None = None
    ) -> None:
        self._settings = settings
        self._endpoints = endpoints
        self._clock = clock or SystemClock()

    async def run(self, stopping: asyncio.Event, *, on_ready: Callable[[], None] = lambda: None) -> None:
        """Send until `stopping` is set. `on_ready` is called when every endpoint has its partitions.

        Raises:
            NotReady: there is no broker, or it lacks the topics.
        """
        kafka = connection(self._settings.kafka)
        await cluster_of(kafka)
        await _require_topics(kafka)
        async with AsyncExitStack() as opened:
            undelivered = Undelivered(kafka, idempotent=self._settings.kafka.idempotent)
            opened.push_async_callback(undelivered.close)
            couriers = [
                self._courier(
                    kafka, endpoint, await opened.enter_async_context(self._poster(endpoint)), undelivered
                )
                for endpoint in self._endpoints
            ]
            log.info("notify.started", endpoints={each.name: each.host for each in self._endpoints})
            await _run_all(couriers, stopping, on_ready)
        log.info("notify.stopped")

    def _poster(self, endpoint: Endpoint) -> Poster:
        return Poster(endpoint, self._clock, connections=self._settings.notify.concurrency)

    def _courier(
        self, kafka: dict[str, Any], endpoint: Endpoint, poster: Poster, undelivered: Undelivered
    ) -> Courier:
        settings = self._settings.notify
        delivery = Delivery(
            endpoint,
            poster,
            Retries(settings, self._clock),
            undelivered,
            self._clock,
            concurrency=settings.concurrency,
        )
        group = f"{self._settings.kafka.group}-notify-{endpoint.name}"
        return Courier(kafka, delivery.bring, settings, self._clock, name=endpoint.name, group=group)


async def _run_all(
    couriers: Sequence[Courier], stopping: asyncio.Event, on_ready: Callable[[], None]
) -> None:
    async with asyncio.TaskGroup() as tasks:
        running = [tasks.create_task(courier.run()) for courier in couriers]

        async def say_ready() -> None:
            for courier in couriers:
                await courier.is_reading.wait()
            on_ready()

        saying = tasks.create_task(say_ready())
        await stopping.wait()
        saying.cancel()
        for courier in couriers:
            courier.stop()
        _, late = await asyncio.wait(running, timeout=_STOP_WITHIN_S)
        for task in late:
            log.warning("notify.stop_forced", do="nothing: what was not committed is sent again, with its id")
            task.cancel()


async def _require_topics(kafka: dict[str, Any]) -> None:
    admin = AIOKafkaAdminClient(**kafka)
    await admin.start()
    try:
        missing = {topic_of(Stream.NOTIFICATIONS), UNDELIVERED} - set(await admin.list_topics())
    finally:
        await admin.close()
    if missing:
        raise NotReady(f"topics are missing: {', '.join(sorted(missing))}: run `handoff topics apply`")
