"""Everything that is counted of a replay under one policy; tallies of shares add up to that of the whole."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final, NamedTuple, TypeVar
from uuid import UUID

from whatif.score import Score

WORST_KEPT: Final = 200
"""Breaches that are kept with their case, of each list."""
Key = TypeVar("Key")
Pair = tuple[str, str]
"""Sending team, receiving team."""


class Cell(NamedTuple):
    """What a run of a clock is counted under."""

    clock: str
    team: str
    """The one that owed."""
    pair: Pair
    kind: str
    """Of the handoff."""
    month: int
    """In which the clock started, in UTC: months since the year 0."""


class Late(NamedTuple):
    """A breach; the worst sorts first."""

    minus_over_s: float
    """Minus the seconds by which it was late, on its own calendar."""
    case: str
    handoff: UUID
    clock: str
    generation: int
    team: str
    pair: Pair
    due_at: datetime | None
    ended_at: datetime | None
    """None when it was never kept."""

    @property
    def over_s(self) -> float:
        """By how many seconds it was late."""
        return -self.minus_over_s


@dataclass(slots=True)
class TeamTime:
    """Cases' time by the team that had them; all teams together give that of all cases.

    In whole microseconds: sums of those do not depend on the order in which they are made.
    """

    held_us: int = 0
    offering_us: int = 0
    """Of these: it had offered the case to another team, and waited for an answer."""
    kept_waiting_us: int = 0
    """How long cases were offered to it before it answered. They belong to the sender's time."""

    def merge(self, other: TeamTime) -> None:
        """Add another one."""
        self.held_us += other.held_us
        self.offering_us += other.offering_us
        self.kept_waiting_us += other.kept_waiting_us


@dataclass(slots=True)
class Tally:
    """What a policy made of the log."""

    handoffs: int = 0
    breached_handoffs: int = 0
    open_handoffs: int = 0
    cases: int = 0
    case_us: int = 0
    """How long cases were with any team, together, in microseconds."""
    cells: defaultdict[Cell, Score] = field(default_factory=lambda: defaultdict(Score))
    moved: Counter[Pair] = field(default_factory=Counter)
    """Handoffs from team to team."""
    times: defaultdict[str, TeamTime] = field(default_factory=lambda: defaultdict(TeamTime))
    bounces: Counter[Pair] = field(default_factory=Counter)
    """(A, B): B got the case from A and gave it back, by a new request."""
    sent_back: Counter[Pair] = field(default_factory=Counter)
    """(A, B): B declined or returned what A had given it."""
    notified: Counter[str] = field(default_factory=Counter)
    """Steps of ladders: lead, manager, raise-priority."""
    reoffered: Counter[Pair] = field(default_factory=Counter)
    """(A, B): the ladder would have offered to B what A did not answer."""
    routed_elsewhere: Counter[Pair] = field(default_factory=Counter)
    bounced: int = 0
    taken_over: int = 0
    refused: Counter[str] = field(default_factory=Counter)
    unanswerable: Counter[str] = field(default_factory=Counter)
    strangers: set[str] = field(default_factory=set)
    left_out: set[str] = field(default_factory=set)
    """Kinds of clocks of which the log cannot tell whether they were kept."""
    worst: list[Late] = field(default_factory=list)

    def by(self, what: Callable[[Cell], Key]) -> dict[Key, Score]:
        """Return the scores of all cells of which `what` says the same, together."""
        found: dict[Key, Score] = {}
        for cell, score in self.cells.items():
            found.setdefault(what(cell), Score()).merge(score)
        return found

    def close(self) -> None:
        """Put the lists in order."""
        self.worst = worst(self.worst)

    def merge(self, other: Tally) -> None:
        """Add the tally of another share."""
        for name in ("handoffs", "breached_handoffs", "open_handoffs", "cases", "bounced", "taken_over"):
            setattr(self, name, getattr(self, name) + getattr(other, name))
        self.case_us += other.case_us
        for cell, score in other.cells.items():
            self.cells[cell].merge(score)
        for team, time in other.times.items():
            self.times[team].merge(time)
        for name in ("moved", "bounces", "sent_back", "notified", "reoffered", "routed_elsewhere"):
            getattr(self, name).update(getattr(other, name))
        self.refused.update(other.refused)
        self.unanswerable.update(other.unanswerable)
        self.strangers |= other.strangers
        self.left_out |= other.left_out
        self.worst = worst(self.worst + other.worst)


def worst(late: list[Late]) -> list[Late]:
    """Return the worst of some breaches, the worst first."""
    return sorted(late)[:WORST_KEPT]
