"""T1: workers are killed with kill -9, and the one that is left takes their partitions over."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Sequence

import asyncpg

from bench.faults.fleet import WorkerProcess
from bench.faults.scale import Scale
from bench.faults.site import Site
from bench.faults.stories import interleave, tell
from bench.faults.trial import Trial, trial, until
from bench.faults.verdict import Verdict

TAKEOVER_LIMIT_S = 10.0
_WORKERS = 2
_GIVE_UP_S = 60.0


async def t1(site: Site, scale: Scale, seed: int) -> Verdict:
    """Kill one of two workers, again and again, while events come in."""
    async with trial(site, "T1", scale, seed) as test:
        steps = interleave(test.rng, tell(test.rng, scale.t1_events, prefix=test.prefix))
        for _ in range(_WORKERS):
            test.fleet.start()
        await all_own(test)
        takeovers: list[float] = []
        share = -(-len(steps) // (scale.t1_kills + 1))
        for kill in range(scale.t1_kills):
            part = steps[kill * share : (kill + 1) * share]
            sending = asyncio.create_task(test.sender.tell(part, per_second=len(part) / scale.part_s))
            await asyncio.sleep(test.rng.uniform(0.05, 0.6) * scale.part_s)
            takeovers += await _kill_one(test)
            await sending
        await test.sender.tell(steps[scale.t1_kills * share :])
        test.verdict.facts |= {"kills": scale.t1_kills, "takeover_s": spread(takeovers)}
        for late in (seconds for seconds in takeovers if seconds > TAKEOVER_LIMIT_S):
            test.verdict.blame("takeover", f"a dead worker's partitions stood still for {late:.1f} s")
        return await test.judge()


async def all_own(test: Trial) -> None:
    """Wait until every running worker owns partitions."""

    async def everybody() -> bool:
        known = await owners(test)
        return all(f"-{worker.pid}" in known for worker in test.fleet.running())

    await until(everybody, within_s=_GIVE_UP_S)


async def _kill_one(test: Trial) -> list[float]:
    """Kill a worker, start another a moment later, and return how long partitions were without an owner."""
    victim: WorkerProcess = test.rng.choice(test.fleet.running())
    mark = f"-{victim.pid}"
    owned = mark in await owners(test)
    victim.kill()
    killed_at = time.monotonic()
    replacing = asyncio.create_task(_replace(test, test.rng.uniform(0, 3)))

    async def is_taken_over() -> bool:
        return mark not in await owners(test)

    found = await until(is_taken_over, within_s=_GIVE_UP_S)
    took = time.monotonic() - killed_at
    await replacing
    if not found:
        test.verdict.blame("takeover", f"nobody took over within {_GIVE_UP_S:.0f} s")
    return [took] if owned else []


async def _replace(test: Trial, after_s: float) -> None:
    await asyncio.sleep(after_s)
    test.fleet.start()


async def owners(test: Trial) -> set[str]:
    """Return the ends of the names of those who own partitions: a hyphen and a process id."""
    db = await asyncpg.connect(test.run.dsn)
    try:
        rows = await db.fetch("SELECT DISTINCT owner FROM progress WHERE consumer_group = $1", test.run.group)
    finally:
        await db.close()
    return {"-" + row["owner"].rpartition("-")[2] for row in rows}


def spread(seconds: Sequence[float]) -> dict[str, float]:
    """Return the middle and the worst of some durations."""
    ordered = sorted(seconds)
    if not ordered:
        return {}
    return {
        "p50": round(ordered[len(ordered) // 2], 2),
        "max": round(ordered[-1], 2),
        "count": len(ordered),
    }
