"""The process of context beside a stage: sources speak, and what they said is held."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

import asyncpg
from aiokafka import AIOKafkaConsumer, TopicPartition
from pydantic import JsonValue

from orchestrator.domain.context.observation import Observation
from orchestrator.domain.policy import Policy
from streams.context.process import ContextProcess
from streams.context.topics import topic_of
from streams.kafka.log_end import true_ends
from streams.settings import Settings, connection
from streams.topics.table import context_topics
from tests.acceptance.conftest import Stage, now
from tests.context_builders import a_message


class Sources:
    """Other systems, which send what they observe and can wait until it is held."""

    def __init__(self, stage: Stage, database: Any) -> None:
        self._stage = stage
        self._database = database
        self._expected: dict[tuple[str, str, str, str], datetime] = {}

    async def say(
        self,
        subject: str,
        fields: dict[str, JsonValue],
        *,
        system: str,
        ago: timedelta = timedelta(),
        account: str | None = None,
        customer: str | None = None,
        item: str | None = None,
    ) -> None:
        """Send what a system saw so long ago."""
        observation = Observation.model_validate(
            {
                "subject": subject,
                "account_id": account,
                "customer_id": customer,
                "item": item,
                "system": system,
                "fields": fields,
            }
        )
        at = now() - ago
        message = a_message(observation, at=at, id=uuid4().hex, source=f"//{system}.example")
        self._expected[subject, observation.key, item or "", system] = at
        await self._stage.send([(topic_of(subject), message)])

    async def until_held(self, *, within_s: float = 20) -> None:
        """Wait until all that was said is held."""
        try:
            async with asyncio.timeout(within_s):
                while missing := await self._missing():  # noqa: ASYNC110  # another process writes it
                    await asyncio.sleep(0.05)
        except TimeoutError:
            raise AssertionError(f"not held within {within_s} s: {missing}") from None

    async def _missing(self) -> list[tuple[str, str, str, str]]:
        rows = await self._database.fetch("SELECT subject, key, item, system, newest_at FROM context_records")
        held = {(r["subject"], r["key"], r["item"], r["system"]): r["newest_at"] for r in rows}
        return [place for place, at in self._expected.items() if place not in held or held[place] < at]


@asynccontextmanager
async def sources_of(stage: Stage, policy: Policy) -> AsyncIterator[Sources]:
    """Run the process of context on what is said from now on, until the end of the block."""
    # Faust chooses a loop for the whole process.
    loops = asyncio.get_event_loop_policy()
    await _begin_at_the_end(stage.settings)
    stopping, ready = asyncio.Event(), asyncio.Event()
    running = asyncio.create_task(
        ContextProcess(stage.settings, policy=policy).run(stopping, on_ready=ready.set)
    )
    waiting = asyncio.create_task(ready.wait())
    dsn = stage.settings.postgres.dsn
    assert dsn is not None
    database = await asyncpg.connect(dsn.get_secret_value())
    try:
        async with asyncio.timeout(30):
            await asyncio.wait([running, waiting], return_when=asyncio.FIRST_COMPLETED)
        if running.done():
            await running
        yield Sources(stage, database)
    finally:
        waiting.cancel()
        stopping.set()
        await database.close()
        await asyncio.wait_for(running, 30)
        asyncio.set_event_loop_policy(loops)


async def _begin_at_the_end(settings: Settings) -> None:
    """Let the group pass over what other tests have sent."""
    kafka = connection(settings.kafka)
    consumer = AIOKafkaConsumer(
        bootstrap_servers=settings.kafka.bootstrap,
        group_id=f"{settings.kafka.group}-context",
        enable_auto_commit=False,
    )
    await consumer.start()
    try:
        metadata = await consumer._client.fetch_all_metadata()
        places = [
            TopicPartition(topic, number)
            for topic in context_topics()
            for number in metadata.partitions_for_topic(topic) or ()
        ]
        consumer.assign(places)
        await consumer.commit(await true_ends(kafka, await consumer.end_offsets(places)))
    finally:
        await consumer.stop()
