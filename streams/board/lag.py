"""How many events wait on the topics that come in, which no worker has stored yet."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import Any, Final

import structlog
from aiokafka import AIOKafkaConsumer
from aiokafka.errors import KafkaError

from orchestrator.ledger.floor import PostgresFloor
from orchestrator.ledger.port import LedgerUnavailable
from streams.app import NotReady, cluster_of
from streams.kafka.listener import places_of
from streams.topics.table import in_topics

log = structlog.get_logger(__name__)
_EVERY_S: Final = 2.0
_AGAIN_AFTER_S: Final = 10.0


class Lag:
    """Compares the ends of the topics with what the ledger has stored, every other second.

    Args:
        connection: how to reach the broker; None: nobody can tell.
        ledger: which knows how far workers have come.
        group: theirs.
    """

    def __init__(self, connection: Mapping[str, Any] | None, ledger: PostgresFloor, *, group: str) -> None:
        self._connection = connection
        self._ledger = ledger
        self._group = group
        self.events: int | None = None
        """How many wait; None: nobody could tell."""

    async def run(self) -> None:
        """Look until cancelled; a broker or a database that is away is waited for."""
        if self._connection is None:
            return
        while True:
            try:
                await self._watch(self._connection)
            except (KafkaError, OSError, NotReady, LedgerUnavailable) as error:
                self.events = None
                log.warning("board.lag_unknown", error=repr(error), again_in_s=_AGAIN_AFTER_S)
            except Exception:
                self.events = None
                log.exception("board.lag_failed", again_in_s=_AGAIN_AFTER_S)
            await asyncio.sleep(_AGAIN_AFTER_S)

    async def _watch(self, connection: Mapping[str, Any]) -> None:
        cluster = await cluster_of(dict(connection))
        topics = frozenset(in_topics())
        places = await places_of(connection, lambda topic: topic in topics)
        consumer = AIOKafkaConsumer(**connection, enable_auto_commit=False)
        try:
            await consumer.start()
            while True:
                ends = await consumer.end_offsets(places)
                stored = await self._ledger.progress(cluster, self._group)
                left = (end - stored.get((at.topic, at.partition), 0) for at, end in ends.items())
                self.events = sum(max(each, 0) for each in left)
                await asyncio.sleep(_EVERY_S)
        finally:
            await consumer.stop()
