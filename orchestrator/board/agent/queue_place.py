"""Which part of a queue an address names: all lists from their beginnings, or one from a place of its own."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final, Self
from urllib.parse import urlencode

from starlette.datastructures import ImmutableMultiDict

from orchestrator.board.agent.queue_rows import Part
from orchestrator.board.filters import Filters
from orchestrator.board.order import Order, order_from, order_text
from orchestrator.board.said import Problem, Unclear, none_of
from orchestrator.domain.sentence import Sentence

_NO_FILTERS: Final = Filters()


@dataclass(frozen=True, slots=True)
class Place:
    """Where a page of a team's queue is."""

    team: str
    filters: Filters = _NO_FILTERS
    part: Part | None = None
    """The only list that is shown; None: all of them."""
    after: Order | None = None
    """The place behind which that list begins; None: at the beginning."""

    @classmethod
    def of(cls, team: str, parameters: ImmutableMultiDict[str, str]) -> Self:
        """Read it from a query string.

        Raises:
            Unclear: a value is none that there is.
        """
        filters, name, place = Filters.of(parameters), parameters.get("list"), parameters.get("after")
        if not name:
            if place:
                wrong = Sentence("goes with list, which is one of: {choices}", choices=", ".join(Part))
                raise Unclear((Problem("after", wrong),))
            return cls(team, filters)
        if name not in tuple(Part):
            raise Unclear((Problem("list", none_of(name, Part)),))
        return cls(team, filters, Part(name), order_from(place) if place else None)

    @property
    def parts(self) -> tuple[Part, ...]:
        """The lists that are shown."""
        return tuple(Part) if self.part is None else (self.part,)

    @property
    def whole(self) -> str:
        """The address of all lists from their beginnings."""
        return self._address(f"/queue/{self.team}", ())

    @property
    def live(self) -> str:
        """The address that the page follows."""
        return self._address("/live/queue", (("of", self.team), *self._own()))

    def behind(self, part: str, after: Order) -> str:
        """Return the address of what stands behind `after` in a list."""
        there = Place(self.team, self.filters, Part(part), after)
        return self._address(f"/queue/{self.team}", there._own())

    def _own(self) -> Iterator[tuple[str, str]]:
        if self.part is not None:
            yield "list", self.part.value
        if self.after is not None:
            yield "after", order_text(self.after)

    def _address(self, path: str, own: Iterator[tuple[str, str]] | tuple[tuple[str, str], ...]) -> str:
        query = urlencode([*own, *self.filters.pairs()])
        return f"{path}?{query}" if query else path
