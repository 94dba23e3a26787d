"""Many seeds, on every processor: what each of them led to, and everything that is wrong."""

from __future__ import annotations

import multiprocessing
import os
import traceback
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any

from bench.faults.simulation.checks import check
from bench.faults.simulation.mutants import MUTANTS, mutated
from bench.faults.simulation.world import World
from bench.faults.verdict import Verdict


@dataclass(frozen=True)
class Lived:
    """What became of one seed."""

    seed: int
    trace: str
    """A hash of the whole journal."""
    events: int
    entries: int
    broken: dict[str, dict[str, Any]]
    """Invariant -> how often it is broken, and the first few cases."""
    lost: int = 0
    duplicates: int = 0
    counts: Counter[str] = field(default_factory=Counter)


def live(seed: int, mutant: str | None = None) -> Lived:
    """Live through one seed, and judge what is left."""
    verdict = Verdict()
    with mutated(mutant):
        world = World(seed)
        try:
            world.live()
            counts = check(verdict, world.remains()) + Counter(world.counts)
        except Exception:
            verdict.blame("crash", traceback.format_exc(limit=-6))
            counts = Counter()
    return Lived(
        seed,
        world.trace(),
        len(world.log.sent),
        len(world.ledger.journal),
        verdict.broken,
        verdict.lost,
        verdict.duplicates,
        counts,
    )


def live_all(
    seeds: Iterable[int], mutant: str | None = None, processes: int | None = None
) -> Iterator[Lived]:
    """Live through seeds, in their order."""
    assert mutant is None or mutant in MUTANTS
    work = [(seed, mutant) for seed in seeds]
    processes = min(processes or os.cpu_count() or 1, len(work))
    if processes == 1:
        yield from map(_live, work)
        return
    # Spawned, since whoever calls may have threads and connections that a fork would share.
    with multiprocessing.get_context("spawn").Pool(processes) as pool:
        yield from pool.imap(_live, work, chunksize=min(50, -(-len(work) // processes)))


def trace_of(lived: Iterable[Lived]) -> str:
    """Return one hash for the traces of many seeds."""
    return sha256("\n".join(f"{each.seed} {each.trace}" for each in lived).encode()).hexdigest()


def _live(work: tuple[int, str | None]) -> Lived:
    return live(*work)
