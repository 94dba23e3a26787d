"""What all pages and tabs of the lead share, so that it is read, counted and rendered once."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from starlette.requests import HTTPConnection

from orchestrator.board.lead.feed import OVER_FOR
from orchestrator.board.lead.fresh import Fresh
from orchestrator.board.lead.memo import Memo
from orchestrator.board.lead.notes import Notes
from orchestrator.board.lead.pieces import Pieces
from orchestrator.board.lead.rates import CLOCK, WINDOW, Rates
from orchestrator.board.lead.selections import Selections
from orchestrator.board.lead.trends import Trends
from orchestrator.board.parts import Parts, parts_of
from orchestrator.domain.figures.asked import Asked
from orchestrator.ledger import figures
from orchestrator.ledger.breaches import Over, breaches_over

_RATES_AGE: Final = timedelta(seconds=5)
_OVER_AGE: Final = timedelta(seconds=3)
_MOST_OVER: Final = 500


class Room:
    """Of one application."""

    def __init__(self, parts: Parts) -> None:
        self.parts = parts
        self.selections = Selections(parts.floor)
        self.pieces = Pieces(parts.renderer)
        self.notes = Notes(parts.readers)
        self.memo = Memo()
        self.trends = Trends(parts)
        self.rates: Fresh[Rates] = Fresh(self._read_rates, parts.clock, _RATES_AGE)
        self.over: Fresh[list[Over]] = Fresh(self._read_over, parts.clock, _OVER_AGE)

    async def _read_over(self) -> list[Over]:
        since = self.parts.clock.now() - OVER_FOR
        async with self.parts.readers.connection() as db:
            return await breaches_over(db, since=since, most=_MOST_OVER)

    async def _read_rates(self) -> Rates:
        until = self.parts.clock.now()
        since = until - WINDOW
        async with self.parts.readers.connection() as db:
            found = await figures.in_time_by(db, Asked(since, until, clock=CLOCK), "pair")
        return Rates(
            since, until, {(sender, receiver): rate for ((sender, receiver), _), rate in found.items()}
        )


def room_of(connection: HTTPConnection) -> Room:
    """Return the one of the application that answers."""
    state = connection.app.state
    room = getattr(state, "lead", None)
    if room is None:
        room = state.lead = Room(parts_of(connection))
    assert isinstance(room, Room)
    return room
