"""The board's composition root: every adapter is named here once. Read it from top to bottom."""

from __future__ import annotations

import asyncio
import contextlib
import secrets
import socket
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from ipaddress import ip_address
from typing import Any

import structlog
import uvicorn
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
from streams.app import NotReady, dsn_of, following, require_schema
from streams.board_key import key_of
from streams.lag import Lag
from streams.library import read_library
from streams.map_source import MapFolder
from streams.patience import until_available
from streams.settings import Board as BoardSettings
from streams.settings import Postgres, Settings, connection

log = structlog.get_logger(__name__)
_WRITERS = 4
"""Connections for what people do."""
_END_WITHIN_S = 3
"""What is answered when the board ends may take so long; streams end at once."""


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
        """
        settings = self.settings
        dsn = dsn_of(settings)
        kafka = connection(settings.kafka) if settings.kafka.bootstrap else None
        with _listening(settings.board) as listener:
            readers, floor, tokens = Readers(dsn), PostgresFloor(dsn), AccessTokens(dsn)
            ledger: PostgresLedger | None = None
            try:
                await until_available(floor.open)
                await until_available(lambda: require_schema(dsn))
                ledger = await self._ledger(dsn, floor)
                await until_available(ledger.open)
                library = read_library(settings, self.policy.rules)
                self.policy.knowledge = library or NO_KNOWLEDGE
                desk = Desk(ledger, self.policy, self.clock, park_for=settings.intake.park_for)
                await until_available(desk.open)
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
                await until_available(follower.fill)
                lag = Lag(kafka, floor, group=settings.kafka.group)
                pulse = PulseReading(parts, floor, SystemClock(), lambda: lag.events)
                access = Access.of(settings.board, key=key_of(settings), tokens=tokens, clock=self.clock)
                server = _server(parts, access)
                async with following(library if kafka else None, kafka or {}), asyncio.TaskGroup() as tasks:
                    watching = [tasks.create_task(each.run()) for each in (follower, pulse, lag)]
                    serving = tasks.create_task(server.serve(sockets=[listener]))
                    address = _address(listener)
                    log.info("board.started", at=address, open=len(parts.floor.cards()))
                    on_ready(address, parts)
                    await _first(stopping, serving)
                    server.should_exit = True
                    parts.hub.close()
                    await serving
                    for each in watching:
                        each.cancel()
            finally:
                await floor.close()
                await readers.close()
                await tokens.close()
                if ledger is not None:
                    await ledger.close()
                log.info("board.stopped")

    async def _ledger(self, dsn: str, floor: PostgresFloor) -> PostgresLedger:
        """Return the ledger for what people do here.

        A reply that waited for a handoff may end as a dead letter, of the cluster that it came from.
        """
        settings = self.settings
        clusters = await until_available(floor.clusters)
        return PostgresLedger(
            dsn,
            cluster=clusters[0] if len(clusters) == 1 else "",
            group=settings.kafka.group,
            connections=_WRITERS,
            shards=settings.relay.shards,
            sends_routine=settings.relay.sla == "all",
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


class _Server(uvicorn.Server):
    """Leaves signals to whoever runs it."""

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


def _server(parts: Parts, access: Access) -> uvicorn.Server:
    app = create(
        parts,
        middleware=[*middleware(access), Middleware(PreferencesMiddleware)],
    )
    config = uvicorn.Config(
        app,
        lifespan="off",
        ws="none",
        log_config=None,
        access_log=False,
        server_header=False,
        # Whose word is believed is the matter of `access`.
        proxy_headers=False,
        timeout_graceful_shutdown=_END_WITHIN_S,
    )
    return _Server(config)


async def _first(stopping: asyncio.Event, serving: asyncio.Task[None]) -> None:
    """Wait until the board is to stop, or has stopped."""
    waiting = asyncio.create_task(stopping.wait())
    try:
        await asyncio.wait([waiting, serving], return_when=asyncio.FIRST_COMPLETED)
    finally:
        waiting.cancel()


@contextlib.contextmanager
def _listening(settings: BoardSettings) -> Iterator[socket.socket]:
    """Listen at the address of the settings, before anything else is begun.

    Raises:
        NotReady: it cannot be had.
    """
    host, port = settings.host, settings.port
    try:
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        listener = socket.create_server((host, port), family=family, backlog=512)
    except OSError as error:
        raise NotReady(
            f"the board cannot listen at {host}, port {port}: {error.strerror}; "
            "set HANDOFF_BOARD__PORT to another one, or 0 for any that is free"
        ) from error
    with listener:
        yield listener


def _address(listener: socket.socket) -> str:
    host, port = listener.getsockname()[:2]
    at = ip_address(host)
    shown = "127.0.0.1" if at.is_unspecified else f"[{host}]" if at.version == 6 else host
    return f"http://{shown}:{port}"
