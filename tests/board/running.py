"""A floor that runs: the world, a desk that works on it, and the board that shows it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import structlog

from orchestrator.desk import Desk, Done
from orchestrator.domain.commands import Reply
from orchestrator.domain.handoff import Handoff
from orchestrator.domain.model import Actor, Cause
from orchestrator.wall_clock import SystemClock, WallClock
from streams.board.app import serving
from tests.board.arrivals import send
from tests.board.loops import Held, Loop
from tests.board.story import Story
from tests.board.working import working
from tests.board.world import World, a_policy


class MovableClock:
    """Goes on as all clocks do, from an instant of its own, and can be put forward."""

    def __init__(self, now: datetime) -> None:
        self._ahead = now - SystemClock().now()

    def now(self) -> datetime:
        return SystemClock().now() + self._ahead

    def advance(self, by: timedelta) -> None:
        self._ahead += by


class RunningFloor:
    """Everything that a journey through the pages needs."""

    def __init__(
        self, dsn: str, world: World, clock: WallClock, loop: Loop, desk: Desk, *, closes: bool
    ) -> None:
        self.world = world
        self.clock = clock
        self._dsn = dsn
        self._loop = loop
        self._desk = desk
        self._closes = closes
        self._board: Held[str] | None = None
        self.address = ""

    def open(self) -> None:
        """Start the board; after `shut`, on the same address."""
        port = int(self.address.rpartition(":")[2]) if self.address else 0
        self._board = self._loop.hold(
            serving(self._dsn, a_policy(closes=self._closes), port=port, clock=self.clock)
        )
        self.address = self._board.value.rstrip("/")

    def shut(self) -> None:
        """Stop the board; the desk works on."""
        if self._board is not None:
            self._board.end()
            self._board = None

    def url(self, path: str) -> str:
        """Return the address of a page; `{name}` stands for the id of a handoff of the world."""
        ids = {name: str(story.id) for name, story in self.world.stories.items()}
        return self.address + path.format_map(ids)

    def let(self, story: Story) -> UUID:
        """Let a story happen, all of it, and return the id of its handoff."""
        for happening in story.happenings():
            self._loop.run(send(self._desk, happening))
        return story.id

    def say(self, id: UUID, reply: type[Reply], who: Actor, **said: Any) -> Done:
        """Let somebody answer a handoff, elsewhere than on the board."""
        command = reply.model_validate({"handoff_id": id, "actor": who, **said})
        cause = Cause(source="//elsewhere.example", id=uuid4().hex, at=self.clock.now())
        return self._loop.run(self._desk.act(command, cause=cause))

    def handoff(self, id: UUID) -> Handoff:
        """Return a handoff as the ledger has it."""
        return self._loop.run(self._load(id))

    async def _load(self, id: UUID) -> Handoff:
        async with self._desk._ledger.transaction() as transaction:
            [stored] = await transaction.load([id])
        return stored.handoff


@contextmanager
def running(
    dsn: str, world: World, clock: WallClock, *, sweeps: bool = True, closes: bool = False
) -> Iterator[RunningFloor]:
    """Run a floor on a database that has been filled.

    Args:
        dsn: the database.
        world: what it was filled with.
        clock: what time it is there.
        sweeps: whether what falls due is fired.
        closes: whether teams have hours, for what happens from now on.
    """
    with ExitStack() as ending:
        # The variables of every frame, which its default prints, take longer than a page may.
        structlog.configure(
            [structlog.dev.ConsoleRenderer(exception_formatter=structlog.dev.plain_traceback)]
        )
        ending.callback(structlog.reset_defaults)
        loop = Loop()
        ending.callback(loop.close)
        desk = loop.hold(working(dsn, a_policy(closes=closes), clock, sweeps=sweeps))
        ending.callback(desk.end)
        floor = RunningFloor(dsn, world, clock, loop, desk.value, closes=closes)
        ending.callback(floor.shut)
        floor.open()
        yield floor
