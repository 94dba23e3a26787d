"""What every test does: begin, disturb, come to rest, judge."""

from __future__ import annotations

import asyncio
import random
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from bench.faults.checker import check
from bench.faults.drain import NotDrained, drain, watching_offsets
from bench.faults.evidence import Evidence, gather
from bench.faults.fleet import Fleet
from bench.faults.scale import Scale
from bench.faults.sender import Sender, sender
from bench.faults.site import Run, Site
from bench.faults.verdict import Verdict


class Trial:
    """A test under way."""

    def __init__(self, run: Run, fleet: Fleet, sender: Sender, rng: random.Random, scale: Scale) -> None:
        self.run = run
        self.fleet = fleet
        self.sender = sender
        self.rng = rng
        self.scale = scale
        self.verdict = Verdict()
        self.evidence: Evidence
        """What was there when it was judged."""

    @property
    def prefix(self) -> str:
        """A beginning of case ids that no other test has."""
        return self.run.group

    async def judge(self) -> Verdict:
        """Come to rest, then check every invariant."""
        verdict = self.verdict
        try:
            verdict.facts["drain_s"] = round(
                await drain(self.run, self.fleet, within_s=self.scale.drain_s), 2
            )
        except NotDrained as stuck:
            verdict.blame("rest", str(stuck))
        for said in self.fleet.fallen():
            verdict.blame("workers", f"a worker ended by itself: {said[-1500:]}")
        self.evidence = await gather(self.run)
        check(verdict, self.evidence, self.sender.messages, self.sender.places, self.run.since)
        return verdict


@asynccontextmanager
async def trial(
    site: Site,
    name: str,
    scale: Scale,
    seed: int,
    *,
    strict: bool = False,
    mutant: str | None = None,
    **env: object,
) -> AsyncIterator[Trial]:
    """Set a test up, watch offsets while it lasts, and leave no worker behind."""
    began = time.monotonic()
    run = await site.begin(name, strict=strict, **env)
    async with Fleet(run, mutant=mutant) as fleet, sender(run) as sending:
        test = Trial(run, fleet, sending, random.Random(f"{seed}-{name}"), scale)
        async with watching_offsets(run, lambda what: test.verdict.blame("I7", what)):
            yield test
    test.verdict.facts["seconds"] = round(time.monotonic() - began, 1)
    test.verdict.facts["mode"] = "strict" if strict else "plain"


async def until(true: object, *, within_s: float, every_s: float = 0.05) -> bool:
    """Wait until a function or coroutine function says true; return whether it did."""
    assert callable(true)
    deadline = time.monotonic() + within_s
    while time.monotonic() < deadline:
        said = true()
        if asyncio.iscoroutine(said):
            said = await said
        if said:
            return True
        await asyncio.sleep(every_s)
    return False
