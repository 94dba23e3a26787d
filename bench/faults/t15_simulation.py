"""T15: whole systems in virtual time, by the thousand; the same seed gives the same trace in any process."""

from __future__ import annotations

import asyncio
import os
import sys
from collections import Counter
from pathlib import Path
from typing import Any

from bench.faults.scale import Scale
from bench.faults.simulation.seeds import Lived, live_all, trace_of
from bench.faults.site import Site
from bench.faults.verdict import Verdict

_APART = 1_000_000
"""Seeds of the suite are so far from each other that none lives through the same."""
_HASH_SEEDS = ("0", "4242")
_ROOT = Path(__file__).resolve().parents[2]


async def t15(site: Site, scale: Scale, seed: int, *, mutant: str | None = None) -> Verdict:
    """Live through many seeds, and through some of them again in processes that hash otherwise."""
    verdict = Verdict()
    first = seed * _APART
    lived = await asyncio.to_thread(lambda: list(live_all(range(first, first + scale.t15_seeds), mutant)))
    _judge(verdict, lived)
    if mutant is None:
        again = lived[: scale.t15_again]
        expected = trace_of(again)
        for hash_seed in _HASH_SEEDS:
            if expected not in (said := await _live_again(first, len(again), hash_seed)):
                verdict.blame("trace", f"PYTHONHASHSEED={hash_seed}: not {expected}, but {said}")
    return verdict


def _judge(verdict: Verdict, lived: list[Lived]) -> None:
    counts: Counter[str] = Counter()
    for each in lived:
        counts += each.counts
        verdict.sent += each.events
        verdict.lost += each.lost
        verdict.duplicates += each.duplicates
        for invariant, found in each.broken.items():
            for example in found["examples"]:
                verdict.blame(invariant, f"seed {each.seed}: {example}")
    facts: dict[str, Any] = {
        "seeds": len(lived),
        "entries": sum(each.entries for each in lived),
        "trace": trace_of(lived),
        "disturbances": {what: counts[what] for what in ("kill", "cut", "jump", "rebalance", "deploy")},
    }
    facts |= {f"rungs_{what}": counts[what] for what in ("armed", "fired", "cancelled", "waiting")}
    verdict.facts |= facts | {"breaches_taken_back": counts["BreachWithdrawn"] + counts["MetLateDelivery"]}


async def _live_again(first: int, seeds: int, hash_seed: str) -> str:
    command = ("-m", "bench.faults.simulation", "--first", str(first), "--seeds", str(seeds))
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        *command,
        cwd=_ROOT,
        env={**os.environ, "PYTHONHASHSEED": hash_seed},
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    said, _ = await process.communicate()
    return said.decode()[-2_000:]
