"""The occasions on which clocks start and end, from the marks of a handoff."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Final, NamedTuple

from orchestrator.domain.clocks.clock import CarriedClock
from orchestrator.domain.clocks.occasions import TICKED, UNTICKED, Mark, Occasion

_OCCASIONS: Final = frozenset(Occasion)


class Facts(NamedTuple):
    """What the clocks of a handoff follow from."""

    marks: Sequence[Mark]
    sending_team: str
    required: frozenset[str]
    """Items that the sending team owes."""
    brought: frozenset[str]
    """Those of them that the request came with."""
    carried: CarriedClock | None = None


class Moment(NamedTuple):
    """An occasion at its time."""

    at: datetime
    what: Occasion
    team: str | None
    is_automatic: bool


def moments_of(facts: Facts) -> Iterator[Moment]:
    """Return the occasions of a handoff in order, those that follow from its checklist among them."""
    missing = set(facts.required - facts.brought)
    for mark in facts.marks:
        if mark.what == TICKED:
            if missing and not (missing := missing - {mark.detail or ""}):
                yield Moment(mark.at, Occasion.ITEMS_COMPLETE, None, False)
        elif mark.what == UNTICKED:
            if mark.detail in facts.required:
                if not missing:
                    yield Moment(mark.at, Occasion.ITEMS_MISSING, None, False)
                missing.add(mark.detail or "")
        elif mark.what in _OCCASIONS:
            if mark.what == Occasion.REQUESTED:
                yield Moment(mark.at, Occasion.CASE_OPENED, None, False)
            yield Moment(mark.at, Occasion(mark.what), mark.team, mark.is_automatic)
            if mark.what == Occasion.REQUESTED and not missing:
                yield Moment(mark.at, Occasion.ITEMS_COMPLETE, None, False)
