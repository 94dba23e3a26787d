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
    t5_events: int
    t5_restarts: int
    t5_hangs_s: tuple[float, ...]
    t7_events: int
    t7_down_s: tuple[float, ...]
    t8_events: int
    t9_events: int
    t9_changes: int
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
    t5_events=10_000,
    t5_restarts=4,
    t5_hangs_s=(2, 5, 10, 20),
    t7_events=10_000,
    t7_down_s=(1, 3, 8, 15, 30),
    t8_events=10_000,
    t9_events=5_000,
    t9_changes=8,
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
    t5_events=200,
    t5_restarts=1,
    t5_hangs_s=(1,),
    t7_events=200,
    t7_down_s=(1,),
    t8_events=300,
    t9_events=150,
    t9_changes=2,
    part_s=1,
    drain_s=60,
)
