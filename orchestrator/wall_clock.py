"""The one reader of the wall clock."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Protocol


class WallClock(Protocol):
    """Tells the time; a test has one that it can move."""

    def now(self) -> datetime:
        """Return the current time, aware UTC."""
        ...


class SystemClock:
    """The machine's own clock."""

    def now(self) -> datetime:
        """Return the current time, aware UTC."""
        return datetime.now(UTC)  # noqa: TID251  # the one place
