"""T9: everything arrives several times and in any order, while workers join and leave."""

from __future__ import annotations

import asyncio
from datetime import timedelta

from bench.faults.message import Message
from bench.faults.scale import Scale
from bench.faults.site import Site
from bench.faults.stories import ANY_ORDER, tell
from bench.faults.trial import Trial, trial
from bench.faults.verdict import Verdict
from orchestrator.wall_clock import SystemClock

_COPIES = (1, 5)
_APART = timedelta(milliseconds=1)
_SETTINGS = {"HANDOFF_RELAY__SLA": "all", "HANDOFF_INTAKE__BATCH": "20"}
"""Here every step of a clock leaves, that of the others only what matters to somebody; and batches are small,
since one batch takes the copies of an event that are in it for one whatever the inbox says."""


async def t9(site: Site, scale: Scale, seed: int, *, mutant: str | None = None) -> Verdict:
    """Shuffle copies of every message, and change the fleet while they come in."""
    async with trial(site, "T9", scale, seed, mutant=mutant, **_SETTINGS) as test:
        copies = _copies(test, scale.t9_events)
        test.fleet.start()
        parts = scale.t9_changes + 1
        share = -(-len(copies) // parts)
        for part in range(parts):
            await _send(test, copies[part * share : (part + 1) * share], seconds=scale.part_s)
            if part < scale.t9_changes:
                await _change(test)
        test.verdict.facts |= {"copies": len(copies), "changes": scale.t9_changes}
        return await test.judge()


def _copies(test: Trial, events: int) -> list[Message]:
    now = SystemClock().now()
    copies = []
    for story in tell(test.rng, events, prefix=test.prefix, kinds=ANY_ORDER):
        for number, step in enumerate(story):
            message = step(now + number * _APART)
            copies += [message] * test.rng.randint(*_COPIES)
    test.rng.shuffle(copies)
    return copies


async def _send(test: Trial, messages: list[Message], *, seconds: float) -> None:
    size = max(1, len(messages) // 10)
    for start in range(0, len(messages), size):
        await test.sender.send(messages[start : start + size])
        await asyncio.sleep(seconds / 10)


async def _change(test: Trial) -> None:
    """Let a worker join, leave in an orderly way, or die; at least one stays."""
    running = test.fleet.running()
    if len(running) < 2 or (len(running) < 3 and test.rng.random() < 0.3):
        test.fleet.start()
    elif test.rng.random() < 0.5:
        await test.rng.choice(running).stop()
    else:
        test.rng.choice(running).kill()
