"""New work while somebody watches."""

from __future__ import annotations

import asyncio
from datetime import datetime, timedelta
from itertools import count

from orchestrator.desk import Desk
from orchestrator.domain.identity import event_id
from orchestrator.domain.model import Cause
from orchestrator.domain.redaction.command import redact
from orchestrator.inbound import NOWHERE, Delivery
from orchestrator.wall_clock import WallClock
from tests.board.history import history
from tests.board.story import Happening


async def send(desk: Desk, happening: Happening) -> None:
    """Let an event arrive now."""
    command, _ = redact(happening.command)
    cause = Cause(source=happening.source, id=happening.id, at=happening.at)
    await desk.handle([Delivery(NOWHERE, event_id(cause.source, cause.id), cause, command)])


async def arrive(desk: Desk, clock: WallClock, *, every: timedelta, stopping: asyncio.Event) -> None:
    """Let a handoff be requested again and again, until `stopping` is set."""
    for seed in count(100):
        for story in history(clock.now(), days=1, seed=seed):
            if await _is_set_within(stopping, every):
                return
            await send(desk, _now(next(story.happenings()), clock.now()))


def _now(happening: Happening, now: datetime) -> Happening:
    return Happening(now, f"{happening.id}-{now.isoformat()}", happening.command, happening.source)


async def _is_set_within(event: asyncio.Event, span: timedelta) -> bool:
    try:
        async with asyncio.timeout(span.total_seconds()):
            return await event.wait()
    except TimeoutError:
        return False
