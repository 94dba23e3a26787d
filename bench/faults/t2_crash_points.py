"""T2: a worker dies at a chosen place in the order of writes, and a fresh one finishes its work."""

from __future__ import annotations

import random

from bench.faults.crash_points import POINTS
from bench.faults.message import Fate
from bench.faults.rules import LONG
from bench.faults.scale import Scale
from bench.faults.site import Site
from bench.faults.stories import MIXED, UNANSWERED, Case, interleave, tell
from bench.faults.trial import Trial, trial, until
from bench.faults.verdict import Verdict
from tests import builders as b

SESSION_MS = 1_500
"""Shorter than in production, since nothing here is measured."""
_DIES_WITHIN_S = 60.0
_SELDOM = {"before-seek", "parked-before-commit", "found-sent", "before-kafka-commit", "after-kafka-commit"}
"""Places that a short test comes to only once or twice."""
_KEPT = ("seconds", "rungs_fired", "rungs_cancelled", "drain_s", "kills")
_EXPIRY = "parked-before-commit"
_SETTINGS: dict[str, object] = {"HANDOFF_INTAKE__BATCH": 25, "HANDOFF_RELAY__BATCH": 40}


async def t2(site: Site, scale: Scale, seed: int) -> Verdict:
    """Die at every place, in both modes of the relay."""
    points = [(point, strict) for strict in (False, True) for point in POINTS]
    total = Verdict()
    for point, strict in points if scale.t2_points is None else _some(points, scale.t2_points, seed):
        verdict = await die_at(site, scale, seed, point, strict=strict)
        merge(total, verdict, f"{point}, {'strict' if strict else 'plain'}")
    return total


def _some(points: list[tuple[str, bool]], number: int, seed: int) -> list[tuple[str, bool]]:
    return random.Random(seed).sample(points, number)


async def die_at(
    site: Site, scale: Scale, seed: int, point: str, *, strict: bool, mutant: str | None = None
) -> Verdict:
    """Run one test in which a worker dies at `point`."""
    name = f"T2-{point}"
    settings = _SETTINGS | ({"HANDOFF_INTAKE__PARK_FOR": "PT2S"} if point == _EXPIRY else {})
    async with trial(site, name, scale, seed, strict=strict, mutant=mutant, **settings) as test:
        kinds = UNANSWERED if point == _EXPIRY else MIXED
        steps = interleave(
            test.rng, tell(test.rng, scale.t2_events, prefix=test.prefix, kinds=kinds, short=0.5)
        )
        if point == _EXPIRY:
            nobody = Case(f"{test.prefix}-nobody", LONG)
            steps.insert(0, nobody.replies(b.an_accept, fate=Fate.DEAD, code="unknown-handoff"))
        hit = 1 if point in _SELDOM else test.rng.randint(1, 4)
        if point == "found-sent":
            await _live_until_death(test, "after-send", 2, lambda: test.sender.tell(steps[: len(steps) // 2]))
            steps = steps[len(steps) // 2 :]
        await _live_until_death(test, point, hit, lambda: test.sender.tell(steps))
        test.fleet.start(session_ms=SESSION_MS)
        return await test.judge()


async def _live_until_death(test: Trial, point: str, hit: int, send: object) -> None:
    assert callable(send)
    worker = test.fleet.start(crash=point, hit=hit, session_ms=SESSION_MS)
    await send()
    if not await until(lambda: not worker.is_running, within_s=_DIES_WITHIN_S):
        test.verdict.blame("crash", f"the worker never came to {point} for the time number {hit}")
        worker.kill()
    elif not worker.has_crashed_as_told:
        test.verdict.blame("crash", f"the worker ended before it came to {point}")


def merge(total: Verdict, part: Verdict, name: str) -> None:
    """Add the verdict of one part of a test."""
    total.sent += part.sent
    total.lost += part.lost
    total.duplicates += part.duplicates
    total.extra += part.extra
    for invariant, found in part.broken.items():
        for example in found["examples"]:
            total.blame(invariant, f"{name}: {example}")
    total.facts.setdefault("parts", {})[name] = {
        "ok": part.is_clean,
        "events": part.sent,
        **{k: v for k, v in part.facts.items() if k in _KEPT},
    }
