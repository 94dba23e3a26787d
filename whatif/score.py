"""How well promises were kept: one line of a report, which can be added to another."""

from __future__ import annotations

from array import array
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, Final, Literal, NamedTuple

from whatif.verdicts import Verdict

_SECOND: Final = timedelta(seconds=1)


class Point(NamedTuple):
    """What one run counts."""

    became: Literal["met", "breached", "lapsed", "open"] | None
    """None: it is counted elsewhere, but for its warnings."""
    warned: int
    over_s: float

    @classmethod
    def of(cls, verdict: Verdict, *, goes_on: bool) -> Point:
        """Return what a verdict counts; a run that `goes_on` with the next handoff is counted there."""
        warned = verdict.warned
        if verdict.over is not None:
            return cls("breached", warned, verdict.over / _SECOND)
        if goes_on or verdict.is_breached:
            return cls(None, warned, 0.0)
        match verdict.run.outcome:
            case "met":
                return cls("met", warned, 0.0)
            case "cancelled":
                return cls("lapsed", warned, 0.0)
            case None:
                return cls("open", warned, 0.0)


@dataclass(slots=True)
class Score:
    """Runs of clocks by what became of them: met + breached + lapsed + open = runs."""

    met: int = 0
    """Kept in time."""
    breached: int = 0
    """Kept late, or not at all."""
    lapsed: int = 0
    """No longer owed before they were due: declined, withdrawn, handed on."""
    open: int = 0
    """Still running, in time, when the log ends."""
    warned: int = 0
    """Warnings that fired."""
    over: array[float] = field(default_factory=lambda: array("d"))
    """By how much each breach was late, in seconds on its own calendar."""

    @property
    def runs(self) -> int:
        """How many there were."""
        return self.met + self.breached + self.lapsed + self.open

    @property
    def share(self) -> float:
        """How many of all were breached, from 0 to 1."""
        return self.breached / self.runs if self.runs else 0.0

    def add(self, point: Point) -> None:
        """Count one run."""
        self.warned += point.warned
        match point.became:
            case "breached":
                self.breached += 1
                self.over.append(point.over_s)
            case "met":
                self.met += 1
            case "lapsed":
                self.lapsed += 1
            case "open":
                self.open += 1
            case _:
                pass

    def merge(self, other: Score) -> None:
        """Add another score."""
        self.met += other.met
        self.breached += other.breached
        self.lapsed += other.lapsed
        self.open += other.open
        self.warned += other.warned
        self.over += other.over

    def late(self) -> dict[str, float | None]:
        """Return the median, the 90th percentile and the most, in seconds; None where nothing was late."""
        ordered = sorted(self.over)
        if not ordered:
            return {"p50_s": None, "p90_s": None, "max_s": None}
        return {
            "p50_s": _rank(ordered, 0.5),
            "p90_s": _rank(ordered, 0.9),
            "max_s": round(ordered[-1], 3),
        }

    def as_row(self) -> dict[str, Any]:
        """Return it as a report has it."""
        return {
            "runs": self.runs,
            "met": self.met,
            "breached": self.breached,
            "lapsed": self.lapsed,
            "open": self.open,
            "breached_share": round(self.share, 4),
            "warned": self.warned,
            "late": self.late(),
        }


def _rank(ordered: list[float], share: float) -> float:
    """Return the smallest value that at least `share` of all do not exceed."""
    place = max(0, -int(-share * len(ordered) // 1) - 1)
    return round(ordered[place], 3)
