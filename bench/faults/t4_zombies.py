"""T4: a worker freezes for three times its session, another takes its work over, and then it wakes up.

Most freeze at a place of their own choosing: with a batch in hand, inside a transaction, between the append
and the mark. The first always holds a batch that it has not stored, which is what the fence is for.
"""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections.abc import AsyncIterator

import asyncpg

from bench.faults.fleet import WorkerProcess
from bench.faults.message import Step
from bench.faults.scale import Scale
from bench.faults.site import Site
from bench.faults.stories import interleave, tell
from bench.faults.t1_workers_die import all_own, owners, spread
from bench.faults.trial import Trial, trial, until
from bench.faults.verdict import Verdict

_BATCH_IN_HAND = "before-advance"
_ANYWHERE = "anywhere"
_PLACES = (
    _ANYWHERE,
    _BATCH_IN_HAND,
    "after-load",
    "before-commit",
    "after-commit",
    "sweep-after-load",
    "sweep-before-commit",
    "before-send",
    "after-send",
)
_SESSIONS = 3
_FENCED = "intake.fenced"
_NOTICES_WITHIN_S = 10.0
_MORE_TRIES = 3


async def t4(site: Site, scale: Scale, seed: int, *, mutant: str | None = None) -> Verdict:
    """Freeze one of two workers, again and again, while events come in."""
    async with trial(site, "T4", scale, seed, mutant=mutant) as test:
        steps = interleave(test.rng, tell(test.rng, scale.t4_events, prefix=test.prefix, short=0.5))
        share = -(-len(steps) // scale.t4_freezes)
        test.fleet.start(session_ms=scale.t4_session_ms)
        frozen: dict[str, list[float]] = {}
        async with _progress_only_grows(test):
            for number in range(scale.t4_freezes):
                place = _BATCH_IN_HAND if number == 0 else test.rng.choice(_PLACES)
                took = await _freeze_one(test, place, steps[number * share : (number + 1) * share])
                frozen.setdefault(place, []).append(took)
            # On a busy machine its group may tell a worker to stop before it finds out by itself.
            for again in range(_MORE_TRIES):
                if test.verdict.broken or any(map(_is_fenced, test.fleet.workers)):
                    break
                stories = tell(test.rng, share, prefix=f"{test.prefix}-again-{again}", short=0.5)
                took = await _freeze_one(test, _BATCH_IN_HAND, interleave(test.rng, stories))
                frozen[_BATCH_IN_HAND].append(took)
        fenced = sum(map(_is_fenced, test.fleet.workers))
        if not fenced:
            test.verdict.blame("fence", "no worker found itself fenced, although one held a stale batch")
        test.verdict.facts |= {
            "freezes": sum(map(len, frozen.values())),
            "frozen_for_s": _SESSIONS * scale.t4_session_ms / 1_000,
            "fenced": fenced,
            "takeover_s": {place: spread(seconds) for place, seconds in frozen.items()},
        }
        return await test.judge()


async def _freeze_one(test: Trial, place: str, steps: list[Step]) -> float:
    """Let a worker freeze and wake up, and return how long its partitions were without an owner."""
    session_ms = test.scale.t4_session_ms
    is_told = place != _ANYWHERE
    hit = 1 if place == _BATCH_IN_HAND else test.rng.randint(1, 3)
    victim = test.fleet.start(freeze=place if is_told else None, hit=hit, session_ms=session_ms)
    await all_own(test)
    asleep_s = _SESSIONS * session_ms / 1_000
    pace = len(steps) / (test.scale.part_s + 0.7 * asleep_s)
    sending = asyncio.create_task(test.sender.tell(steps, per_second=pace))
    try:
        if not is_told or not await until(lambda: victim.has_frozen_as_told, within_s=asleep_s):
            victim.freeze()
        took = await _sleep(test, victim, asleep_s)
        victim.thaw()
    finally:
        await sending
    if place == _BATCH_IN_HAND:
        # A worker that is told to stop at once lets go of its batch, and finds nothing out.
        await until(lambda: _is_fenced(victim), within_s=_NOTICES_WITHIN_S)
    await all_own(test)
    # So that the next zombie and its heir are the only ones.
    await victim.stop()
    return took


def _is_fenced(worker: WorkerProcess) -> bool:
    return _FENCED in worker.log.read_text(errors="replace")


async def _sleep(test: Trial, victim: WorkerProcess, seconds: float) -> float:
    began = time.monotonic()

    async def is_taken_over() -> bool:
        return f"-{victim.pid}" not in await owners(test)

    found = await until(is_taken_over, within_s=seconds)
    took = time.monotonic() - began
    await asyncio.sleep(max(0.0, seconds - took))
    return took if found else seconds


@contextlib.asynccontextmanager
async def _progress_only_grows(test: Trial) -> AsyncIterator[None]:
    """Watch closely that no partition's progress is put back, as a zombie without a fence would."""
    task = asyncio.create_task(_watch(test))
    try:
        yield
    finally:
        task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await task


async def _watch(test: Trial) -> None:
    db = await asyncpg.connect(test.run.dsn)
    reached: dict[tuple[str, int], int] = {}
    try:
        while True:
            rows = await db.fetch("SELECT topic, partition, next_offset AS now FROM progress")
            for place, now in (((r["topic"], r["partition"]), r["now"] or 0) for r in rows):
                if now < reached.get(place, 0):
                    test.verdict.blame("fence", f"{place} went back from {reached[place]} to {now}")
                reached[place] = now
            await asyncio.sleep(0.02)
    finally:
        await db.close()
