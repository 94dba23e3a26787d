"""Plays what happens on a real desk, at the instants at which it happens, and fires what falls due."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from itertools import count, groupby
from typing import Any

import asyncpg

from orchestrator.desk import Desk
from orchestrator.domain.commands import COMMANDS
from orchestrator.domain.identity import event_id
from orchestrator.domain.model import Cause
from orchestrator.domain.policy import Policy
from orchestrator.domain.redaction.command import redact
from orchestrator.inbound import DeadLetter, Delivery, Origin
from orchestrator.ledger.postgres import PostgresLedger
from tests.board.story import Happening
from tests.fakes import ManualClock

CLUSTER, GROUP = "board-world", "handoff"
_TOPICS = {command: type for type, command in COMMANDS.items()}
_DUE_AT_ONCE = 500
_DUE_NEXT = "SELECT min(next_at) FROM clocks WHERE next_at IS NOT NULL"


class Stage:
    """A desk on a database, whose clock is moved from one event to the next."""

    def __init__(self, desk: Desk, clock: ManualClock, database: Any) -> None:
        self.desk = desk
        self.clock = clock
        self._database = database
        self._offsets = count()

    async def play(self, happenings: Sequence[Happening], *, within: timedelta = timedelta()) -> None:
        """Let events happen, which are in order of time.

        `within`: what happens within such a span is taken in at its end and in one transaction, as by a
        worker that is so far behind; each event keeps its own time.
        """

        def span(each: Happening) -> int:
            return (each.at - first) // within if within else 0

        first = happenings[0].at if happenings else self.clock.now()
        for (number, at), batch in groupby(happenings, key=lambda each: (span(each), not within and each.at)):
            # What falls due within a span waits for its events: one that came in time is no breach.
            await self.until(at or first + number * within, within)
            self._move_to(at or first + (number + 1) * within)
            await self.desk.handle([self._delivery(each) for each in batch])

    async def until(self, at: datetime, within: timedelta = timedelta()) -> None:
        """Move the clock to `at`, and fire what falls due on the way, no later than `within` after it."""
        while (due := await self._database.fetchval(_DUE_NEXT)) is not None and due <= at:
            self._move_to(min(due + within, at))
            while (await self.desk.fire_due(_DUE_AT_ONCE)).wrote:
                pass
        self._move_to(at)

    async def settle(self) -> None:
        """Apply answers whose handoff has come meanwhile, and give up those that waited too long."""
        await self.desk.settle_parked(_DUE_AT_ONCE)

    async def bury(self, code: str, message: str, value: bytes) -> None:
        """Let a message come that nobody can read."""
        topic = next(iter(COMMANDS))
        origin = Origin(topic, 0, next(self._offsets), b"C-0", value, (("ce_type", topic.encode()),))
        await self.desk.handle([DeadLetter(origin, code, message)])

    def _delivery(self, happening: Happening) -> Delivery:
        command, _ = redact(happening.command)
        cause = Cause(source=happening.source, id=happening.id, at=happening.at)
        origin = Origin(_TOPICS[type(command)], 0, next(self._offsets), b"key", b"{}", ())
        return Delivery(origin, event_id(cause.source, cause.id), cause, command)

    def _move_to(self, at: datetime) -> None:
        self.clock.advance(max(at - self.clock.now(), timedelta()))


@asynccontextmanager
async def stage(dsn: str, policy: Policy, since: datetime) -> AsyncIterator[Stage]:
    """Open a desk on a migrated database; its clock shows `since`."""
    clock = ManualClock(since)
    ledger = PostgresLedger(dsn, cluster=CLUSTER, group=GROUP)
    await ledger.open()
    database = await asyncpg.connect(dsn)
    try:
        desk = Desk(ledger, policy, clock)
        await desk.open()
        yield Stage(desk, clock, database)
    finally:
        await database.close()
        await ledger.close()
