"""`handoff up`: everything on this machine, until Ctrl-C."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from pathlib import Path

from rich.panel import Panel
from rich.text import Text

from handoff_templates import load
from orchestrator.wall_clock import SystemClock
from streams.app import Worker
from streams.board.child import BoardChild
from streams.cli import places
from streams.cli.config import mask_dsn
from streams.cli.lines import Feed, clock_time
from streams.cli.notify import endpoints_of
from streams.cli.output import Json, emit, note, out
from streams.cli.running import run, stop_on_signals
from streams.cli.servers import servers, until_reading
from streams.context.process import ContextProcess
from streams.feed.records import Story, line_of
from streams.kafka.listener import Heard, follow
from streams.notify.endpoint import Endpoint
from streams.notify.sender import Sender
from streams.settings import Settings
from streams.topics.naming import TEAM
from streams.topics.spec import Direction
from streams.topics.table import TABLE

_CLOCK_TIME = 8
_OUT = tuple(row.name.partition(TEAM)[0] for row in TABLE if row.direction is Direction.OUT)


def up(as_json: Json = False) -> None:
    """Run everything on this machine until Ctrl-C, and show what happens as it happens.

    Starts a broker and a PostgreSQL (unless HANDOFF_KAFKA__BOOTSTRAP and HANDOFF_POSTGRES__DSN name your
    own), prepares them, and works. Handoffs, clocks and journals are kept in the folder HANDOFF_DATA
    (.handoff) and go on after the next start. The embedded broker forgets what was on its topics, so it is
    for a look and not for more.

    The board, where the pages are, is at the address that is printed: HANDOFF_BOARD__PORT, or a free port
    when that one is taken.

    Notifications go to the webhooks of HANDOFF_NOTIFY__ENDPOINTS, if that is set.

    From another terminal: handoff send FILE, handoff tail packets, handoff show CASE. Without addresses of
    their own they find it by themselves.
    """
    settings = places.read()
    endpoints = endpoints_of(settings) if settings.notify.endpoints else ()
    folder = settings.data.absolute()
    held = places.lock(folder)
    try:
        run(_up(settings, folder, endpoints, as_json=as_json))
    finally:
        held.close()


async def _up(settings: Settings, folder: Path, endpoints: Sequence[Endpoint], *, as_json: bool) -> None:
    # What it has to say stands in the feed.
    logging.getLogger("streams.flows.sweep").setLevel(logging.ERROR)
    stopping = asyncio.Event()
    say = (lambda _: None) if as_json else note
    stop_on_signals(stopping, on_first=lambda: say("stopping; Ctrl-C again ends at once"))
    # It takes seconds, in which the servers start.
    loading = asyncio.create_task(asyncio.to_thread(load, settings.templates))
    async with servers(settings, folder, loading, on_step=say) as ready, _board(ready, folder, say) as board:
        places.publish(folder, _started(settings, ready))
        try:
            await _work(Worker(ready, policy=await loading), endpoints, board, stopping, as_json=as_json)
        finally:
            places.withdraw(folder)


@asynccontextmanager
async def _board(settings: Settings, folder: Path, say: Callable[[str], None]) -> AsyncIterator[BoardChild]:
    """Run the board while the block lasts; it starts while the worker does."""
    board = BoardChild(settings, folder)
    if board.is_moved:
        say(f"port {settings.board.port} is taken by another program: the board moves to a free one")
    say("starting the board")
    try:
        board.start()
        yield board
    finally:
        await board.stop()


async def _work(
    worker: Worker,
    endpoints: Sequence[Endpoint],
    board: BoardChild,
    stopping: asyncio.Event,
    *,
    as_json: bool,
) -> None:
    settings = worker.settings
    kafka = places.kafka_of(settings)
    async with (
        follow(kafka, lambda topic: topic.startswith(_OUT), start="end") as batches,
        asyncio.TaskGroup() as tasks,
    ):
        working = tasks.create_task(worker.run(stopping))
        tasks.create_task(ContextProcess(settings).run(stopping))
        if endpoints:
            tasks.create_task(Sender(settings, endpoints).run(stopping))
        await until_reading(settings, stopping)
        if stopping.is_set():
            return
        await board.until_ready()
        if as_json:
            emit({"ready": True, **_shown(settings), "board": board.address})
        else:
            out().print(_panel(settings, endpoints, board.address), soft_wrap=False)
        watching = tasks.create_task(_watch(batches, as_json=as_json))
        await working
        watching.cancel()


async def _watch(batches: AsyncIterator[list[Heard]], *, as_json: bool) -> None:
    feed = Feed(out(), width=_CLOCK_TIME)
    story = Story()
    async for batch in batches:
        for record in story.take(batch):
            if as_json:
                emit(record.as_json())
            else:
                feed.line(line_of(record), clock_time(SystemClock().now()))


def _started(given: Settings, ready: Settings) -> dict[str, str]:
    """Return the addresses of what was started here; those that were given may hold a password."""
    started = {}
    if not given.kafka.bootstrap and ready.kafka.bootstrap:
        started["bootstrap"] = ready.kafka.bootstrap
    if not given.postgres.dsn:
        started["dsn"] = places.dsn_of(ready)
    return started


def _shown(settings: Settings) -> dict[str, str]:
    return {"bootstrap": settings.kafka.bootstrap or "", "dsn": mask_dsn(places.dsn_of(settings))}


def _panel(settings: Settings, endpoints: Sequence[Endpoint], board: str) -> Panel:
    shown = _shown(settings)
    webhooks = ", ".join(endpoint.name for endpoint in endpoints)
    text = Text.assemble(
        ("board       ", "dim"),
        (f"{board}\n", "bold"),
        ("Kafka       ", "dim"),
        f"{shown['bootstrap']}\n",
        ("PostgreSQL  ", "dim"),
        f"{shown['dsn']}\n",
        ("data        ", "dim"),
        f"{settings.data.absolute()}\n",
        *((("webhooks    ", "dim"), f"{webhooks}\n") if webhooks else ()),
        "\n",
        ("In another terminal, from this folder:\n", "dim"),
        "  handoff send FILE              events, one JSON a line\n"
        "  handoff tail packets           what teams receive\n"
        "  handoff show CASE              where a case stands",
    )
    return Panel(text, title="handoff is up; Ctrl-C ends it", title_align="left", expand=False)
