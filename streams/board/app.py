"""The board's composition root: every adapter is named here once. Read it from top to bottom."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from typing import Any, Final, TypeVar

import structlog
from pydantic import SecretStr
from starlette.middleware import Middleware

from handoff_templates import load
from orchestrator.board.access.access import Access
from orchestrator.board.access.middleware import middleware
from orchestrator.board.app import create
from orchestrator.board.live.floor import Floor
from orchestrator.board.live.pulse_reading import PulseReading
from orchestrator.board.live.tail import Follower
from orchestrator.board.look.preferences import PreferencesMiddleware
from orchestrator.board.look.rendering import Renderer
from orchestrator.board.parts import Parts
from orchestrator.desk import Desk
from orchestrator.domain.knowledge import NO_KNOWLEDGE
from orchestrator.domain.policy import Policy
from orchestrator.ledger.access import AccessTokens
from orchestrator.ledger.floor import PostgresFloor
from orchestrator.ledger.postgres import PostgresLedger
from orchestrator.ledger.readers import Readers
from orchestrator.wall_clock import SystemClock, WallClock
from streams.app import dsn_of, following, require_schema
from streams.board.address import address_at
from streams.board.key import key_of
from streams.board.lag import Lag
from streams.board.map_source import MapFolder
from streams.board.server import BoardServer, listening
from streams.knowledge.library import read_library
from streams.patience import until_available
from streams.settings import Board as BoardSettings
from streams.settings import Postgres, Settings, connection

log = structlog.get_logger(__name__)
_T = TypeVar("_T")
_WRITERS: Final = 4
"""Connections for what people do."""


class Board:
    """Shows pages, until it is stopped."""

    def __init__(
        self, settings: Settings, *, policy: Policy | None = None, clock: WallClock | None = None
    ) -> None:
        self.settings = settings
        self.policy = policy or load(settings.templates)
        self.clock = clock or SystemClock()

    async def run(
        self, stopping: asyncio.Event, *, on_ready: Callable[[str, Parts], None] = lambda *_: None
    ) -> None:
        """Answer until `stopping` is set; `on_ready` gets the address.

        Raises:
            NotReady: the schema is missing, or the port is taken.
            LedgerUnavailable: it was stopped before the database could be reached.
        """
        settings = self.settings
        dsn = dsn_of(settings)
        kafka = connection(settings.kafka) if settings.kafka.bootstrap else None

        async def patiently(work: Callable[[], Awaitable[_T]]) -> _T:
            return await until_available(work, wanted=lambda: not stopping.is_set())

        with listening(settings.board) as listener:
            async with AsyncExitStack() as ending:
                floor, readers, tokens = PostgresFloor(dsn), Readers(dsn), AccessTokens(dsn)
                for each in (floor, readers, tokens):
                    ending.push_async_callback(each.close)
                await patiently(floor.open)
                await patiently(lambda: require_schema(dsn))
                ledger = self._ledger(dsn, await patiently(floor.clusters))
                ending.push_async_callback(ledger.close)
                await patiently(ledger.open)
                library = read_library(settings, self.policy.rules)
                self.policy.knowledge = library or NO_KNOWLEDGE
                desk = Desk(ledger, self.policy, self.clock, park_for=settings.intake.park_for)
                await patiently(desk.open)
                parts = Parts(
                    desk=desk,
                    policy=self.policy,
                    clock=self.clock,
                    readers=readers,
                    floor=Floor(),
                    renderer=Renderer({team.id: team.name for team in self.policy.rules.teams.values()}),
                    map_source=MapFolder(settings.templates),
                )
                follower = Follower(parts, floor)
                await patiently(follower.fill)
                lag = Lag(kafka, floor, group=settings.kafka.group)
                pulse = PulseReading(parts, floor, SystemClock(), lambda: lag.events)
                access = Access.of(settings.board, key=key_of(settings), tokens=tokens, clock=self.clock)
                around = [*middleware(access), Middleware(PreferencesMiddleware)]
                server = BoardServer(create(parts, middleware=around))
                address = address_at(*listener.getsockname()[:2])
                log.info("board.started", at=address, open=len(parts.floor.cards()))
                on_ready(address, parts)
                async with following(library if kafka else None, kafka or {}), asyncio.TaskGroup() as tasks:
                    background = [tasks.create_task(each.run()) for each in (follower, pulse, lag)]
                    serving = tasks.create_task(server.serve(sockets=[listener]))
                    await _first(stopping, serving)
                    server.stop()
                    parts.hub.close()
                    await serving
                    for task in background:
                        task.cancel()
        log.info("board.stopped", at=address)

    def _ledger(self, dsn: str, clusters: Sequence[str]) -> PostgresLedger:
        """Return the ledger for what people do here.

        A reply that waited for a handoff may end as a dead letter, of the cluster that it came from.
        """
        return PostgresLedger(
            dsn,
            cluster=clusters[0] if len(clusters) == 1 else "",
            group=self.settings.kafka.group,
            connections=_WRITERS,
            shards=self.settings.relay.shards,
            sends_routine=self.settings.relay.sla == "all",
        )


@asynccontextmanager
async def serving(
    settings: Settings | str,
    policy: Policy | None = None,
    *,
    port: int = 0,
    clock: WallClock | None = None,
) -> AsyncIterator[str]:
    """Show pages while the block lasts, and yield the address, like `http://127.0.0.1:41234`.

    Args:
        settings: all settings, or only the database's address.
        policy: the rules; absent: those of the folder that the settings name.
        port: 0 takes a free one.
        clock: what time the pages are of.
    """
    if isinstance(settings, str):
        key = SecretStr(secrets.token_hex())
        settings = Settings(postgres=Postgres(dsn=SecretStr(settings)), board=BoardSettings(secret_key=key))
    chosen = settings.model_copy(update={"board": settings.board.model_copy(update={"port": port})})
    stopping = asyncio.Event()
    ready: asyncio.Future[str] = asyncio.get_running_loop().create_future()
    board = Board(chosen, policy=policy, clock=clock)
    task = asyncio.create_task(
        board.run(stopping, on_ready=lambda address, _: ready.set_result(address)), name="board"
    )
    either: list[asyncio.Future[Any]] = [task, ready]
    await asyncio.wait(either, return_when=asyncio.FIRST_COMPLETED)
    try:
        if task.done():
            await task
        yield await ready
    finally:
        stopping.set()
        await task


async def _first(stopping: asyncio.Event, serving: asyncio.Task[None]) -> None:
    """Wait until the board is to stop, or has stopped."""
    waiting = asyncio.create_task(stopping.wait())
    try:
        await asyncio.wait([waiting, serving], return_when=asyncio.FIRST_COMPLETED)
    finally:
        waiting.cancel()
