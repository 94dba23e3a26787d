"""Brings records to one endpoint."""

from __future__ import annotations

import asyncio
from datetime import datetime, timedelta
from typing import Any

import structlog

from orchestrator.wall_clock import WallClock
from streams.notify import bodies
from streams.notify.answer import Answer, Reason, Verdict
from streams.notify.endpoint import Endpoint
from streams.notify.notification import Notification, Unreadable, read
from streams.notify.poster import Poster
from streams.notify.retries import Pause, Retries
from streams.notify.undelivered import Undelivered, headers_of

log = structlog.get_logger(__name__)


class Delivery:
    """What happens to each record, whatever Kafka does meanwhile."""

    def __init__(
        self,
        endpoint: Endpoint,
        poster: Poster,
        retries: Retries,
        undelivered: Undelivered,
        clock: WallClock,
        *,
        concurrency: int,
    ) -> None:
        self._endpoint = endpoint
        self._poster = poster
        self._retries = retries
        self._undelivered = undelivered
        self._clock = clock
        self._slots = asyncio.Semaphore(concurrency)
        self._closed_until: datetime | None = None
        """An endpoint that asks for a pause asks it for all, not only for the one that it refused."""

    async def bring(self, record: Any, pause: Pause) -> None:
        """Return once the endpoint has taken the record, does not want it, or it is among the undelivered.

        What `pause` raises ends it; then the record has to be brought again.
        """
        try:
            notification = read(record)
        except Unreadable as error:
            await self._give_up(record, Answer(None, str(error)), Reason.UNREADABLE, 0, None, pause)
            return
        if not self._endpoint.wants(notification.told):
            return
        try:
            body = bodies.render(self._endpoint.format, notification)
        except Exception as error:
            log.exception("notify.not_rendered", endpoint=self._endpoint.name, notification=notification.id)
            await self._give_up(record, Answer(None, repr(error)), Reason.NOT_RENDERED, 0, None, pause)
            return

        async def attempt() -> Answer:
            await self._until_open(pause)
            async with self._slots:
                # It may have been closed, or the round, while this one stood in the queue.
                await self._until_open(pause)
                return await self._poster.post(notification.id, body)

        def on_retry(answer: Answer, attempts: int, wait_s: float) -> None:
            self._close_for(self._retries.asked_for(answer))
            self._say("notify.retry", notification, answer, attempts, retry_in_s=round(wait_s, 3))

        outcome = await self._retries.run(attempt, pause, on_retry)
        if outcome.reason is None:
            self._say("notify.delivered", notification, outcome.answer, outcome.attempts)
            return
        await self._give_up(
            record, outcome.answer, outcome.reason, outcome.attempts, outcome.first_failed_at, pause
        )

    async def _until_open(self, pause: Pause) -> None:
        await pause(0)
        while self._closed_until is not None and (wait := self._closed_until - self._clock.now()):
            if wait <= timedelta(0):
                self._closed_until = None
                return
            await pause(wait.total_seconds())

    def _close_for(self, time: timedelta) -> None:
        if time > timedelta(0):
            until = self._clock.now() + time
            self._closed_until = max(until, self._closed_until or until)

    async def _give_up(
        self,
        record: Any,
        answer: Answer,
        reason: Reason,
        attempts: int,
        first_failed_at: datetime | None,
        pause: Pause,
    ) -> None:
        headers = headers_of(
            record,
            endpoint=self._endpoint.name,
            reason=reason.value,
            message=str(answer),
            status=answer.status,
            attempts=attempts,
            first_failed_at=first_failed_at or self._clock.now(),
        )
        await self._undelivered.put(record, headers, pause)
        log.error(
            "notify.undelivered",
            endpoint=self._endpoint.name,
            reason=reason.value,
            status=answer.status,
            attempts=attempts,
            topic=record.topic,
            partition=record.partition,
            offset=record.offset,
            do="mend the endpoint or its entry in the file; the record is kept on the undelivered topic",
        )

    def _say(
        self, event: str, notification: Notification, answer: Answer, attempts: int, **more: Any
    ) -> None:
        # Not the answer's text: it may repeat what a customer wrote.
        level = log.info if answer.verdict is Verdict.TAKEN else log.warning
        error = {} if answer.status is not None else {"error": answer.text}
        level(
            event,
            endpoint=self._endpoint.name,
            notification=notification.id,
            status=answer.status,
            attempts=attempts,
            **error,
            **more,
        )
