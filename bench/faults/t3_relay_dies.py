"""T3: the relay dies between the append and the mark, and the next one finds out what was sent."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

from bench.faults.scale import Scale
from bench.faults.site import Site
from bench.faults.stories import interleave, tell
from bench.faults.t2_crash_points import SESSION_MS, merge
from bench.faults.trial import Trial, trial
from bench.faults.verdict import Verdict

_PLACES = ("after-send", "after-send", "mid-send")
_SENT = ("after-send",)
"""The only place at which a relay without read-back is sure to be found out."""
_WORKERS = 2
_SETTINGS = {"HANDOFF_RELAY__BATCH": 100}


async def t3(site: Site, scale: Scale, seed: int) -> Verdict:
    """Kill the relay in both of its modes."""
    total = Verdict()
    for strict in (False, True):
        merge(total, await kill_relays(site, scale, seed, strict=strict), "strict" if strict else "plain")
    return total


async def kill_relays(
    site: Site, scale: Scale, seed: int, *, strict: bool, mutant: str | None = None
) -> Verdict:
    """Let each worker die in its relay, while others go on."""
    async with trial(site, "T3", scale, seed, strict=strict, mutant=mutant, **_SETTINGS) as test:
        steps = interleave(test.rng, tell(test.rng, scale.t3_events, prefix=test.prefix))
        pace = len(steps) / (scale.t3_kills * 2.5)
        sending = asyncio.create_task(test.sender.tell(steps, per_second=pace))
        try:
            await _kill(test, scale.t3_kills, _PLACES if mutant is None else _SENT)
        finally:
            await sending
        # What nobody tells to die finishes the work.
        test.fleet.start(session_ms=SESSION_MS)
        for worker in test.fleet.running()[:-1]:
            worker.kill()
        return await test.judge()


async def _kill(test: Trial, kills: int, places: Sequence[str]) -> None:
    deadline = asyncio.get_running_loop().time() + kills * 15 + 30
    while True:
        died = sum(worker.has_crashed_as_told for worker in test.fleet.workers)
        if died >= kills:
            test.verdict.facts["kills"] = died
            return
        if asyncio.get_running_loop().time() > deadline:
            test.verdict.blame("crash", f"only {died} of {kills} relays came to their place")
            return
        while len(test.fleet.running()) < _WORKERS:
            test.fleet.start(crash=test.rng.choice(places), hit=test.rng.randint(2, 6), session_ms=SESSION_MS)
        await asyncio.sleep(0.1)
