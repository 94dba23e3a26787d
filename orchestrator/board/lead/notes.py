"""Who acknowledged a breach and what they noted: in the journal, and read once for all tabs."""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import Iterable
from typing import Final
from uuid import UUID

from orchestrator.board.live.card import Card
from orchestrator.ledger.breaches import Acknowledgement, acknowledgements
from orchestrator.ledger.port import LedgerUnavailable
from orchestrator.ledger.readers import Readers

_KEPT: Final = 2_000


class Notes:
    """Knows the newest acknowledgements of those handoffs that were asked for."""

    def __init__(self, readers: Readers) -> None:
        self._readers = readers
        self._known: OrderedDict[UUID, tuple[int, Acknowledgement | None]] = OrderedDict()
        self.revision = 0
        """Higher after more is known."""
        self._reading: asyncio.Task[None] | None = None

    def peek(self, card: Card) -> Acknowledgement | None:
        """Return what is known of the newest acknowledgement of a handoff."""
        known = self._known.get(card.id)
        return known[1] if known is not None else None

    def ask(self, cards: Iterable[Card]) -> None:
        """Have read meanwhile what is not known of these, as they are now."""
        missing = self._missing(cards)
        if missing and (self._reading is None or self._reading.done()):
            self._reading = asyncio.create_task(self._read(missing))

    async def learn(self, cards: Iterable[Card]) -> None:
        """Read what is not known of these, as they are now."""
        missing = self._missing(cards)
        if missing:
            await self._read(missing)

    def _missing(self, cards: Iterable[Card]) -> dict[UUID, int]:
        """Return the versions of those of which something may have been written since they were read."""
        return {card.id: card.version for card in cards if self._version(card.id) < card.version}

    def _version(self, id: UUID) -> int:
        known = self._known.get(id)
        return known[0] if known is not None else 0

    async def _read(self, versions: dict[UUID, int]) -> None:
        try:
            async with self._readers.connection() as db:
                found = await acknowledgements(db, versions)
        except LedgerUnavailable:
            return  # asked again before long
        for id, version in versions.items():
            self._known[id] = (version, found.get(id))
            self._known.move_to_end(id)
        while len(self._known) > _KEPT:
            self._known.popitem(last=False)
        self.revision += 1
