"""Waits until the system has nothing left to do, and watches meanwhile that no offset runs ahead."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable
from typing import Any

import asyncpg
from aiokafka.errors import KafkaError

from bench.faults.evidence import committed_offsets, progress
from bench.faults.fleet import Fleet
from bench.faults.site import IN_TOPICS, Run, ends

_EVERY_S = 0.3
_AWAY = (OSError, TimeoutError, asyncpg.PostgresError, asyncpg.InterfaceError, KafkaError)
_LEFT = """
SELECT (SELECT count(*) FROM outbox) AS outbox, (SELECT count(*) FROM parked) AS parked,
       (SELECT count(*) FROM clocks WHERE next_at < now() + interval '60 s') AS due
"""


class NotDrained(Exception):
    """The system did not come to rest."""


async def drain(run: Run, fleet: Fleet, *, within_s: float) -> float:
    """Wait until everything was read, fired and sent, and return how long it took.

    Raises:
        NotDrained: it did not happen within `within_s`, or no worker runs any more.
    """
    loop = asyncio.get_running_loop()
    began = loop.time()
    # What sounds like rest may be the moment between a commit and the next read: asked twice.
    calm = 0
    left: object = "nothing could be asked"
    while calm < 2:
        try:
            left = await _left(run)
            calm = 0 if left else calm + 1
        except _AWAY as error:
            left = repr(error)
        if not fleet.running():
            raise NotDrained("no worker runs any more:\n" + "\n".join(fleet.fallen())[-3000:])
        if loop.time() - began > within_s:
            raise NotDrained(f"after {within_s:.0f} s there is still: {left}")
        await asyncio.sleep(_EVERY_S)
    return loop.time() - began


async def _left(run: Run) -> dict[str, Any]:
    until = await ends(run.kafka)
    db = await asyncpg.connect(run.dsn, timeout=5)
    try:
        counts = dict(await db.fetchrow(_LEFT))
        reached = await progress(db, run)
    finally:
        await db.close()
    unread = {
        f"{tp.topic}/{tp.partition}": (reached.get(tp), end)
        for tp, end in until.items()
        if tp.topic in IN_TOPICS and end > run.since.get(tp, 0) and reached.get(tp) != end
    }
    left: dict[str, Any] = {name: number for name, number in counts.items() if number}
    return left | ({"unread": unread} if unread else {})


@contextlib.asynccontextmanager
async def watching_offsets(run: Run, blame: Callable[[str], None]) -> AsyncIterator[None]:
    """Compare Kafka's offsets with the ledger's progress while the block lasts."""
    task = asyncio.create_task(_watch(run, blame))
    try:
        yield
    finally:
        task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await task


async def _watch(run: Run, blame: Callable[[str], None]) -> None:
    while True:
        try:
            # In this order: progress only grows, so what it has not reached later it had not reached before.
            committed = await committed_offsets(run)
            db = await asyncpg.connect(run.dsn, timeout=5)
            try:
                reached = await progress(db, run)
            finally:
                await db.close()
        except _AWAY:
            await asyncio.sleep(_EVERY_S)
            continue
        for tp, offset in committed.items():
            if offset > max(reached.get(tp) or 0, run.since.get(tp, 0)):
                blame(f"{tp.topic}/{tp.partition}: Kafka has {offset}, the ledger {reached.get(tp)}")
        await asyncio.sleep(1)
