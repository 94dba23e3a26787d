"""How long each measurement takes: the whole run, and the quick one."""

from __future__ import annotations

from dataclasses import dataclass

CLOCKS = (10_000, 100_000, 1_000_000)
"""Open clocks, from few to many."""
MEMORY = (10_000, 100_000)
"""Handoffs after which the memory of a worker is read."""
DUE_PER_S = 200
"""Rungs."""
LATENCY_PER_S = 100
BOARD_TABS = 50


@dataclass(frozen=True, slots=True)
class Scale:
    """Sizes of one run."""

    handoffs: int
    """How many requests stand in the topic that every contestant reads."""
    rounds: int
    """How often each contestant runs; the median counts."""
    window_s: float
    """How long one contestant is watched, at most, from its first output on."""
    latency_slices: int
    """How often bare and whole latency take turns, so that a noisy moment meets both."""
    slice_s: float
    clocks_s: float
    """How long clocks fall due at each size."""
    stand_by_handoffs: int
    """Of how many clocks that stand by the handoffs are there as well; no sweep reads those."""
    memory_s: float
    """How long the worker whose memory is read may take for its handoffs."""
    board_handoffs: int
    """How many handoffs are open on the board."""
    board_pages: int
    """How often its first page is asked for."""
    board_events: int
    """How many events its tabs are told of."""
    board_rounds: int
    """How often a worker runs alone, and with a board beside it."""
    board_window_s: float
    """How long each of these runs is watched."""


FULL = Scale(
    handoffs=120_000,
    rounds=3,
    window_s=12,
    latency_slices=4,
    slice_s=15,
    clocks_s=30,
    stand_by_handoffs=1_000_000,
    memory_s=900,
    board_handoffs=10_000,
    board_pages=200,
    board_events=80,
    board_rounds=3,
    board_window_s=12,
)
QUICK = Scale(
    handoffs=100_000,
    rounds=1,
    window_s=4.5,
    latency_slices=2,
    slice_s=3,
    clocks_s=5,
    stand_by_handoffs=20_000,
    memory_s=50,
    board_handoffs=10_000,
    board_pages=40,
    board_events=40,
    board_rounds=1,
    board_window_s=4.5,
)
