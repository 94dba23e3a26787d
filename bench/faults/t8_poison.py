"""T8: one message in twenty is bad; each becomes a dead letter, untouched, and the memory stays flat."""

from __future__ import annotations

import asyncio
import subprocess
from datetime import datetime
from typing import Any

from bench.faults.message import Message, Step
from bench.faults.poison import POISON, poisoned
from bench.faults.scale import Scale
from bench.faults.site import Site
from bench.faults.stories import interleave, tell
from bench.faults.t1_workers_die import all_own
from bench.faults.trial import Trial, trial
from bench.faults.verdict import Verdict

_SHARE = 0.05
_SETTINGS: dict[str, Any] = {"HANDOFF_INTAKE__PARK_FOR": "PT4S"}
_GROWS_BY_MB = 40.0
"""How much the second half may need more than the first: allocators keep some of what was large."""
_PER_SECOND = 250.0


async def t8(site: Site, scale: Scale, seed: int, *, mutant: str | None = None) -> Verdict:
    """Mix bad messages among the good, and watch one worker's memory."""
    async with trial(site, "T8", scale, seed, mutant=mutant, **_SETTINGS) as test:
        steps = _spoilt(test, interleave(test.rng, tell(test.rng, scale.t8_events, prefix=test.prefix)))
        worker = test.fleet.start()
        # A reply that waits for a handoff which is on its way must not expire with those that wait in vain.
        await all_own(test)
        samples: list[float] = []
        watching = asyncio.create_task(_watch(worker.pid, samples))
        # Twice the same mix, so that what the first half needs the second needs too.
        await test.sender.tell(steps, per_second=_PER_SECOND)
        watching.cancel()
        _judge_memory(test, samples)
        return await test.judge()


def _spoilt(test: Trial, steps: list[Step]) -> list[Step]:
    """Put bad messages among the good ones, every sort of them."""
    number = max(len(POISON), round(len(steps) * _SHARE))
    sorts = list(POISON) * (number // len(POISON) + 1)
    for count, what in enumerate(sorts[:number]):
        steps.insert(test.rng.randint(0, len(steps)), _step(what, f"{test.prefix}-bad-{count}"))
    test.verdict.facts["bad"] = number
    return steps


def _step(what: str, id: str) -> Step:
    def make(at: datetime) -> Message:
        return poisoned(what, id, at)

    return make


async def _watch(pid: int, samples: list[float]) -> None:
    while True:
        said = await asyncio.to_thread(
            subprocess.run, ["ps", "-o", "rss=", "-p", str(pid)], capture_output=True, text=True, check=False
        )
        if said.stdout.strip():
            samples.append(int(said.stdout) / 1024)
        await asyncio.sleep(0.5)


def _judge_memory(test: Trial, samples: list[float]) -> None:
    """Compare the peak of the last third with that of the second; the first is the start."""
    third = len(samples) // 3
    if third < 3:
        return
    middle, last = max(samples[third : 2 * third]), max(samples[2 * third :])
    test.verdict.facts["memory_mb"] = {"middle": round(middle), "end": round(last), "samples": len(samples)}
    if last - middle > _GROWS_BY_MB:
        test.verdict.blame("memory", f"{middle:.0f} MB in the middle, {last:.0f} MB at the end")
