"""How many promises were kept: which runs of clocks count, and when."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final, NamedTuple

from orchestrator.domain.clocks.clock import Clock
from orchestrator.domain.clocks.spec import BREACH

IN_TIME_FORMULA: Final = (
    "met / (met + breached), of the runs of the clock that were decided in the window. A run is decided when "
    "it is met, or at its due instant when it is not; an answer that comes later changes nothing. Cancelled "
    "runs, breaches that were withdrawn, and what still runs or stands still do not count."
)
"""For a person who asks what the percentage means."""


class Verdict(StrEnum):
    """What became of a promise."""

    MET = "met"
    BREACHED = "breached"


class Decided(NamedTuple):
    """A promise that was kept or broken, and when that was decided."""

    verdict: Verdict
    at: datetime


def decided(clock: Clock, *, now: datetime) -> Decided | None:
    """Return what became of a run; None while it is open, and where it counts as neither.

    A run that goes on from one that was breached before is not counted again. A due instant that has passed
    counts, also where no worker has noticed it yet.
    """
    if BREACH in clock.inherited:
        return None
    due_at, ended_at = clock.due_at, clock.ended_at
    is_past = due_at is not None and due_at <= now and (ended_at is None or due_at < ended_at)
    if due_at is not None and (is_past or clock.is_breached):
        return Decided(Verdict.BREACHED, due_at)
    if clock.outcome == "met" and ended_at is not None:
        return Decided(Verdict.MET, ended_at)
    return None


@dataclass(frozen=True, slots=True)
class InTime:
    """How many runs of a clock were met and breached."""

    met: int = 0
    breached: int = 0

    @property
    def decided(self) -> int:
        """How many it is a share of."""
        return self.met + self.breached

    @property
    def share(self) -> float | None:
        """From 0 to 1; None where nothing was decided."""
        return self.met / self.decided if self.decided else None

    def __add__(self, other: InTime) -> InTime:
        return InTime(self.met + other.met, self.breached + other.breached)


def counted(verdicts: Iterable[Verdict]) -> InTime:
    """Return how many of these are met and breached."""
    known = list(verdicts)
    return InTime(known.count(Verdict.MET), known.count(Verdict.BREACHED))
