"""The open handoffs that tabs with equal filters and permissions show: sorted and counted once for all."""

from __future__ import annotations

from bisect import bisect_left, bisect_right, insort
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import count
from typing import Final
from uuid import UUID

from orchestrator.board.access.viewer import Role, Viewer
from orchestrator.board.filters import Filters
from orchestrator.board.lead.tally import Counts
from orchestrator.board.live.card import Card, CardClock, Risk
from orchestrator.board.live.floor import Floor
from orchestrator.board.order import Order, order_of

MOST_BROKEN: Final = 20
_REVISIONS: Final = count(1)

Scope = tuple[frozenset[Role], frozenset[str] | None]
"""What somebody may see follows from it alone."""


def scope_of(viewer: Viewer) -> Scope:
    """Return what decides which handoffs a viewer may see, and what of them."""
    return viewer.roles, viewer.teams


_Broken = tuple[datetime, UUID, int]
"""When a promise was due, of which handoff, and the place of its clock there."""


@dataclass(slots=True)
class _Held:
    card: Card
    order: Order | None
    """None: it is not shown."""


class Selection:
    """What of the floor some filters ask for, and a viewer may see."""

    def __init__(self, floor: Floor, filters: Filters, viewer: Viewer) -> None:
        self.filters = filters
        self.viewer = viewer
        self.key = (filters, scope_of(viewer))
        """Equal for all that show the same."""
        self.counts = Counts()
        self.revision = next(_REVISIONS)
        """Another one after each change, and of no other selection."""
        self._floor = floor
        self._held: dict[UUID, _Held] = {}
        self._orders: list[Order] = []
        self._broken: list[_Broken] = []

    def __len__(self) -> int:
        return len(self._orders)

    def sync(self) -> None:
        """Take in whatever changed on the floor: a look at each card, for those who were not told of it."""
        cards = self._floor.cards()
        held = self._held
        changed = [card for card in cards if (h := held.get(card.id)) is None or h.card is not card]
        gone = self._gone() if changed or len(cards) != len(held) else ()
        if len(changed) > max(100, len(held)):
            self._fill(cards)
        else:
            self.refresh([*gone, *(card.id for card in changed)])

    def refresh(self, ids: Iterable[UUID]) -> None:
        """Take in these handoffs as they are on the floor now."""
        for id in ids:
            card, before = self._floor.card(id), self._held.get(id)
            if card is (before.card if before else None):
                continue
            if before is not None:
                self._let_go(before)
            if card is not None:
                order = self._take(card)
                if order is not None:
                    insort(self._orders, order)
                    for broken in _broken_of(card):
                        insort(self._broken, broken)
            self.revision = next(_REVISIONS)

    def window(self, after: Order | None, limit: int) -> list[Card]:
        """Return the first `limit` cards by time left, of those behind `after`."""
        start = self.place_of(after)
        return [self._held[id].card for _, id in self._orders[start : start + limit]]

    def place_of(self, after: Order | None) -> int:
        """Return how many cards come before those behind `after`."""
        return 0 if after is None else bisect_right(self._orders, after)

    def cards(self) -> Iterator[Card]:
        """Return every card, by time left."""
        return (self._held[id].card for _, id in self._orders)

    def has(self, id: UUID) -> bool:
        """Whether a handoff is shown."""
        held = self._held.get(id)
        return held is not None and held.order is not None

    def broken(self) -> list[tuple[Card, CardClock]]:
        """Return the promises that are broken now, the last one first, `MOST_BROKEN` at most."""
        newest = reversed(self._broken[-MOST_BROKEN:])
        cards = ((self._held[id].card, n) for _, id, n in newest)
        return [(card, card.clocks[n]) for card, n in cards]

    def _gone(self) -> list[UUID]:
        return [id for id in self._held if self._floor.card(id) is None]

    def _fill(self, cards: Iterable[Card]) -> None:
        self.counts = Counts()
        self._held = {}
        self._orders = sorted(order for card in cards if (order := self._take(card)) is not None)
        self._broken = sorted(broken for card in self.cards() for broken in _broken_of(card))
        self.revision = next(_REVISIONS)

    def _take(self, card: Card) -> Order | None:
        order = order_of(card) if self.filters.shows(card, self.viewer) else None
        self._held[card.id] = _Held(card, order)
        if order is not None:
            self.counts.count(card, card.risk, 1)
        return order

    def _let_go(self, held: _Held) -> None:
        del self._held[held.card.id]
        if held.order is not None:
            del self._orders[bisect_left(self._orders, held.order)]
            for broken in _broken_of(held.card):
                del self._broken[bisect_left(self._broken, broken)]
            self.counts.count(held.card, held.card.risk, -1)


def _broken_of(card: Card) -> list[_Broken]:
    return [
        (clock.due_at, card.id, n)
        for n, clock in enumerate(card.clocks)
        if clock.risk is Risk.BREACHED and clock.due_at is not None
    ]
