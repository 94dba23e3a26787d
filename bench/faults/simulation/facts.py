"""What happened to one handoff, as plain facts in the order in which they are true."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import Final, NamedTuple

from bench.faults.simulation.walls import us
from orchestrator.domain import events as e
from orchestrator.domain.clocks.occasions import Mark

_ORDER: Final = [
    "rules-changed",
    "case-opened",
    "requested",
    "items-missing",
    "items-complete",
    "offered",
    "accepted",
    "contacted",
    "declined",
    "returned",
    "withdrawn",
    "handed-on",
    "completed",
    "reopened",
    "ticked",
    "unticked",
    "paused",
    "resumed",
    "acknowledged",
]
"""Which of two facts of the same instant comes first."""
ENDINGS: Final = frozenset({"accepted", "declined", "returned", "withdrawn", "handed-on", "completed"})
_NO_OCCASION: Final = frozenset({"paused", "resumed", "acknowledged", "rules-changed"})


class Happening(NamedTuple):
    """What a clock can start or end on."""

    at: int
    word: str
    team: str = ""
    is_automatic: bool = False


class Fact(NamedTuple):
    """One thing that happened; instants are microseconds."""

    at: int
    word: str
    team: str
    detail: str
    until: int | None
    is_automatic: bool
    policy: str | None
    happened_at: int
    """When a pause or a resume from before the offer happened, which counts from the offer."""

    @property
    def place(self) -> tuple[int, bool, int, int, str, str]:
        """Where it stands among the others."""
        is_pause = self.word in ("paused", "resumed")
        return self.at, is_pause, self.happened_at, _ORDER.index(self.word), self.team, self.detail


class Book:
    """A handoff's first entry, and all facts about it that are known so far."""

    def __init__(self, first: e.HandoffRequested) -> None:
        self.first = first
        self.facts: list[Fact] = []

    def know(self, marks: Sequence[Mark]) -> None:
        """Take in what is known now, in whatever order."""
        self.facts = sorted(map(_fact, marks), key=lambda each: each.place)

    @property
    def has_pauses(self) -> bool:
        """Whether anybody has paused."""
        return any(fact.word == "paused" for fact in self.facts)

    def happenings(self) -> Iterator[Happening]:
        """Return what clocks start and end on."""
        required = set(self.first.required)
        missing = required - set(self.first.done)
        for fact in self.facts:
            if fact.word == "requested":
                yield Happening(fact.at, "case-opened")
                yield Happening(fact.at, "requested")
                if not missing:
                    yield Happening(fact.at, "items-complete")
            elif fact.word == "ticked":
                if missing == {fact.detail}:
                    yield Happening(fact.at, "items-complete")
                missing.discard(fact.detail)
            elif fact.word == "unticked":
                if fact.detail in required and not missing:
                    yield Happening(fact.at, "items-missing")
                missing |= {fact.detail} & required
            elif fact.word not in _NO_OCCASION:
                yield Happening(fact.at, fact.word, fact.team, fact.is_automatic)


@lru_cache(maxsize=1_024)
def _fact(mark: Mark) -> Fact:
    return Fact(
        us(mark.at),
        str(mark.what),
        mark.team or "",
        mark.detail or "",
        us(mark.until) if mark.until is not None else None,
        mark.is_automatic,
        mark.policy,
        us(mark.happened_at or mark.at),
    )
