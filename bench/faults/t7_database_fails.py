"""T7: PostgreSQL is killed with kill -9 and comes back after a while."""

from __future__ import annotations

import asyncio
import time

from bench.faults.scale import Scale
from bench.faults.site import Site
from bench.faults.stories import interleave, tell
from bench.faults.t1_workers_die import all_own, spread
from bench.faults.t5_broker_fails import read_so_far
from bench.faults.trial import trial, until
from bench.faults.verdict import Verdict

_RECOVERS_WITHIN_S = 120.0


async def t7(site: Site, scale: Scale, seed: int) -> Verdict:
    """Kill the database while events come in."""
    async with trial(site, "T7", scale, seed) as test:
        steps = interleave(test.rng, tell(test.rng, scale.t7_events, prefix=test.prefix))
        downs = list(scale.t7_down_s)
        test.rng.shuffle(downs)
        share = -(-len(steps) // (len(downs) + 1))
        for _ in range(2):
            test.fleet.start()
        await all_own(test)
        recovered: list[float] = []
        for number, down in enumerate(downs):
            part = steps[number * share : (number + 1) * share]
            sending = asyncio.create_task(
                test.sender.tell(part, per_second=len(part) / (down + scale.part_s))
            )
            await asyncio.sleep(test.rng.uniform(0.1, 0.5) * scale.part_s)
            before = await read_so_far(test)
            await asyncio.to_thread(site.postgres.kill)
            await asyncio.sleep(down)
            await asyncio.to_thread(site.postgres.start)
            back = time.monotonic()

            async def moved(before: int = before) -> bool:
                return await read_so_far(test) > before

            if not await until(moved, within_s=_RECOVERS_WITHIN_S):
                test.verdict.blame("recovery", f"nothing was read for {_RECOVERS_WITHIN_S:.0f} s")
            recovered.append(time.monotonic() - back)
            await sending
        await test.sender.tell(steps[len(downs) * share :])
        test.verdict.facts |= {"down_s": downs, "recovery_s": spread(recovered)}
        return await test.judge()
