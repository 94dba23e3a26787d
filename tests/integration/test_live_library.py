"""A worker's articles follow the topic of the knowledge base, whatever else stands on it."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import Any

import pytest
from aiokafka import AIOKafkaProducer
from aiokafka.admin import AIOKafkaAdminClient, NewTopic

from orchestrator.domain.knowledge import Enquiry, PublishedArticle
from orchestrator.knowledge.shelf import Shelf
from orchestrator.wall_clock import SystemClock
from streams.knowledge import live_library
from streams.knowledge.article_topic import ARTICLES
from streams.knowledge.live_library import LiveLibrary
from tests.builders import T0, cloudevent_headers
from tests.servers import Broker
from tests.unit.knowledge.shelf import an_article

pytestmark = pytest.mark.broker


@pytest.fixture
async def kafka(broker: Broker, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[dict[str, Any]]:
    """How to reach a broker whose topic of articles is empty, and gone afterwards."""
    connection: dict[str, Any] = {"bootstrap_servers": broker.bootstrap}
    name = f"{ARTICLES.name}.{SystemClock().now().timestamp():.0f}"
    monkeypatch.setattr(live_library, "TOPIC", name)
    admin = AIOKafkaAdminClient(**connection)
    await admin.start()
    try:
        await admin.create_topics([NewTopic(name, 1, 1)])
        yield connection
        await admin.delete_topics([name])
    finally:
        await admin.close()


@asynccontextmanager
async def following(kafka: dict[str, Any], library: LiveLibrary) -> AsyncIterator[None]:
    running = asyncio.create_task(library.run(kafka))
    try:
        yield
    finally:
        library.stop()
        await asyncio.wait_for(running, 20)


async def publish(kafka: dict[str, Any], key: str, value: bytes | None, minutes: int = 0) -> None:
    at = T0 + timedelta(minutes=minutes)
    headers = cloudevent_headers(PublishedArticle.type, id=f"{key}-{minutes}", at=at)
    producer = AIOKafkaProducer(**kafka)
    await producer.start()
    try:
        await producer.send_and_wait(live_library.TOPIC, value, key=key.encode(), headers=headers)
    finally:
        await producer.stop()


def of(id: str, title: str) -> bytes:
    return json.dumps({"id": id, "title": title, "body": "Some text."}).encode()


async def shows(library: LiveLibrary, word: str, title: str | None) -> None:
    """Wait until a search for `word` has this answer."""
    async with asyncio.timeout(30):
        while True:
            found = library.search(Enquiry(text=word), now=SystemClock().now())
            if (found[0].title if found else None) == title:
                return
            await asyncio.sleep(0.05)


async def test_articles_are_taken_in_changed_and_withdrawn(kafka: dict[str, Any]) -> None:
    library = LiveLibrary(Shelf([an_article("a", title="Umbrella of the folder")]))
    await publish(kafka, "b", of("b", "Zebra before the worker"))
    async with following(kafka, library):
        await shows(library, "zebra", "Zebra before the worker")
        await shows(library, "umbrella", "Umbrella of the folder")
        await publish(kafka, "broken", b"{", minutes=1)
        await publish(kafka, "b", of("b", "Zebra changed"), minutes=2)
        await shows(library, "zebra", "Zebra changed")
        await publish(kafka, "b", of("b", "Zebra too late"), minutes=1)
        await publish(kafka, "c", of("c", "Yak"), minutes=3)
        await shows(library, "yak", "Yak")
        await shows(library, "zebra", "Zebra changed")
        await publish(kafka, "b", None, minutes=4)
        await shows(library, "zebra", None)
    assert len(library) == 2


async def test_a_topic_that_is_not_there_stops_nothing(
    kafka: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(live_library, "TOPIC", "never-made")
    library = LiveLibrary(Shelf([an_article("a", title="Umbrella")]))
    async with following(kafka, library):
        await shows(library, "umbrella", "Umbrella")


async def test_a_broker_that_is_away_stops_nothing() -> None:
    library = LiveLibrary(Shelf([an_article("a", title="Umbrella")]))
    async with following({"bootstrap_servers": "127.0.0.1:1", "request_timeout_ms": 500}, library):
        await asyncio.sleep(0.2)
        await shows(library, "umbrella", "Umbrella")
