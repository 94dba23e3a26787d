"""Outbox -> Kafka: one relay a shard, in order, each record once.

A relay that takes a shard over first finds out what the one before it had already sent: in strict mode
from the cursor that was committed with the records, otherwise by reading the tail of the topics back.
"""

from __future__ import annotations

import asyncio

import structlog
from aiokafka.errors import KafkaError

from orchestrator.ledger.outbox import Outbox
from orchestrator.ledger.port import LedgerUnavailable
from streams.relay.publisher import Publisher
from streams.settings import Relay as RelaySettings

log = structlog.get_logger(__name__)
_TRY_EVERY_S = 1.0
"""How long at most after the death of a relay another one takes over its shard."""


class Relay:
    """Sends what one shard of the outbox holds, while this worker is the one that may."""

    def __init__(self, outbox: Outbox, publisher: Publisher, settings: RelaySettings, *, shard: int) -> None:
        self._outbox = outbox
        self._publisher = publisher
        self._settings = settings
        self._shard = shard
        self._written = asyncio.Event()
        self._stopping = False

    def wake(self) -> None:
        """Say that there is something new to send."""
        self._written.set()

    def stop(self) -> None:
        """Send what is there, then end."""
        self._stopping = True
        self._written.set()

    async def run(self) -> None:
        """Send until stopped."""
        while not self._stopping:
            try:
                if await self._outbox.hold():
                    await self._lead()
            except LedgerUnavailable as error:
                log.warning("relay.ledger_unavailable", shard=self._shard, error=str(error))
            except (KafkaError, OSError) as error:
                log.warning("relay.broker_unavailable", shard=self._shard, error=repr(error))
            finally:
                await self._publisher.close()
                await self._outbox.release()
            if not self._stopping:
                await self._wait(_TRY_EVERY_S)

    async def _lead(self) -> None:
        log.info("relay.leads", shard=self._shard, strict=self._settings.strict)
        await self._publisher.open()
        already_sent = await self._publisher.already_sent(await self._outbox.in_doubt())
        if already_sent:
            log.info("relay.found_sent", shard=self._shard, records=len(already_sent))
            await self._outbox.settle(already_sent)
        while True:
            self._written.clear()
            batch = await self._outbox.pending(self._settings.batch)
            if not batch:
                if self._stopping:
                    return
                await self._wait(self._settings.every.total_seconds())
                continue
            await self._publisher.send(batch, self._outbox)
            await self._outbox.settle([each.id for each in batch])

    async def _wait(self, seconds: float) -> None:
        try:
            async with asyncio.timeout(seconds):
                await self._written.wait()
        except TimeoutError:
            return
