"""How large each test is: at full size, and small enough for every change."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Scale:
    """Sizes of one run of the suite."""

    is_small: bool
    t1_events: int
    t1_kills: int
    t2_events: int
    t2_points: int | None
    """How many crash points, chosen by the seed; None: all."""
    t3_events: int
    t3_kills: int
    t4_events: int
    t4_freezes: int
    t4_session_ms: int
    t5_events: int
    t5_restarts: int
    t5_hangs_s: tuple[float, ...]
    t6_events: int
    t6_rounds: int
    """How often the network is bad in each way."""
    t7_events: int
    t7_down_s: tuple[float, ...]
    t8_events: int
    t9_events: int
    t9_changes: int
    t10_open: int
    t10_due: int
    t10_budget_s: float
    """How long the clocks that run out together have; all must have started by then."""
    t11_rounds: int
    """How often each night passes with each sort of clock that goes wrong."""
    t12_handoffs: int
    t12_per_s: float
    t14_examples: int
    t14_steps: int
    t14_postgres_examples: int
    t15_seeds: int
    t15_again: int
    """How many of them are lived through again, by processes that hash otherwise."""
    part_s: float
    """How long events come in around each disturbance."""
    drain_s: float


FULL = Scale(
    is_small=False,
    t1_events=20_000,
    t1_kills=30,
    t2_events=200,
    t2_points=None,
    t3_events=10_000,
    t3_kills=20,
    t4_events=5_000,
    t4_freezes=10,
    t4_session_ms=6_000,
    t5_events=10_000,
    t5_restarts=4,
    t5_hangs_s=(2, 5, 10, 20),
    t6_events=6_000,
    t6_rounds=4,
    t7_events=10_000,
    t7_down_s=(1, 3, 8, 15, 30),
    t8_events=10_000,
    t9_events=5_000,
    t9_changes=8,
    t10_open=1_000_000,
    t10_due=50_000,
    t10_budget_s=240,
    t11_rounds=20,
    t12_handoffs=10_000,
    t12_per_s=80,
    t14_examples=400,
    t14_steps=50,
    t14_postgres_examples=60,
    t15_seeds=10_000,
    t15_again=100,
    part_s=4,
    drain_s=240,
)
SMALL = Scale(
    is_small=True,
    t1_events=200,
    t1_kills=1,
    t2_events=120,
    t2_points=2,
    t3_events=200,
    t3_kills=1,
    t4_events=150,
    t4_freezes=2,
    t4_session_ms=1_200,
    t5_events=200,
    t5_restarts=1,
    t5_hangs_s=(1,),
    t6_events=180,
    t6_rounds=1,
    t7_events=200,
    t7_down_s=(1,),
    t8_events=300,
    t9_events=150,
    t9_changes=2,
    t10_open=20_000,
    t10_due=1_000,
    t10_budget_s=8,
    t11_rounds=1,
    t12_handoffs=300,
    t12_per_s=60,
    t14_examples=40,
    t14_steps=25,
    t14_postgres_examples=4,
    t15_seeds=60,
    t15_again=5,
    part_s=1,
    drain_s=60,
)
