"""All tests of the suite by their names."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from bench.faults.scale import Scale
from bench.faults.site import Site
from bench.faults.t1_workers_die import t1
from bench.faults.t2_crash_points import t2
from bench.faults.t3_relay_dies import t3
from bench.faults.t4_zombies import t4
from bench.faults.t5_broker_fails import t5
from bench.faults.t6_bad_network import t6
from bench.faults.t7_database_fails import t7
from bench.faults.t8_poison import t8
from bench.faults.t9_disorder import t9
from bench.faults.t10_many_due import t10
from bench.faults.t11_clock_jumps import t11
from bench.faults.t12_photo_finish import t12
from bench.faults.t14_state_machine import t14
from bench.faults.t15_simulation import t15
from bench.faults.verdict import Verdict

TESTS: dict[str, Callable[[Site, Scale, int], Awaitable[Verdict]]] = {
    "T1": t1,
    "T2": t2,
    "T3": t3,
    "T4": t4,
    "T5": t5,
    "T6": t6,
    "T7": t7,
    "T8": t8,
    "T9": t9,
    "T10": t10,
    "T11": t11,
    "T12": t12,
    "T14": t14,
    "T15": t15,
}
MUTANTS = "mutants"
"""Stands for all mutants where a test is named."""
