"""Follows the journal: keeps the floor as it is, and tells what has changed."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from typing import Final
from uuid import UUID

import structlog

from orchestrator.board.live.card_reading import CardReading
from orchestrator.board.live.change import Change
from orchestrator.board.live.gaps import Position
from orchestrator.board.live.happening import BOUNCES, HEALTH, TELLING, happenings
from orchestrator.board.parts import Parts
from orchestrator.ledger.floor import TailEntry, Watched
from orchestrator.ledger.port import LedgerUnavailable

log = structlog.get_logger(__name__)
EVERY_S: Final = 0.2
_SELDOM_S: Final = 0.6
_REST: Final = 3
"""So many times as long as a look took it waits, up to `_SELDOM_S`: workers need the machine too."""
_LONGEST_WAIT_S: Final = 2.0
_LIMIT: Final = 5_000
"""Entries that are read at once: more than a worker writes between two looks."""
_SETTLED_WITHIN_S: Final = 2.0
_LOOKS: Final = 40


class Follower:
    """Reads what is new in the journal, several times a second."""

    def __init__(self, parts: Parts, ledger: Watched) -> None:
        self._parts = parts
        self._ledger = ledger
        self._cards = CardReading(ledger, parts.policy)
        self._position = Position(0)
        self._unsettled: int | None = None
        """Until all transactions below it are over, entries may come from before the reading began."""

    async def fill(self) -> None:
        """Read all that is open now, and follow from here.

        Raises:
            LedgerUnavailable: call again.
        """
        beginning = now = await self._ledger.beginning()
        for _ in range(_LOOKS):
            if now.xmin >= beginning.until:
                break
            await asyncio.sleep(_SETTLED_WITHIN_S / _LOOKS)
            now = await self._ledger.beginning()
        # Somebody may write for hours: then all is read once more when they are done.
        self._unsettled = beginning.until if now.xmin < beginning.until else None
        await self._read_all()
        self._position = Position(beginning.seq)
        self._parts.floor.seq = self._parts.hub.told_from = beginning.seq
        self._feel()

    async def run(self) -> None:
        """Follow until cancelled; a database that is away is waited for."""
        now = asyncio.get_running_loop().time
        wait = EVERY_S
        while True:
            await asyncio.sleep(wait)
            began = now()
            try:
                is_whole = await self.look()
                wait = max(EVERY_S, min(_REST * (now() - began), _SELDOM_S)) if is_whole else 0.0
            except LedgerUnavailable as error:
                wait = min(2 * wait or EVERY_S, _LONGEST_WAIT_S)
                self._feel(error=str(error))
                log.warning("board.ledger_unavailable", error=str(error), again_in_s=wait)
            except Exception as error:
                # A page that says that it is stale is better than none.
                wait = _LONGEST_WAIT_S
                self._feel(error=f"{type(error).__name__}: {error}")
                log.exception("board.tail_failed", again_in_s=wait)

    async def look(self) -> bool:
        """Read once what is new, and tell it; return whether that was all.

        Raises:
            LedgerUnavailable: nothing was taken in; look again.
        """
        tail = await self._ledger.tail(self._position.spans, telling=TELLING, limit=_LIMIT)
        position = self._position.seeing(
            [entry.seq for entry in tail.entries], xmin=tail.xmin, until=tail.until, is_whole=tail.is_whole
        )
        if tail.entries:
            await self._take(tail.entries, position.seq)
        self._position = position
        self._parts.floor.seq = position.seq
        if self._unsettled is not None and tail.xmin >= self._unsettled:
            self._parts.hub.tell(await self._read_all())
            self._unsettled = None
        self._feel()
        return tail.is_whole

    async def _take(self, entries: Sequence[TailEntry], seq: int) -> None:
        floor = self._parts.floor
        changed = {entry.journal: None for entry in entries if entry.type != HEALTH}
        bounced = {entry.case_id for entry in entries if entry.type in BOUNCES}
        if bounced:
            changed |= {card.id: None for card in floor.cards() if card.case_id in bounced}
        read = await self._cards.read(list(changed))
        gone = tuple(changed.keys() - {card.id for card in read.cards} - set(read.unreadable))
        floor.put(read.cards)
        floor.drop(gone)
        self._parts.hub.tell(Change(seq, read.cards, gone, happenings(entries)))

    async def _read_all(self) -> Change:
        """Read every open handoff into the floor, and return what was not there as it is."""
        floor = self._parts.floor
        there: set[UUID] = set()
        changed = []
        async for read in self._cards.all_open():
            there |= {card.id for card in read.cards} | set(read.unreadable)
            changed += [card for card in read.cards if floor.card(card.id) != card]
            floor.put(read.cards)
        gone = tuple(card.id for card in floor.cards() if card.id not in there)
        floor.drop(gone)
        return Change(floor.seq, tuple(changed), gone, ())

    def _feel(self, *, error: str | None = None) -> None:
        """Note when the journal was looked at last, or why it was not."""
        parts = self._parts
        if error is not None:
            parts.pulse = replace(parts.pulse, error=error)
        else:
            parts.pulse = replace(parts.pulse, read_at=parts.clock.now(), error=None)
