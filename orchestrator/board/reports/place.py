"""Where a list stands: the next page begins behind it, whatever has come in meanwhile."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final, NamedTuple, Self

from orchestrator.board.reports.question import iso
from orchestrator.board.said import Problem, Unclear
from orchestrator.domain.figures.listed import Listed
from orchestrator.domain.sentence import Sentence

_SEPARATOR: Final = "~"
_LONGEST: Final = 600


class Place(NamedTuple):
    """The longest come first, then the newest."""

    length: timedelta
    at: datetime
    tie: str

    def as_text(self) -> str:
        """Return it for an address."""
        return _SEPARATOR.join((str(self.length // timedelta(microseconds=1)), iso(self.at), self.tie))

    @classmethod
    def of(cls, text: str) -> Self:
        """Read it from an address.

        Raises:
            Unclear: it is none.
        """
        try:
            length, at, tie = text[:_LONGEST].split(_SEPARATOR, 2)
            instant = datetime.fromisoformat(at)
            if instant.tzinfo is None or "\x00" in tie:
                raise ValueError(text)
            return cls(timedelta(microseconds=int(length)), instant, tie)
        except (ValueError, OverflowError):
            raise Unclear(
                (Problem("after", Sentence("is no place of this list: begin without it")),)
            ) from None


def place_of(item: Listed) -> Place:
    """Return the place of one thing in its list."""
    at, tie = item.place
    return Place(item.length or timedelta(seconds=item.count), at, tie)
