"""`python -m bench.board`: what the board costs and how soon it tells, with many open handoffs and tabs.

Pages and events are measured on a ledger full of open handoffs, beside a desk that takes in new ones at an
even pace. What the board costs a worker is the ratio of its throughput with a board and all its tabs watching
to that without one, in turns on the same requests.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import sys
from collections.abc import AsyncIterator, Callable
from datetime import timedelta
from statistics import median
from time import perf_counter

import asyncpg
import httpx
import uvloop

from bench import report
from bench.always_open import always_open
from bench.board_figures import Board
from bench.load import Requests, fill
from bench.open_handoffs import SLOW_S, insert_open, models
from bench.ours import OUTPUTS, create_our_topics, our_worker
from bench.percentiles import percentile
from bench.processes import Contestant, running
from bench.scale import BOARD_TABS, FULL, QUICK, Scale
from bench.servers import PARTITIONS, Servers, require_durable, servers
from bench.sites import sites_policy
from bench.tabs import Tabs, open_tabs
from bench.watch import Watcher, watcher
from handoff_templates import load
from orchestrator.desk import Desk
from orchestrator.domain.identity import event_id, handoff_id
from orchestrator.domain.model import Cause
from orchestrator.inbound import NOWHERE, Delivery
from orchestrator.ledger import sql
from orchestrator.ledger.postgres import PostgresLedger
from orchestrator.wall_clock import SystemClock
from streams.embedded.ports import free_port
from tests.builders import a_large_request

_SOURCE = "//bench.example/board"
_EVENTS_PER_S = 4
_TOLD_WITHIN_S = 30.0
_STARTS_WITHIN_S = 120.0
_PAGE = "/board"
_STREAM = "/live/board"


async def measure_board(
    servers: Servers, watching: Watcher, scale: Scale, say: Callable[[str], None]
) -> Board:
    """Measure pages, events and memory on a full ledger, and then what it costs a worker."""
    dsn = await servers.fresh_database()
    await _fill(dsn, scale.board_handoffs)
    async with a_board(servers, dsn) as (board, address), open_tabs(address, _STREAM, BOARD_TABS) as tabs:
        pages = sorted(await _pages(address, scale.board_pages))
        say(f"the board: a page takes {1_000 * percentile(pages, 0.5):.0f} ms (p50)")
        told = sorted(await _events(servers, dsn, tabs, scale.board_events))
        say(f"the board: an event takes {1_000 * percentile(told, 0.99):.0f} ms to a tab (p99)")
        memory = board.memory_mb()
    alone, watched = await _worker(servers, watching, scale, say)
    return Board(
        open_handoffs=scale.board_handoffs,
        tabs=BOARD_TABS,
        page_p50_ms=1_000 * percentile(pages, 0.5),
        page_p95_ms=1_000 * percentile(pages, 0.95),
        told_p50_ms=1_000 * percentile(told, 0.5),
        told_p99_ms=1_000 * percentile(told, 0.99),
        told_max_ms=1_000 * told[-1],
        memory_mb=memory,
        worker_alone_per_s=median(alone),
        worker_watched_per_s=median(watched),
    )


@contextlib.asynccontextmanager
async def a_board(servers: Servers, dsn: str) -> AsyncIterator[tuple[Contestant, str]]:
    """Run a board while the block lasts; it answers, and has read all that is open."""
    port = free_port()
    env = {
        "HANDOFF_POSTGRES__DSN": dsn,
        "HANDOFF_TEMPLATES": str(always_open(servers.folder / "templates")),
        "HANDOFF_DATA": str(servers.folder / "board"),
        "HANDOFF_LOG_LEVEL": "warning",
    }
    arguments = ("board", "--port", str(port))
    with running(f"board-{port}", "streams.cli", *arguments, folder=servers.folder, env=env) as board:
        address = f"http://127.0.0.1:{port}"
        await _answering(board, address)
        yield board, address


async def _answering(board: Contestant, address: str) -> None:
    deadline = perf_counter() + _STARTS_WITHIN_S
    async with httpx.AsyncClient(timeout=_STARTS_WITHIN_S) as client:
        while True:
            board.require_running()
            try:
                (await client.get(address + _PAGE)).raise_for_status()
                return
            except httpx.TransportError:
                if perf_counter() > deadline:
                    raise
                await asyncio.sleep(0.1)


async def _fill(dsn: str, count: int) -> None:
    """Store handoffs whose promises are due in two to four hours, after those of new ones."""
    now = SystemClock().now()
    policy = sites_policy(now)
    some = models(policy, now)
    pool = await asyncpg.create_pool(dsn, min_size=2, max_size=2)
    try:
        await pool.execute(sql.KEEP_RULES, policy.rules.version, policy.rules.model_dump_json(), now)
        for number, model in enumerate(some):
            each = count // len(some) + (number < count % len(some))
            await insert_open(
                pool,
                model,
                prefix=f"board-{number}-",
                count=each,
                first_due=now + timedelta(hours=2),
                every=timedelta(hours=2) / max(each, 1),
            )
        await pool.execute("VACUUM (ANALYZE) handoffs, clocks", timeout=SLOW_S)
    finally:
        await pool.close()


async def _pages(address: str, count: int) -> list[float]:
    """Return how long each of so many first pages took, one after another."""
    took = []
    async with httpx.AsyncClient(timeout=60) as client:
        for _ in range(count):
            began = perf_counter()
            (await client.get(address + _PAGE)).raise_for_status()
            took.append(perf_counter() - began)
    return took


async def _events(servers: Servers, dsn: str, tabs: Tabs, count: int) -> list[float]:
    """Let handoffs be requested at an even pace, and return how long each tab waited for each of them."""
    ledger = PostgresLedger(dsn, cluster="bench", group="bench", connections=2)
    await ledger.open()
    try:
        desk = Desk(ledger, load(always_open(servers.folder / "templates")), SystemClock())
        await desk.open()
        took: list[float] = []
        seen: list[tuple[float, list[float]]] = []
        began = perf_counter()
        for number in range(count):
            await asyncio.sleep(max(0.0, began + number / _EVENTS_PER_S - perf_counter()))
            cause = Cause(source=_SOURCE, id=f"event-{number}", at=SystemClock().now())
            command = a_large_request(number, case_id=f"live-{number}")
            arrivals = tabs.look_for(str(handoff_id(cause.source, cause.id)))
            await desk.handle([Delivery(NOWHERE, event_id(cause.source, cause.id), cause, command)])
            seen.append((perf_counter(), arrivals))
        for committed, arrivals in seen:
            async with asyncio.timeout(_TOLD_WITHIN_S):
                while len(arrivals) < BOARD_TABS:
                    tabs.require_open()
                    await asyncio.sleep(0.02)
            took += [max(arrived - committed, 0.0) for arrived in arrivals]
        return took
    finally:
        await ledger.close()


async def _worker(
    servers: Servers, watching: Watcher, scale: Scale, say: Callable[[str], None]
) -> tuple[list[float], list[float]]:
    """Return the paces of a worker alone and with a board and its tabs beside it, in turns."""
    paces: tuple[list[float], list[float]] = ([], [])
    for number in range(2 * scale.board_rounds):
        dsn = await servers.fresh_database()
        async with contextlib.AsyncExitStack() as beside:
            is_watched = number % 2 == 1
            if is_watched:
                _, address = await beside.enter_async_context(a_board(servers, dsn))
                await beside.enter_async_context(open_tabs(address, _STREAM, BOARD_TABS))
            with our_worker(servers, dsn, group=f"board-{number}") as worker:
                pace = await watching.pace(
                    worker, OUTPUTS, total=scale.handoffs, window_s=scale.board_window_s
                )
        paces[is_watched].append(pace.per_second)
        beside_it = "with a board beside it" if is_watched else "alone"
        say(f"a worker {beside_it}: {pace.per_second:,.0f} handoffs/s over {pace.seconds:.1f} s")
    return paces


def main() -> None:
    """Measure the board alone, and print."""
    is_quick = "QUICK" in sys.argv[1:] or os.environ.get("QUICK", "") not in ("", "0")
    scale = QUICK if is_quick else FULL
    began = perf_counter()

    def say(text: str) -> None:
        print(f"[{perf_counter() - began:5.0f} s] {text}", flush=True)

    async def measure(running: Servers) -> Board:
        await require_durable(running.dsn)
        await running.prepare()
        await create_our_topics(running)
        async with watcher(running.kafka) as watching:
            await fill(running.kafka, PARTITIONS, Requests(), scale.handoffs)
            say(f"{scale.handoffs:,} requests are waiting")
            return await measure_board(running, watching, scale, say)

    with servers() as running_servers:
        measured = uvloop.run(measure(running_servers))
    found, lines = report.board(measured)
    report.show(lines, title=f"{'Quick' if is_quick else 'Whole'} run, {perf_counter() - began:.0f} s")
    print(json.dumps(found, indent=2))


if __name__ == "__main__":
    main()
