"""Shows the board with a lifelike floor until Ctrl-C: `python -m tests.board.serve --port 8400`.

PostgreSQL, the cases of a week and the board itself are made anew in a temporary folder, and are gone
afterwards. What falls due is fired as a worker does it; no Kafka is needed.
"""

from __future__ import annotations

import argparse
import asyncio
import signal
from contextlib import AsyncExitStack
from datetime import timedelta

from orchestrator.wall_clock import SystemClock
from streams.board.app import serving
from tests.board.arrivals import arrive
from tests.board.working import working
from tests.board.world import a_policy, seed
from tests.servers import choose_postgres


def main() -> None:
    """Make the floor and show it."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--port", type=int, default=0, help="0 takes a free one")
    asked.add_argument("--cards", type=int, default=0, help="so many open handoffs besides, for speed")
    asked.add_argument("--days", type=int, default=7, help="how many days of history")
    asked.add_argument("--every", type=float, default=0, help="a new handoff each so many seconds; 0: none")
    options = asked.parse_args()
    with choose_postgres() as postgres:
        dsn = postgres.create_database("board")
        asyncio.run(_serve(dsn, options))


async def _serve(dsn: str, options: argparse.Namespace) -> None:
    stopping = asyncio.Event()
    for name in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(name, stopping.set)
    print("making the floor ...", flush=True)
    clock, policy = SystemClock(), a_policy()
    world = await seed(dsn, now=clock.now(), days=options.days, cards=options.cards)
    async with AsyncExitStack() as running:
        desk = await running.enter_async_context(working(dsn, policy))
        board = await running.enter_async_context(serving(dsn, policy, port=options.port))
        print(f"the board: {board}/board", flush=True)
        for name in sorted(world.stories):
            print(f"  {board}/handoffs/{world.id(name)}  {name}", flush=True)
        if options.every > 0:
            await arrive(desk, clock, every=timedelta(seconds=options.every), stopping=stopping)
        await stopping.wait()


if __name__ == "__main__":
    main()
