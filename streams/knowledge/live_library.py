"""A library that takes in what a knowledge base publishes while a worker runs."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, Final

import structlog
from aiokafka import AIOKafkaConsumer

from orchestrator.domain.errors import Refused
from orchestrator.domain.knowledge import REVIEW_EVERY, SHOWN, Enquiry, Found
from orchestrator.knowledge import Library
from orchestrator.knowledge.shelf import Shelf
from streams.context.arrivals import arrival_of
from streams.kafka.listener import places_of
from streams.kafka.tolerant_records import tolerate_any_header_name
from streams.knowledge.article_topic import ARTICLES
from streams.knowledge.publications import publication_of
from streams.messages.faults import Refusal

log = structlog.get_logger(__name__)
TOPIC: Final = ARTICLES.name
_TICK_MS: Final = 500
_MOST_WAIT_S: Final = 5.0
"""Articles that come without a pause are taken in so often."""
_AGAIN_AFTER_S: Final = 30.0


class LiveLibrary:
    """Searches the articles of a folder and of the topic, as they were a moment ago.

    Every worker reads the whole topic, which is compacted; no consumer group, nothing stored.
    """

    def __init__(self, shelf: Shelf, *, review_every: timedelta = REVIEW_EVERY) -> None:
        self._shelf = shelf
        self._review_every = review_every
        self._library = Library(shelf.articles(), review_every=review_every)
        self._is_stopping = asyncio.Event()

    def search(self, enquiry: Enquiry, *, now: datetime, limit: int = SHOWN) -> tuple[Found, ...]:
        """Return at most `limit` articles, the best first; see `orchestrator.domain.knowledge.Knowledge`."""
        return self._library.search(enquiry, now=now, limit=limit)

    def __len__(self) -> int:
        """Return how many articles there are."""
        return len(self._library)

    def stop(self) -> None:
        """End `run`."""
        self._is_stopping.set()

    async def run(self, connection: Mapping[str, Any]) -> None:
        """Follow the topic until `stop`.

        A broker that is away is waited for, and so is a topic that is not there. Nothing is raised: packets
        go out with the articles that are known.
        """
        while not self._is_stopping.is_set():
            try:
                await self._follow(connection)
            except Exception as error:
                log.warning("knowledge.unavailable", error=repr(error), again_in_s=_AGAIN_AFTER_S)
            try:
                async with asyncio.timeout(_AGAIN_AFTER_S):
                    await self._is_stopping.wait()
            except TimeoutError:
                pass

    async def _follow(self, connection: Mapping[str, Any]) -> None:
        places = await places_of(connection, lambda topic: topic == TOPIC)
        if not places:
            return
        tolerate_any_header_name()
        consumer = AIOKafkaConsumer(**connection, enable_auto_commit=False, isolation_level="read_committed")
        consumer.assign(places)
        await consumer.start()
        try:
            await consumer.seek_to_beginning(*places)
            await self._take_all(consumer)
        finally:
            await consumer.stop()

    async def _take_all(self, consumer: AIOKafkaConsumer) -> None:
        now = asyncio.get_running_loop().time
        waiting_since: float | None = None
        while not self._is_stopping.is_set():
            fetched = await consumer.getmany(timeout_ms=_TICK_MS)
            records = [record for each in fetched.values() for record in each]
            # All of them: each is an article of its own.
            is_changed = sum(self._take(record) for record in records) > 0
            if is_changed and waiting_since is None:
                waiting_since = now()
            if waiting_since is not None and (not records or now() - waiting_since > _MOST_WAIT_S):
                await self._renew()
                waiting_since = None

    def _take(self, record: Any) -> bool:
        try:
            return self._shelf.put(publication_of(arrival_of(record)))
        except (Refusal, Refused) as refusal:
            log.warning(
                "knowledge.refused",
                at=f"{record.topic}/{record.partition} at {record.offset}",
                reason=str(refusal.code),
                error=refusal.message,
                do="publish it again, corrected, under the same key",
            )
            return False

    async def _renew(self) -> None:
        # In a thread, as a thousand articles take longer than a packet may wait.
        articles = self._shelf.articles()
        self._library = await asyncio.to_thread(Library, articles, review_every=self._review_every)
        log.info("knowledge.renewed", articles=len(articles))
