"""The mutants: wrong versions of the system, each of which a test has to turn red."""

from __future__ import annotations

import asyncio
import subprocess
import sys
from collections.abc import Awaitable, Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

from bench.faults.mutants import MUTANTS
from bench.faults.scale import SMALL, Scale
from bench.faults.simulated_traps import SIMULATED
from bench.faults.simulation.mutants import MUTANTS as SIMULATED_MUTANTS
from bench.faults.site import Site
from bench.faults.t2_crash_points import die_at
from bench.faults.t3_relay_dies import kill_relays
from bench.faults.t4_zombies import t4
from bench.faults.t6_bad_network import t6
from bench.faults.t8_poison import t8
from bench.faults.t9_disorder import t9
from bench.faults.t10_many_due import t10
from bench.faults.t12_photo_finish import t12
from bench.faults.verdict import Verdict

_ROOT = Path(__file__).resolve().parents[2]
_SCALE = replace(SMALL, t3_kills=2, t4_freezes=1, drain_s=25)

Trap = Callable[[Site, Scale, int], Awaitable[Verdict]]


def _dies_after_inbox(site: Site, scale: Scale, seed: int) -> Awaitable[Verdict]:
    return die_at(site, scale, seed, "after-inbox", strict=False, mutant="offsets-first")


def _answers_are_lost(site: Site, scale: Scale, seed: int) -> Awaitable[Verdict]:
    # Long enough for a lost answer to hit a batch with replies in it.
    return t6(site, replace(scale, part_s=3), seed, only="lost answers", mutant="no-inbox")


TRAPS: dict[str, tuple[str, set[str], Trap]] = {
    "no-inbox": ("T9", {"I1"}, lambda site, scale, seed: t9(site, scale, seed, mutant="no-inbox")),
    "no-inbox, after a lost answer": ("T6", {"I1"}, _answers_are_lost),
    "offsets-first": ("T2", {"I1"}, _dies_after_inbox),
    "no-fence": ("T4", {"fence"}, lambda site, scale, seed: t4(site, scale, seed, mutant="no-fence")),
    "no-row-locks": (
        "T10",
        {"workers"},
        lambda site, scale, seed: t10(site, scale, seed, mutant="no-row-locks"),
    ),
    "no-claim": ("T10", {"I2"}, lambda site, scale, seed: t10(site, scale, seed, mutant="no-claim")),
    "arrival-counts": (
        "T12",
        {"rule 9"},
        lambda site, scale, seed: t12(site, scale, seed, mutant="arrival-counts"),
    ),
    "no-state-guard": (
        "T8",
        {"I1"},
        lambda site, scale, seed: t8(site, scale, seed, mutant="no-state-guard"),
    ),
    "no-read-back": (
        "T3",
        {"I2"},
        lambda site, scale, seed: kill_relays(site, scale, seed, strict=False, mutant="no-read-back"),
    ),
    "no-read-back, strict": (
        "T3",
        {"I2"},
        lambda site, scale, seed: kill_relays(site, scale, seed, strict=True, mutant="no-read-back"),
    ),
    **SIMULATED,
}
"""Mutant -> the test that has to find it, the invariants that have to break, and how to run it."""


async def hunt(site: Site, name: str, seed: int) -> dict[str, Any]:
    """Let a test loose on a mutant, and return whether it found it."""
    test, expected, trap = TRAPS[name]
    mutant = name.partition(",")[0]
    if name not in SIMULATED:
        await asyncio.to_thread(_require_fit, mutant)
    verdict = await trap(site, _SCALE, seed)
    broken = verdict.broken
    return {
        "what": (MUTANTS | SIMULATED_MUTANTS)[mutant].what,
        "test": test,
        "killed": expected <= set(broken),
        "lost": verdict.lost,
        "duplicates": verdict.duplicates,
        "extra": verdict.extra,
        "broken": {invariant: found["count"] for invariant, found in broken.items()},
        "examples": {invariant: found["examples"][0] for invariant, found in broken.items()},
    }


def _require_fit(mutant: str) -> None:
    """Put the mutant in, in a process of its own.

    Raises:
        LookupError: it misses what it was written for; that kills workers, which would look found out.
    """
    program = f"from bench.faults.mutants import MUTANTS; MUTANTS[{mutant!r}].apply()"
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=_ROOT, capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise LookupError(done.stderr[-1000:])
