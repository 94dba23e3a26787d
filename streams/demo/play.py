"""Plays the script on running servers, and counts what comes out with a consumer of its own."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any

from aiokafka import AIOKafkaProducer

from orchestrator.domain.events import IntegrationHealthChanged
from orchestrator.domain.policy import Policy
from orchestrator.wall_clock import SystemClock
from streams.app import Worker
from streams.context.process import ContextProcess
from streams.demo.holding import until_held
from streams.demo.observations import FIELDS, KEYS, OBSERVATIONS, REMARK, SILENCE
from streams.demo.script import OWED, SCRIPT
from streams.demo.tally import Tally
from streams.feed.records import Story
from streams.kafka.listener import Heard, follow
from streams.messages.event_lines import OutgoingEvent
from streams.settings import Settings, connection
from streams.topics.naming import TEAM
from streams.topics.spec import Direction
from streams.topics.table import TABLE

_OUT = tuple(row.name.partition(TEAM)[0] for row in TABLE if row.direction is Direction.OUT)
_COMPLETE_WITHIN_S = 30.0
_QUIET_FOR_S = 0.7
"""How long to listen on, for duplicates, once everything is there."""

_Send = Callable[[OutgoingEvent], Awaitable[None]]


async def play(
    settings: Settings,
    policy: Policy,
    *,
    until_reading: Callable[[Settings, asyncio.Event], Awaitable[None]],
    on_begin: Callable[[], None],
    on_record: Callable[[Heard, float], None],
    on_remark: Callable[[str, float], None],
    stopping: asyncio.Event,
) -> Tally:
    """Run a worker and a context process, send the script's events to them, and return the count.

    It ends early when `stopping` is set. The callbacks are told what happens, and how many seconds after
    the beginning.
    """
    kafka = connection(settings.kafka)
    tally = Tally(
        {step.handoff for step in SCRIPT if step.handoff is not None},
        bad={step.case for step in SCRIPT if step.is_bad},
        owed=OWED,
    )
    if stopping.is_set():
        return tally
    loop = asyncio.get_running_loop()
    done, is_context_read = asyncio.Event(), asyncio.Event()
    async with (
        follow(kafka, lambda topic: topic.startswith(_OUT), start="end") as batches,
        asyncio.TaskGroup() as tasks,
    ):
        context = ContextProcess(settings, policy=policy)
        tasks.create_task(context.run(done, on_ready=is_context_read.set))
        working = tasks.create_task(Worker(settings, policy=policy).run(done))
        await until_reading(settings, stopping)
        # Also when we are to stop: Faust leaves tasks behind when it is stopped while it starts.
        await is_context_read.wait()
        begun = loop.time()
        on_begin()

        def remark(text: str) -> None:
            on_remark(text, loop.time() - begun)

        async def listen() -> None:
            story, unsaid = Story(), {IntegrationHealthChanged.type: SILENCE}
            async for batch in batches:
                now = loop.time()
                for record in batch:
                    tally.count(record, now)
                for record in story.take(batch):
                    if record.type in unsaid:
                        remark(unsaid.pop(record.type))
                    on_record(record, now - begun)

        listening = tasks.create_task(listen())
        async with _producer(kafka) as send:
            await _observe(settings, tally, send, remark, stopping)
            await _act(tally, send, remark, stopping)
        await _until_complete(tally, stopping)
        done.set()
        await working
        listening.cancel()
    return tally


async def _observe(
    settings: Settings, tally: Tally, send: _Send, remark: Callable[[str], None], stopping: asyncio.Event
) -> None:
    """Let other systems say what they know, and wait until it is held."""
    if stopping.is_set():
        return
    remark(REMARK)
    for saying in OBSERVATIONS:
        tally.observed()
        await send(saying.record(SystemClock().now()))
    await until_held(settings, KEYS, FIELDS, stopping)


async def _act(tally: Tally, send: _Send, remark: Callable[[str], None], stopping: asyncio.Event) -> None:
    """Send the events of the script, each at its time."""
    loop = asyncio.get_running_loop()
    begun = loop.time()
    for step in SCRIPT:
        if await _is_set_within(stopping, begun + step.after_s - loop.time()):
            return
        if step.remark:
            remark(step.remark)
        tally.sent(step.handoff, loop.time())
        await send(step.record(SystemClock().now()))


@asynccontextmanager
async def _producer(kafka: dict[str, Any]) -> AsyncIterator[_Send]:
    producer = AIOKafkaProducer(**kafka, acks="all", enable_idempotence=False)
    await producer.start()

    async def send(event: OutgoingEvent) -> None:
        await producer.send_and_wait(event.topic, event.value, key=event.key, headers=list(event.headers))

    try:
        yield send
    finally:
        await producer.stop()


async def _until_complete(tally: Tally, stopping: asyncio.Event) -> None:
    loop = asyncio.get_running_loop()
    deadline = loop.time() + _COMPLETE_WITHIN_S
    while not tally.is_complete and loop.time() < deadline:
        if await _is_set_within(stopping, 0.05):
            return
    await _is_set_within(stopping, _QUIET_FOR_S)


async def _is_set_within(event: asyncio.Event, seconds: float) -> bool:
    try:
        async with asyncio.timeout(max(seconds, 0)):
            return await event.wait()
    except TimeoutError:
        return False
