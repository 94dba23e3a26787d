"""The simulated tests of the fault suite need no server: a little of each, on every change."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from bench.faults.simulation.mutants import MUTANTS
from bench.faults.simulation.seeds import live, live_all, trace_of
from bench.faults.simulation.sut import FakeSystem
from bench.faults.t11_clock_jumps import live_nights
from bench.faults.t14_state_machine import drive
from bench.faults.verdict import Verdict

ROOT = Path(__file__).resolve().parents[3]
_MANY = 60


def test_nothing_is_wrong_after_any_of_some_seeds() -> None:
    assert {each.seed: each.broken for each in live_all(range(8), processes=1) if each.broken} == {}


def test_a_seed_gives_the_same_trace_in_a_process_that_hashes_otherwise() -> None:
    expected = trace_of(live_all(range(3), processes=1))
    said = subprocess.run(
        [sys.executable, "-m", "bench.faults.simulation", "--seeds", "3", "--processes", "1"],
        cwd=ROOT,
        env={**os.environ, "PYTHONHASHSEED": "4242"},
        capture_output=True,
        text=True,
        check=True,
    )
    assert expected in said.stdout


@pytest.mark.parametrize("mutant", sorted(MUTANTS.keys() - {"fires-early", "no-summer-time"}))
def test_a_wrong_system_is_found_out(mutant: str) -> None:
    assert any(live(seed, mutant).broken for seed in range(_MANY))


def test_clocks_that_are_set_back_take_nothing_back() -> None:
    assert live_nights(1, 1).broken == {}


def test_the_machine_finds_nothing_and_finds_a_pause_that_begins_on_arrival() -> None:
    sound, wrong = Verdict(), Verdict()
    drive(sound, FakeSystem(), 1, examples=10, steps=20)
    drive(wrong, FakeSystem(), 1, examples=40, steps=25, mutant="pauses-on-arrival")
    assert sound.broken == {}
    assert "machine" in wrong.broken
