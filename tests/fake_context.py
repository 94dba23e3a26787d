"""A context store in memory that keeps the contract of the real one: see tests/contract."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime

from orchestrator.domain.context.address import Address
from orchestrator.domain.context.record import Record
from orchestrator.domain.context.subjects import MANY
from orchestrator.inbound import DeadLetter
from orchestrator.ledger.context import NEWEST_OF_EACH, Heard, Merged
from orchestrator.ledger.context_folding import fold, is_live, newest_at


class InMemoryContext:
    """Holds the records; one batch at a time."""

    def __init__(self) -> None:
        self.records: dict[Address, Record] = {}
        self.dead_letters: dict[tuple[str, int, int], DeadLetter] = {}
        self.loads = 0
        """How often it was asked."""
        self._lock = asyncio.Lock()

    async def merge(
        self, batch: Sequence[Heard], *, now: datetime, dead_letters: Sequence[DeadLetter] = ()
    ) -> Merged:
        async with self._lock:
            changed, refused = fold(self.records, batch, now=now)
            self.records |= changed
            for letter in (*dead_letters, *refused):
                at = letter.origin
                self.dead_letters.setdefault((at.topic, at.partition, at.offset), letter)
            return Merged(len(changed), tuple(refused))

    async def load(self, keys: Sequence[str]) -> dict[str, list[Record]]:
        self.loads += 1
        found: dict[str, list[Record]] = defaultdict(list)
        counts: dict[tuple[str, str], int] = defaultdict(int)
        for record in sorted(self.records.values(), key=newest_at, reverse=True):
            counts[record.key, record.subject] += is_live(record)
            is_old = record.subject in MANY and counts[record.key, record.subject] > NEWEST_OF_EACH
            if record.key in keys and is_live(record) and not is_old:
                found[record.key].append(record)
        return {key: sorted(found[key], key=lambda record: record.address) for key in found}
