"""Memory: what a worker holds after some handoffs, and after ten times as many."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass

from bench.ours import OUTPUTS, our_worker
from bench.scale import MEMORY, Scale
from bench.servers import Servers
from bench.watch import Watcher


@dataclass(frozen=True, slots=True)
class Memory:
    """A reading."""

    handoffs: int
    """After how many it was read; fewer than wanted when time was over."""
    mb: float


async def measure_memory(servers: Servers, watcher: Watcher, scale: Scale) -> dict[int, Memory]:
    """Let a fresh worker read the load, and return handoffs wanted -> reading."""
    dsn = await servers.fresh_database()
    before = await watcher.least(OUTPUTS)
    found: dict[int, Memory] = {}
    deadline = asyncio.get_running_loop().time() + scale.memory_s
    with our_worker(servers, dsn, group="memory") as worker:
        for wanted in MEMORY:
            try:
                async with asyncio.timeout_at(deadline):
                    await watcher.reaches(worker, OUTPUTS, before + wanted)
            except TimeoutError:
                if asyncio.get_running_loop().time() < deadline:
                    raise
            found[wanted] = Memory(await watcher.least(OUTPUTS) - before, worker.memory_mb())
    return found
