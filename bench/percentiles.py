"""Percentiles of measured durations."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Spread:
    """How durations are spread, in milliseconds."""

    count: int
    p50_ms: float
    p99_ms: float
    max_ms: float


def percentile(sorted_values: Sequence[float], share: float) -> float:
    """Return the smallest value that at least `share` of the values do not exceed (nearest rank)."""
    return sorted_values[max(0, math.ceil(share * len(sorted_values)) - 1)]


def spread(seconds: Sequence[float]) -> Spread:
    """Return how durations are spread; there must be at least one."""
    ms = sorted(1_000 * each for each in seconds)
    return Spread(len(ms), percentile(ms, 0.5), percentile(ms, 0.99), ms[-1])
