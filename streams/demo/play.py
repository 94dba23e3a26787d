"""Plays the script on running servers, and counts what comes out with a consumer of its own."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

from aiokafka import AIOKafkaProducer

from orchestrator.wall_clock import SystemClock
from streams.app import Worker
from streams.demo.script import NEVER_ACCEPTED, SCRIPT
from streams.demo.short_clocks import short_policy
from streams.demo.tally import Tally
from streams.feed import Story
from streams.listener import Heard, follow
from streams.settings import Settings, connection
from streams.topics import TABLE, TEAM, Direction

_OUT = tuple(row.name.partition(TEAM)[0] for row in TABLE if row.direction is Direction.OUT)
_COMPLETE_WITHIN_S = 30.0
_QUIET_FOR_S = 0.7
"""How long to listen on, for duplicates, once everything is there."""


async def play(
    settings: Settings,
    *,
    until_reading: Callable[[Settings, asyncio.Event], Awaitable[None]],
    on_begin: Callable[[], None],
    on_record: Callable[[Heard, float], None],
    on_remark: Callable[[str, float], None],
    stopping: asyncio.Event,
) -> Tally:
    """Run a worker, send the script's events to it, and return the count.

    It ends early when `stopping` is set. The callbacks are told what happens, and how many seconds after
    the beginning.
    """
    kafka = connection(settings.kafka)
    tally = Tally(
        {step.handoff for step in SCRIPT if step.handoff is not None},
        bad={step.case for step in SCRIPT if step.is_bad},
        never_accepted=NEVER_ACCEPTED,
    )
    loop = asyncio.get_running_loop()
    done = asyncio.Event()
    async with (
        follow(kafka, lambda topic: topic.startswith(_OUT), start="end") as batches,
        asyncio.TaskGroup() as tasks,
    ):
        working = tasks.create_task(Worker(settings, policy=short_policy()).run(done))
        await until_reading(settings, stopping)
        begun = loop.time()
        on_begin()

        async def listen() -> None:
            story = Story()
            async for batch in batches:
                now = loop.time()
                for record in batch:
                    tally.count(record, now)
                for record in story.take(batch):
                    on_record(record, now - begun)

        listening = tasks.create_task(listen())
        await _send(kafka, tally, begun, on_remark, stopping)
        await _until_complete(tally, stopping)
        done.set()
        await working
        listening.cancel()
    return tally


async def _send(
    kafka: dict[str, Any],
    tally: Tally,
    begun: float,
    on_remark: Callable[[str, float], None],
    stopping: asyncio.Event,
) -> None:
    loop = asyncio.get_running_loop()
    producer = AIOKafkaProducer(**kafka, acks="all", enable_idempotence=False)
    await producer.start()
    try:
        for step in SCRIPT:
            if await _is_set_within(stopping, begun + step.after_s - loop.time()):
                return
            if step.remark:
                on_remark(step.remark, loop.time() - begun)
            record = step.record(SystemClock().now())
            tally.sent(step.handoff, loop.time())
            await producer.send_and_wait(
                record.topic, record.value, key=record.key, headers=list(record.headers)
            )
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
