"""The in-memory ledger with many transactions at once: rows are locked as PostgreSQL locks them.

What a transaction reads is what others have committed; what it writes is there at its commit, or never. Every
call is a place at which another transaction may come first, or the worker may die.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from bench.faults.simulation.process import SWITCH
from bench.faults.simulation.remains import Entry
from orchestrator.domain.commands import Reply
from orchestrator.domain.context.record import Record
from orchestrator.domain.open_work import OpenHandoffs, Whose
from orchestrator.domain.routing.trail import Trail
from orchestrator.ledger.port import Changes, Claim, Fenced, LedgerUnavailable, Parked, Progress, Stored
from tests.fakes import InMemoryLedger, InMemoryTransaction


class SimulatedLedger(InMemoryLedger):
    """One database, many workers."""

    def __init__(self) -> None:
        super().__init__()
        self.locks: dict[Hashable, SimulatedTransaction] = {}
        self.journal: list[Entry] = []
        self.commits = 0

    def transaction(self) -> SimulatedTransaction:  # type: ignore[override]
        """Begin a unit of work."""
        return SimulatedTransaction(self)

    async def claim_partitions(
        self, group: str, partitions: Sequence[tuple[str, int]], owner: str
    ) -> dict[tuple[str, int], Claim]:
        """Take partitions over as soon as nobody is writing their progress."""
        while any(("progress", place) in self.locks for place in partitions):
            await SWITCH
        return await super().claim_partitions(group, partitions, owner)

    def read(self) -> InMemoryTransaction:
        """Return what was committed until now."""
        return InMemoryTransaction(self.tables, self._epochs)

    def epoch(self, place: tuple[str, int]) -> int:
        """Return the newest claim of a partition."""
        return self._epochs.get(place, 0)


class SimulatedTransaction:
    """One unit of work among others."""

    def __init__(self, ledger: SimulatedLedger) -> None:
        self._ledger = ledger
        self._held: list[Hashable] = []
        self._waits_for: SimulatedTransaction | None = None
        self._writes: list[Callable[[], Any]] = []
        self._changes: Changes | None = None
        self._taken: set[UUID] = set()

    async def __aenter__(self) -> SimulatedTransaction:
        await SWITCH
        return self

    async def __aexit__(self, kind: type[BaseException] | None, *_: object) -> None:
        try:
            if kind is not None:
                return
            await SWITCH
            for write in self._writes:
                write()
            if self._changes is not None:
                await self._ledger.read().save(self._changes)
                self._ledger.journal += [Entry(event, self._changes.now) for event in self._changes.events]
                self._ledger.commits += 1
        finally:
            for key in self._held:
                del self._ledger.locks[key]
        await SWITCH

    async def advance(self, progress: Sequence[Progress]) -> None:
        """Note how far partitions were read, unless another worker has taken one over."""
        for p in progress:
            place = (p.topic, p.partition)
            await self._lock("progress", place)
            if self._ledger.epoch(place) != p.epoch:
                raise Fenced(f"{p.topic}/{p.partition}")
            self._write(self._ledger.tables.offsets.__setitem__, place, p.next_offset)

    async def claim_events(self, event_ids: Sequence[UUID], now: datetime) -> set[UUID]:
        """Enter events into the inbox; one that another is entering is waited for."""
        await SWITCH
        inbox = self._ledger.tables.inbox
        fresh = set()
        for id in event_ids:
            if id not in inbox:
                await self._lock("event", id)
                if id not in inbox:
                    fresh.add(id)
                    self._write(inbox.add, id)
        return fresh

    async def load(
        self, handoffs: Sequence[UUID], *, cases: Sequence[str] = (), with_request: Sequence[UUID] = ()
    ) -> list[Stored]:
        """Lock and return handoffs; what waited for a lock is looked at again, what is new is not seen."""
        await SWITCH
        asked = {"cases": cases, "with_request": with_request}
        seen = [each.handoff.id for each in await self._ledger.read().load(handoffs, **asked)]
        for id in seen:
            await self._lock("handoff", id)
        return [s for s in await self._ledger.read().load(handoffs, **asked) if s.handoff.id in seen]

    async def load_due(self, now: datetime, limit: int) -> list[Stored]:
        """Lock and return handoffs with a rung due, but those that another works on."""
        await SWITCH
        due = sorted(
            (clock.next_at, id)
            for (id, _, _), clock in self._ledger.tables.clocks.items()
            if clock.next_at is not None and clock.next_at <= now and self._is_free("handoff", id)
        )[:limit]
        for _, id in due:
            await self._lock("handoff", id)
        return await self._ledger.read().load([id for _, id in due])

    async def load_trails(self, cases: Sequence[str]) -> dict[str, Trail]:
        """Return trails, without any lock."""
        await SWITCH
        return await self._ledger.read().load_trails(cases)

    async def load_open_work(self, owners: Sequence[Whose]) -> dict[Whose, OpenHandoffs]:
        """Return open work, without any lock."""
        return await self._ledger.read().load_open_work(owners)

    async def load_context(self, keys: Sequence[str]) -> dict[str, list[Record]]:
        """Return records, without any lock."""
        return await self._ledger.read().load_context(keys)

    async def open_counts(self, teams: Sequence[str]) -> dict[str, int]:
        """Return counts, without any lock."""
        return await self._ledger.read().open_counts(teams)

    async def unpark(self, handoffs: Sequence[UUID]) -> list[Parked]:
        """Take out what waits for handoffs; what another is taking out is waited for, and then gone."""
        await SWITCH
        parked = self._ledger.tables.parked
        wanted = set(handoffs)
        ids = [id for id, p in parked.items() if _handoff_of(p) in wanted]
        for id in ids:
            await self._lock("parked", id)
        return self._take(ids)

    async def take_expired(self, now: datetime, limit: int) -> list[Parked]:
        """Take out what has waited too long, but what another takes out."""
        await SWITCH
        parked = self._ledger.tables.parked
        ids = [id for id, p in parked.items() if p.expires_at <= now and self._is_free("parked", id)][:limit]
        for id in ids:
            await self._lock("parked", id)
        return self._take(ids)

    async def save(self, changes: Changes) -> None:
        """Write what was decided, at the commit."""
        await SWITCH
        self._changes = changes

    def _take(self, ids: Iterable[UUID]) -> list[Parked]:
        parked = self._ledger.tables.parked
        taken = []
        for id in ids:
            if id in parked and id not in self._taken:
                self._taken.add(id)
                taken.append(parked[id])
                self._write(parked.pop, id)
        return taken

    def _write(self, how: Callable[..., Any], *what: Any) -> None:
        self._writes.append(lambda: how(*what))

    def _is_free(self, kind: str, key: Hashable) -> bool:
        return self._ledger.locks.get((kind, key), self) is self

    async def _lock(self, kind: str, key: Hashable) -> None:
        name = (kind, key)
        while (owner := self._ledger.locks.get(name)) is not None and owner is not self:
            self._waits_for = owner
            if owner.waits_in_the_end_for(self):
                raise LedgerUnavailable(f"deadlock at {name}")
            await SWITCH
        self._waits_for = None
        if owner is None:
            self._ledger.locks[name] = self
            self._held.append(name)

    def waits_in_the_end_for(self, other: SimulatedTransaction) -> bool:
        """Whether it cannot go on before `other` has ended."""
        waits: SimulatedTransaction | None = self
        while waits is not None and waits is not other:
            waits = waits._waits_for
        return waits is other


def _handoff_of(parked: Parked) -> UUID:
    assert isinstance(parked.delivery.command, Reply)
    return parked.delivery.command.handoff
