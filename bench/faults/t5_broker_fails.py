"""T5: the broker is killed and comes back, or freezes with its connections open."""

from __future__ import annotations

import asyncio
import time

import asyncpg

from bench.faults.scale import Scale
from bench.faults.site import Site
from bench.faults.stories import interleave, tell
from bench.faults.t1_workers_die import all_own, spread
from bench.faults.trial import Trial, trial, until
from bench.faults.verdict import Verdict

_RECOVERS_WITHIN_S = 120.0


async def t5(site: Site, scale: Scale, seed: int) -> Verdict:
    """Restart and freeze the broker while events come in."""
    async with trial(site, "T5", scale, seed) as test:
        outages: list[float | None] = [None] * scale.t5_restarts + list(scale.t5_hangs_s)
        test.rng.shuffle(outages)
        steps = interleave(test.rng, tell(test.rng, scale.t5_events, prefix=test.prefix))
        share = -(-len(steps) // (len(outages) + 1))
        for _ in range(2):
            test.fleet.start()
        await all_own(test)
        recovered: dict[str, list[float]] = {"restart": [], "hang": []}
        for number, outage in enumerate(outages):
            part = steps[number * share : (number + 1) * share]
            sending = asyncio.create_task(test.sender.tell(part, per_second=len(part) / scale.part_s))
            await asyncio.sleep(test.rng.uniform(0.1, 0.5) * scale.part_s)
            await (_restart(site) if outage is None else _hang(site, outage))
            back = time.monotonic()
            await sending
            await reads_again(test)
            recovered["restart" if outage is None else "hang"].append(time.monotonic() - back)
        await test.sender.tell(steps[len(outages) * share :])
        test.verdict.facts |= {
            "restarts": scale.t5_restarts,
            "hangs_s": list(scale.t5_hangs_s),
            "recovery_after_restart_s": spread(recovered["restart"]),
            "recovery_after_hang_s": spread(recovered["hang"]),
        }
        return await test.judge()


async def _restart(site: Site) -> None:
    site.kafka.kill(0)
    await asyncio.to_thread(site.kafka.restart, 0)


async def _hang(site: Site, seconds: float) -> None:
    site.kafka.pause(0)
    try:
        await asyncio.sleep(seconds)
    finally:
        site.kafka.resume(0)


async def reads_again(test: Trial) -> None:
    """Wait until the intake reads again, after an outage."""
    before = await read_so_far(test)
    wanted = len(test.sender.places)

    async def moved() -> bool:
        now = await read_so_far(test)
        return now > before or now >= wanted

    if not await until(moved, within_s=_RECOVERS_WITHIN_S):
        test.verdict.blame("recovery", f"nothing was read for {_RECOVERS_WITHIN_S:.0f} s after an outage")


async def read_so_far(test: Trial) -> int:
    """Return how many messages were read, by the progress of all partitions."""
    db = await asyncpg.connect(test.run.dsn)
    try:
        rows = await db.fetch(
            "SELECT topic, partition, next_offset FROM progress WHERE next_offset IS NOT NULL"
        )
    finally:
        await db.close()
    since = {(tp.topic, tp.partition): offset for tp, offset in test.run.since.items()}
    return sum(r["next_offset"] - since.get((r["topic"], r["partition"]), 0) for r in rows)
