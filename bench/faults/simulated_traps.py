"""The mutants of the simulated tests: each of them is wrong in this process only, and for a while."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from bench.faults.scale import Scale
from bench.faults.site import Site
from bench.faults.t11_clock_jumps import t11
from bench.faults.t14_state_machine import t14
from bench.faults.t15_simulation import t15
from bench.faults.verdict import Verdict

Trap = Callable[[Site, Scale, int], Awaitable[Verdict]]
_T11 = {"goes-back": {"undone"}, "fires-early": {"early"}, "no-summer-time": {"I3"}}
_T14 = {"fires-twice": {"machine"}, "pauses-on-arrival": {"machine"}, "inherits-clock": {"machine"}}
_T15 = {
    "forgets-fired": {"I2", "I3"},
    "fires-twice": {"I2", "I3"},
    "pauses-on-arrival": {"I3"},
    "inherits-clock": {"I3"},
    "waits-for-ever": {"I3"},
    "every-event-is-new": {"I1"},
    "inbox-first": {"I1"},
    "no-handoff-locks": {"I4"},
}


def _trap(test: Callable[..., Awaitable[Verdict]], mutant: str) -> Trap:
    return lambda site, scale, seed: test(site, scale, seed, mutant=mutant)


SIMULATED: dict[str, tuple[str, set[str], Trap]] = {
    f"{mutant}, {name}": (name, expected, _trap(test, mutant))
    for name, test, traps in (("T11", t11, _T11), ("T14", t14, _T14), ("T15", t15, _T15))
    for mutant, expected in traps.items()
}
"""Mutant -> the test that has to find it, the invariants that have to break, and how to run it."""
