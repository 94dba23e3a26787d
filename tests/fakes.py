"""Stand-ins that keep the contract of the real thing: see tests/contract."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, fields
from datetime import datetime, timedelta
from hashlib import sha256
from uuid import UUID

from orchestrator.domain.clocks.clock import Clock
from orchestrator.domain.commands import RequestHandoff
from orchestrator.domain.context.record import Record
from orchestrator.domain.events import Event
from orchestrator.domain.handoff import Handoff
from orchestrator.domain.open_work import (
    COUNTED,
    LOADED,
    OpenHandoffs,
    Whose,
    newest_first,
    open_handoff,
    whose,
)
from orchestrator.domain.policy import Rules
from orchestrator.domain.routing.trail import HOPS_KEPT, NO_TRAIL, Trail, hop_of
from orchestrator.inbound import DeadLetter
from orchestrator.ledger.port import Changes, Claim, Fenced, Parked, Progress, Stored


class ManualClock:
    """Stands still until a test moves it."""

    def __init__(self, now: datetime) -> None:
        self._now = now

    def now(self) -> datetime:
        return self._now

    def advance(self, by: timedelta) -> None:
        self._now += by


@dataclass
class _Tables:
    inbox: set[UUID] = field(default_factory=set)
    handoffs: dict[UUID, tuple[Handoff, RequestHandoff, bytes]] = field(default_factory=dict)
    clocks: dict[tuple[UUID, str, int], Clock] = field(default_factory=dict)
    journal: list[Event] = field(default_factory=list)
    parked: dict[UUID, Parked] = field(default_factory=dict)
    dead_letters: dict[tuple[str, int, int], DeadLetter] = field(default_factory=dict)
    offsets: dict[tuple[str, int], int] = field(default_factory=dict)
    records: dict[str, list[Record]] = field(default_factory=dict)
    """Key of an account or a customer -> what other systems said of it; filled by another process."""

    def draft(self) -> _Tables:
        # What they hold is frozen, so that copies of the tables themselves are enough.
        return _Tables(**{table.name: getattr(self, table.name).copy() for table in fields(self)})


class InMemoryLedger:
    """A ledger in memory: one transaction at a time, rolled back when its block raises."""

    def __init__(self) -> None:
        self.tables = _Tables()
        self._epochs: dict[tuple[str, int], int] = {}
        self._rules: dict[str, Rules] = {}
        self._lock = asyncio.Lock()

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[InMemoryTransaction]:
        async with self._lock:
            draft = self.tables.draft()
            yield InMemoryTransaction(draft, self._epochs)
            self.tables = draft

    async def claim_partitions(
        self, group: str, partitions: Sequence[tuple[str, int]], owner: str
    ) -> dict[tuple[str, int], Claim]:
        claims = {}
        for place in partitions:
            self._epochs[place] = self._epochs.get(place, 0) + 1
            claims[place] = Claim(self._epochs[place], self.tables.offsets.get(place))
        return claims

    async def waiting_for_known(self, limit: int) -> list[UUID]:
        waiting = {_handoff_of(p) for p in self.tables.parked.values() if p.code == "unknown-handoff"}
        return [id for id in waiting if id in self.tables.handoffs][:limit]

    async def keep_rules(self, rules: Rules, now: datetime) -> None:
        self._rules.setdefault(rules.version, rules)

    async def rules(self, version: str) -> Rules | None:
        return self._rules.get(version)


class InMemoryTransaction:
    def __init__(self, tables: _Tables, epochs: dict[tuple[str, int], int]) -> None:
        self._tables = tables
        self._epochs = epochs

    async def advance(self, progress: Sequence[Progress]) -> None:
        for p in progress:
            if self._epochs.get((p.topic, p.partition)) != p.epoch:
                raise Fenced(f"{p.topic}/{p.partition}")
            self._tables.offsets[p.topic, p.partition] = p.next_offset

    async def claim_events(self, event_ids: Sequence[UUID], now: datetime) -> set[UUID]:
        fresh = set(event_ids) - self._tables.inbox
        self._tables.inbox |= fresh
        return fresh

    async def load(
        self, handoffs: Sequence[UUID], *, cases: Sequence[str] = (), with_request: Sequence[UUID] = ()
    ) -> list[Stored]:
        return [
            Stored(handoff, chain, request if id in with_request else None)
            for id, (handoff, request, chain) in sorted(self._tables.handoffs.items())
            if id in handoffs or (handoff.case_id in cases and handoff.status.may_go_on)
        ]

    async def load_due(self, now: datetime, limit: int) -> list[Stored]:
        due = sorted(
            (clock.next_at, id)
            for (id, _, _), clock in self._tables.clocks.items()
            if clock.next_at is not None and clock.next_at <= now
        )[:limit]
        return await self.load([id for _, id in due])

    async def load_trails(self, cases: Sequence[str]) -> dict[str, Trail]:
        found = {}
        for case in set(cases):
            handoffs = [h for h, _, _ in self._tables.handoffs.values() if h.case_id == case]
            if handoffs:
                handoffs.sort(key=lambda h: hop_of(h).place)
                found[case] = NO_TRAIL.including(handoffs[-HOPS_KEPT:])
        return found

    async def load_open_work(self, owners: Sequence[Whose]) -> dict[Whose, OpenHandoffs]:
        handoffs = [h for h, _, _ in self._tables.handoffs.values() if h.status.is_open]
        found = {}
        for owner in owners:
            owned = newest_first(open_handoff(h) for h in handoffs if owner.owns(whose(h)))
            if owned:
                found[owner] = OpenHandoffs(owned[:LOADED], min(len(owned), COUNTED))
        return found

    async def load_context(self, keys: Sequence[str]) -> dict[str, list[Record]]:
        return {key: self._tables.records[key] for key in keys if key in self._tables.records}

    async def open_counts(self, teams: Sequence[str]) -> dict[str, int]:
        handoffs = [h for h, _, _ in self._tables.handoffs.values() if h.status.is_with_receiver]
        return dict(Counter(h.receiving_team for h in handoffs if h.receiving_team in teams))

    async def unpark(self, handoffs: Sequence[UUID]) -> list[Parked]:
        return self._take([id for id, p in self._tables.parked.items() if _handoff_of(p) in handoffs])

    async def take_expired(self, now: datetime, limit: int) -> list[Parked]:
        return self._take([id for id, p in self._tables.parked.items() if p.expires_at <= now][:limit])

    async def save(self, changes: Changes) -> None:
        tables = self._tables
        chains = dict(changes.chains)
        for event in changes.events:
            data = event.model_dump_json().encode()
            chains[event.handoff_id] = sha256(chains.get(event.handoff_id, b"") + data).digest()
        for handoff, delivery in changes.requested:
            assert handoff.id not in tables.handoffs
            assert isinstance(delivery.command, RequestHandoff)
            tables.handoffs[handoff.id] = (handoff, delivery.command, chains[handoff.id])
        for handoff in changes.changed:
            _, request, _ = tables.handoffs[handoff.id]
            tables.handoffs[handoff.id] = (handoff, request, chains[handoff.id])
        for owner, clock in changes.clocks:
            tables.clocks[owner, clock.kind, clock.generation] = clock
        tables.journal += changes.events
        for parked in changes.parked:
            tables.parked[parked.delivery.event_id] = parked
        for letter in changes.dead_letters:
            at = letter.origin
            tables.dead_letters.setdefault((at.topic, at.partition, at.offset), letter)

    def _take(self, ids: list[UUID]) -> list[Parked]:
        return [self._tables.parked.pop(id) for id in ids]


def _handoff_of(parked: Parked) -> UUID:
    command = parked.delivery.command
    assert not isinstance(command, RequestHandoff)
    return command.handoff
