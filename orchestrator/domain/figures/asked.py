"""Which part of the past a figure is about."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Asked:
    """A window, half open, and what is asked of it; None: all."""

    since: datetime
    until: datetime
    """Not later than now: what is due later has not been decided."""
    teams: frozenset[str] | None = None
    """Those that send or receive, as far as who asks may see."""
    team: str | None = None
    """The one that a thing is counted for: that owes, accepted, or holds; of a handoff, either of its two."""
    kind: str | None = None
    """Of the handoff."""
    clock: str | None = None
    sending: str | None = None
    receiving: str | None = None

    def has(self, at: datetime) -> bool:
        """Whether an instant lies in the window."""
        return self.since <= at < self.until

    def may_see(self, *teams: str) -> bool:
        """Whether something of these teams may be seen."""
        return self.teams is None or not self.teams.isdisjoint(teams)

    def is_of(self, *teams: str) -> bool:
        """Whether one of these is the team that is asked for."""
        return self.team is None or self.team in teams

    def is_pair(self, sending: str, receiving: str) -> bool:
        """Whether these are the sending and the receiving team that are asked for."""
        return self.sending in (None, sending) and self.receiving in (None, receiving)
