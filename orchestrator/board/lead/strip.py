"""The strip of a page: whether what it shows is true now."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from orchestrator.board.live.pulse import Pulse

_SKEW_WORTH_A_WORD: Final = timedelta(seconds=1)
_OVERDUE_WORTH_A_WORD: Final = timedelta(seconds=2)
_SECOND: Final = timedelta(seconds=1)


@dataclass(frozen=True, slots=True)
class Strip:
    """Signs of life, as coarse as they are shown, so that equal ones are told once."""

    is_live: bool
    since: datetime | None
    """When the ledger was read last, where that is too long ago."""
    lag: int | None
    dead_letters: int | None
    skew: timedelta | None
    """How far the board's clock is ahead of the database's (behind: below zero), in seconds; None: hardly."""
    overdue: timedelta | None
    """For how long the oldest rung has waited for a worker, in seconds; None: hardly."""
    error: str | None


def strip_of(pulse: Pulse, now: datetime) -> Strip:
    """Return what to say of a pulse."""
    is_live = pulse.error is None and pulse.is_live(now)
    skew, overdue = pulse.clock_skew, pulse.overdue
    return Strip(
        is_live=is_live,
        since=None if is_live else pulse.read_at,
        lag=pulse.lag,
        dead_letters=pulse.dead_letters,
        skew=_whole(skew) if skew is not None and abs(skew) >= _SKEW_WORTH_A_WORD else None,
        overdue=_whole(overdue) if overdue >= _OVERDUE_WORTH_A_WORD else None,
        error=pulse.error,
    )


def _whole(length: timedelta) -> timedelta:
    return round(length / _SECOND) * _SECOND
