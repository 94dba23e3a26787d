"""How long each team held cases, to the second; the spans of a case follow on each other and add up."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from orchestrator.domain.clocks.custody import Hold


@dataclass(frozen=True, slots=True)
class TimeHeld:
    """How long a team held something."""

    working: timedelta = timedelta()
    """Pauses and the hours in which it is closed included."""
    waiting: timedelta = timedelta()
    """For an answer of the team that it had offered the case to."""

    @property
    def whole(self) -> timedelta:
        """All of it."""
        return self.working + self.waiting

    def __add__(self, other: TimeHeld) -> TimeHeld:
        return TimeHeld(self.working + other.working, self.waiting + other.waiting)


def time_held(held: Iterable[Hold], *, since: datetime, until: datetime) -> dict[str, TimeHeld]:
    """Return team -> how long it held a case between two instants; `held` is who held the case."""
    found: dict[str, TimeHeld] = {}
    for hold in held:
        if (length := _within(hold, since, until)) > timedelta():
            more = TimeHeld(waiting=length) if hold.is_offered else TimeHeld(working=length)
            found[hold.team] = found.get(hold.team, TimeHeld()) + more
    return found


def _within(hold: Hold, since: datetime, until: datetime) -> timedelta:
    end = until if hold.until is None else min(hold.until, until)
    return end - max(hold.since, since)
