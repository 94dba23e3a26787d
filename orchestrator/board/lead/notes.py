"""Who acknowledged a breach and what they noted: in the journal, and read once for all tabs."""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import Iterable
from datetime import datetime
from typing import Final
from uuid import UUID

from orchestrator.board.live.card import Card
from orchestrator.ledger.breaches import Acknowledgement, acknowledgements
from orchestrator.ledger.port import LedgerUnavailable
from orchestrator.ledger.readers import Readers

_KEPT: Final = 2_000
_Key = tuple[UUID, datetime]
"""A handoff, and until when the newest acknowledgement of it stands."""


class Notes:
    """Knows what was noted with the acknowledgements of those handoffs that were asked for."""

    def __init__(self, readers: Readers) -> None:
        self._readers = readers
        self._known: OrderedDict[_Key, Acknowledgement | None] = OrderedDict()
        self.revision = 0
        """Higher after more is known."""
        self._reading: asyncio.Task[None] | None = None

    def peek(self, card: Card) -> Acknowledgement | None:
        """Return what is known of the newest acknowledgement of a handoff."""
        key = _key(card)
        return self._known.get(key) if key is not None else None

    def ask(self, cards: Iterable[Card]) -> None:
        """Have read meanwhile what is not known of these."""
        if self._reading is None or self._reading.done():
            missing = self._missing(cards)
            if missing:
                self._reading = asyncio.create_task(self._read(missing))

    async def learn(self, cards: Iterable[Card]) -> None:
        """Read what is not known of these."""
        missing = self._missing(cards)
        if missing:
            await self._read(missing)

    def _missing(self, cards: Iterable[Card]) -> set[_Key]:
        return {key for card in cards if (key := _key(card)) is not None and key not in self._known}

    async def _read(self, keys: set[_Key]) -> None:
        try:
            async with self._readers.connection() as db:
                found = await acknowledgements(db, {id for id, _ in keys})
        except LedgerUnavailable:
            return  # asked again with the next change
        for key in keys:
            self._known[key] = found.get(key[0])
        while len(self._known) > _KEPT:
            self._known.popitem(last=False)
        self.revision += 1


def _key(card: Card) -> _Key | None:
    until = max((c.acknowledged_until for c in card.clocks if c.acknowledged_until), default=None)
    return None if until is None else (card.id, until)
