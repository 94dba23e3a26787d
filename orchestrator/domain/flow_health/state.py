"""How well a flow does, and in which respects that is judged."""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum


class State(StrEnum):
    """Whether somebody has to act."""

    OK = "ok"
    WARN = "warn"
    ERROR = "error"

    @property
    def rank(self) -> int:
        """How bad it is, from 0."""
        return _RANKS[self]


class Aspect(StrEnum):
    """One respect in which a flow is judged."""

    AGE = "age"
    """How long ago its newest observation was made: a source that went silent ages."""
    LATENCY = "latency"
    """How long an observation takes from its source to us; the 95th percentile."""
    FAILURES = "failures"
    """The share of its messages that are dead letters."""
    DRIFT = "drift"
    """Fields, types and codes that the map does not declare."""


_RANKS = {State.OK: 0, State.WARN: 1, State.ERROR: 2}


def worst(states: Iterable[State]) -> State:
    """Return the worst of some states; `OK` of none."""
    return max(states, key=lambda state: state.rank, default=State.OK)
