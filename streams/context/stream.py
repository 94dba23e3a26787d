"""Kafka -> Faust -> the context store: read in batches, stored, then acknowledged, in that order."""

from __future__ import annotations

import asyncio
import tempfile
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

import structlog
from aiokafka.errors import KafkaError

from orchestrator.ledger.context import ContextStore
from orchestrator.ledger.port import LedgerUnavailable
from orchestrator.wall_clock import WallClock
from streams.context.arrivals import arrival_of_faust
from streams.context.batches import Batches
from streams.context.writer import Notes, Writer
from streams.intake.bisect import FailureLimit
from streams.settings import Context, Kafka

log = structlog.get_logger(__name__)
_MOST_BYTES = 16 * 1024 * 1024
"""Of one batch, but for its last message."""
_REJOIN_AFTER_S = 1.0
_STOP_WITHIN_S = 15.0


class StopFailed(Exception):
    """Faust does not end: its threads still run, and the process has to be ended."""


class ContextStream:
    """Brings what sources observe into the store, until it is stopped."""

    def __init__(
        self,
        kafka: Kafka,
        topics: Sequence[str],
        store: ContextStore,
        clock: WallClock,
        settings: Context,
        *,
        notes: Notes | None = None,
    ) -> None:
        self._kafka = kafka
        self._topics = topics
        self._settings = settings
        self._stopping = asyncio.Event()
        self._writer = Writer(
            store,
            clock,
            FailureLimit(settings.dead_letters_per_minute),
            notes=notes,
            wanted=lambda: not self._stopping.is_set(),
        )

    def stop(self) -> None:
        """Finish the batch in flight, acknowledge it, leave the group."""
        self._stopping.set()

    async def run(self, *, on_ready: Callable[[], None] = lambda: None) -> None:
        """Read until stopped.

        Raises:
            TooManyFailures: our own code fails on too many messages.
            StopFailed: Faust hangs.
        """
        while not self._stopping.is_set():
            with tempfile.TemporaryDirectory(prefix="handoff-context-") as folder:
                try:
                    await self._session(Path(folder), on_ready)
                except (KafkaError, OSError) as error:
                    log.warning("context.broker_unavailable", error=repr(error))
            with suppress(TimeoutError):
                async with asyncio.timeout(_REJOIN_AFTER_S):
                    await self._stopping.wait()

    async def _session(self, folder: Path, on_ready: Callable[[], None]) -> None:
        """Take part in the group once, until stopped or until Faust crashes."""
        from streams.context.faust_app import context_app  # takes longer than most commands run

        async def store(events: Sequence[Any]) -> None:
            if not await self._store(events):
                _abandon(app)

        batches: Batches[Any] = Batches(
            store,
            size=self._settings.batch,
            most_bytes=_MOST_BYTES,
            within_s=self._settings.within.total_seconds(),
        )

        async def put(event: Any) -> None:
            await batches.put(event, len(event.message.value or b""))

        app = context_app(self._kafka, self._topics, put, folder=folder)
        working = asyncio.create_task(batches.run(), name="context.batches")
        try:
            await _first(working, app.start(), self._stopping.wait(), app.wait())
            if not (app.crashed or self._stopping.is_set()):
                log.info("context.started", group=app.conf.id)
                on_ready()
                await _first(working, self._stopping.wait(), app.wait())
            if app.crashed:
                log.warning("context.crashed", error=repr(app.crash_reason), do="nothing: it joins anew")
        finally:
            await _stop(app, working)

    async def _store(self, events: Sequence[Any]) -> bool:
        """Store a batch and acknowledge it; return whether that was done before we had to stop."""
        try:
            await self._writer.write([arrival_of_faust(event.message) for event in events])
        except LedgerUnavailable:
            if not self._stopping.is_set():
                raise
            log.warning("context.unstored", messages=len(events), do="nothing: they are read again")
            return False
        for event in events:
            event.ack()
        return True


async def _first(working: asyncio.Task[None], *others: Any) -> None:
    """Wait until one of them ends, raise what it raises, and cancel the others."""
    tasks = [asyncio.ensure_future(other) for other in others]
    try:
        done, _ = await asyncio.wait([working, *tasks], return_when=asyncio.FIRST_COMPLETED)
        for task in done:
            task.result()
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


async def _stop(app: Any, working: asyncio.Task[None]) -> None:
    if working.done():
        _abandon(app)
    try:
        async with asyncio.timeout(_STOP_WITHIN_S):
            await app.stop()
    except TimeoutError:
        raise StopFailed(f"Faust did not stop within {_STOP_WITHIN_S:.0f} s") from None
    finally:
        working.cancel()
        await asyncio.gather(working, return_exceptions=True)


def _abandon(app: Any) -> None:
    """Let Faust not wait for what nobody will acknowledge; it commits nothing of it."""
    app.consumer.unacked.clear()
