"""What is measured of the board."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Board:
    """What was measured."""

    open_handoffs: int
    tabs: int
    page_p50_ms: float
    page_p95_ms: float
    told_p50_ms: float
    """From the commit of an event until a tab has it, of all events and tabs."""
    told_p99_ms: float
    told_max_ms: float
    memory_mb: float
    """After all of it."""
    worker_alone_per_s: float
    worker_watched_per_s: float

    @property
    def worker_ratio(self) -> float:
        """How much of its throughput a worker keeps."""
        return self.worker_watched_per_s / self.worker_alone_per_s
