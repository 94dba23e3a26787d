"""A list of a team's queue by time left, and the stretch of it that a page shows."""

from __future__ import annotations

from bisect import bisect_left, bisect_right, insort
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from orchestrator.board.live.card import Card
from orchestrator.board.order import Order, order_of

SHOWN: Final = 200
"""Rows of one list on one page."""


@dataclass(frozen=True, slots=True)
class Stretch:
    """Which rows of a list a page shows."""

    all: int
    before: int
    shown: int
    is_first: bool
    """Whether it begins where the list does."""
    last: Order | None
    """The place of the last row, where more stand behind it."""

    @property
    def is_whole(self) -> bool:
        """Whether it is the list."""
        return self.is_first and self.last is None


class QueueList:
    """What stands in a list, and what a page shows of it.

    Args:
        after: the place behind which the stretch begins; None: at the beginning.
        limit: rows of the stretch.
    """

    def __init__(self, cards: Iterable[Card], after: Order | None = None, limit: int = SHOWN) -> None:
        self._cards = {card.id: card for card in cards}
        self._orders = sorted(map(order_of, self._cards.values()))
        self._after = after
        self._limit = limit

    def __len__(self) -> int:
        return len(self._orders)

    def __contains__(self, id: UUID) -> bool:
        return id in self._cards

    def put(self, card: Card) -> None:
        """Let a card stand in the list, as it is now."""
        self.remove(card.id)
        self._cards[card.id] = card
        insort(self._orders, order_of(card))

    def remove(self, id: UUID) -> None:
        """Take a card out of the list, if it stands there."""
        card = self._cards.pop(id, None)
        if card is not None:
            del self._orders[bisect_left(self._orders, order_of(card))]

    def shown(self) -> list[Card]:
        """Return the cards of the stretch."""
        start = self._before()
        return [self._cards[id] for _, id in self._orders[start : start + self._limit]]

    def stretch(self) -> Stretch:
        """Return which rows these are."""
        before = self._before()
        shown = self._orders[before : before + self._limit]
        has_more = bool(shown) and before + len(shown) < len(self._orders)
        return Stretch(
            len(self._orders), before, len(shown), self._after is None, shown[-1] if has_more else None
        )

    def unmoved(self, changes: int) -> frozenset[UUID]:
        """Return the cards of the stretch that stood in it too before so many others changed.

        Each of those can have pushed one row out of it, and no more.
        """
        return frozenset(card.id for card in self.shown()[: max(0, self._limit - changes)])

    def _before(self) -> int:
        return 0 if self._after is None else bisect_right(self._orders, self._after)
