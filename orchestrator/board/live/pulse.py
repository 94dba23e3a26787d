"""How the system itself does: what the strip of a page says."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta


@dataclass(frozen=True, slots=True)
class Pulse:
    """Signs of life, as they were read last."""

    read_at: datetime | None = None
    """When the journal was looked at last, by the board's clock; None: never yet."""
    lag: int | None = None
    """Events on the topics that no worker has taken in; None: nobody could tell."""
    dead_letters: int | None = None
    """Messages that were given up and not replayed."""
    clock_skew: timedelta | None = None
    """How far the board's clock is ahead of the database's."""
    overdue: timedelta = timedelta()
    """For how long the oldest rung is due that no worker has fired."""
    error: str | None = None
    """What the last look failed with, for a person; None when it did not."""

    def is_live(self, now: datetime, within: timedelta = timedelta(seconds=3)) -> bool:
        """Whether what the pages show is as old as `within` at most."""
        return self.read_at is not None and now - self.read_at <= within
