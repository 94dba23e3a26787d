"""A ledger on a real PostgreSQL, a desk that writes to it, and what follows it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from itertools import count
from uuid import UUID

from orchestrator.board.live.tail import Follower
from orchestrator.board.parts import Parts
from orchestrator.desk import Desk
from orchestrator.domain.commands import Command
from orchestrator.domain.identity import event_id, handoff_id
from orchestrator.domain.policy import Policy
from orchestrator.inbound import NOWHERE, Delivery
from orchestrator.ledger import schema
from orchestrator.ledger.floor import PostgresFloor
from orchestrator.ledger.postgres import PostgresLedger
from tests import builders as b
from tests.fakes import ManualClock
from tests.live_builders import some_parts

_NUMBERS = count(1)


@dataclass
class Floored:
    """A desk at work, and a board's parts that follow what it writes."""

    dsn: str
    desk: Desk
    policy: Policy
    clock: ManualClock
    parts: Parts
    ledger: PostgresFloor
    follower: Follower

    async def say(self, *commands: Command, at: datetime | None = None) -> list[UUID]:
        """Let commands arrive as one batch; return the ids of the handoffs that requests begin."""
        at = at or self.clock.now()
        deliveries = []
        for command in commands:
            cause = b.a_cause(at=at, id=f"event-{next(_NUMBERS)}")
            deliveries.append(Delivery(NOWHERE, event_id(cause.source, cause.id), cause, command))
        await self.desk.handle(deliveries)
        return [handoff_id(each.cause.source, each.cause.id) for each in deliveries]


@asynccontextmanager
async def a_floor(dsn: str, policy: Policy | None = None) -> AsyncIterator[Floored]:
    """Make the schema, and open all of it; nothing is read yet."""
    await schema.upgrade(dsn)
    policy, clock = policy or b.a_policy(), ManualClock(b.T0)
    ledger, watched = PostgresLedger(dsn, cluster="c", group="g"), PostgresFloor(dsn)
    await ledger.open()
    await watched.open()
    desk = Desk(ledger, policy, clock)
    parts = some_parts(clock=clock, policy=policy, desk=desk, dsn=dsn)
    try:
        await desk.open()
        yield Floored(dsn, desk, policy, clock, parts, watched, Follower(parts, watched))
    finally:
        await parts.readers.close()
        await watched.close()
        await ledger.close()
