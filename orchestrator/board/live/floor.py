"""Everything that is open, in memory."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from uuid import UUID

from orchestrator.board.live.card import Card


class Floor:
    """Open handoffs by id, as far as the journal was read."""

    def __init__(self) -> None:
        self._cards: dict[UUID, Card] = {}
        self.seq = 0
        """Every journal entry up to here is in."""

    def cards(self) -> Collection[Card]:
        """Return every open handoff, in no order."""
        return self._cards.values()

    def card(self, id: UUID) -> Card | None:
        """Return an open handoff; None when it is not open, or not there."""
        return self._cards.get(id)

    def put(self, cards: Iterable[Card]) -> None:
        """Take in handoffs; a card that is older than the one held is left out."""
        for card in cards:
            held = self._cards.get(card.id)
            if held is None or held.version <= card.version:
                self._cards[card.id] = card

    def drop(self, ids: Iterable[UUID]) -> None:
        """Let go of handoffs that are not open any more."""
        for id in ids:
            self._cards.pop(id, None)
