"""Build what tests of the live pages need: cards, changes, the parts of a board, a ledger in memory."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Collection, Sequence
from typing import Any
from uuid import UUID, uuid4

from orchestrator.board.live.card import Card, CardClock, Risk
from orchestrator.board.live.change import Change, Happening
from orchestrator.board.live.floor import Floor
from orchestrator.board.look.rendering import Renderer
from orchestrator.board.ops.source import OnDisk
from orchestrator.board.parts import Parts
from orchestrator.desk import Desk
from orchestrator.domain.events import ClockWarned, HandoffRequested
from orchestrator.domain.handoff import Handoff, Status
from orchestrator.domain.integration_map.model import IntegrationMap
from orchestrator.domain.model import Priority
from orchestrator.domain.policy import Policy, Rules
from orchestrator.ledger.floor import Beginning, Signs, Tail, TailEntry
from orchestrator.ledger.port import LedgerUnavailable
from orchestrator.ledger.readers import Readers
from orchestrator.wall_clock import WallClock
from tests import builders as b
from tests.fakes import InMemoryLedger, ManualClock

AN_ID = UUID(int=7)
NOWHERE = "postgresql://nobody@nowhere.invalid/none"


def a_card_clock(**over: Any) -> CardClock:
    """Return a promise to accept within five minutes."""
    fields: dict[str, Any] = {
        "kind": "accept",
        "generation": 1,
        "team": "tier-2",
        "started_at": b.T0,
        "due_at": b.T0 + 5 * b.MINUTE,
        "risk": Risk.ON_TIME,
    }
    return CardClock(**(fields | over))


def a_card(**over: Any) -> Card:
    """Return an offered handoff with one promise."""
    fields: dict[str, Any] = {
        "id": AN_ID,
        "version": 1,
        "case_id": "case-1",
        "kind": "tier-1-to-tier-2",
        "title": "From first-line to technical support",
        "status": Status.OFFERED,
        "priority": Priority.NORMAL,
        "reason": "The reset link does not arrive",
        "sending_team": "tier-1",
        "receiving_team": "tier-2",
        "agent": None,
        "offered_to": None,
        "customer_id": "cust-1",
        "account_id": "acct-1",
        "customer": "Ada Lovelace",
        "tier": "gold",
        "requested_at": b.T0,
        "items_done": 1,
        "items": 3,
        "missing": (),
        "bounces": 0,
        "questions": 0,
        "clocks": (a_card_clock(),),
    }
    return Card(**(fields | over))


def a_happening(seq: int, journal: UUID = AN_ID, **over: Any) -> Happening:
    """Return that a clock warned."""
    fields = {"version": seq, "type": ClockWarned.type, "at": b.T0, "data": {"rung": "soon"}}
    return Happening(seq=seq, journal=journal, **(fields | over))


def a_change(seq: int, *cards: Card, gone: tuple[UUID, ...] = (), of: tuple[int, ...] = ()) -> Change:
    """Return a change; `of`: the numbers of its happenings."""
    return Change(seq, cards, gone, tuple(a_happening(each) for each in of or (seq,)))


async def until(is_so: Callable[[], object], *, within_s: float = 5) -> None:
    """Wait until something is so; fail when it does not become so."""
    for _ in range(int(within_s * 200)):
        if is_so():
            return
        await asyncio.sleep(0.005)
    raise AssertionError(f"it is not so after {within_s} s")


class NoMap:
    """A folder without an integration map."""

    async def look(self) -> OnDisk:
        """Return nothing."""
        return OnDisk(IntegrationMap(), "none", (), {})


def some_parts(
    *,
    clock: WallClock | None = None,
    policy: Policy | None = None,
    desk: Desk | None = None,
    dsn: str = NOWHERE,
) -> Parts:
    """Return the parts of a board; without `dsn` nothing can be asked of its database."""
    clock, policy = clock or ManualClock(b.T0), policy or b.a_policy()
    return Parts(
        desk=desk or Desk(InMemoryLedger(), policy, clock),
        policy=policy,
        clock=clock,
        readers=Readers(dsn),
        floor=Floor(),
        renderer=Renderer(),
        map_source=NoMap(),
    )


class WatchedInMemory:
    """A ledger to watch, whose transactions a test commits and rolls back as it likes."""

    def __init__(self) -> None:
        self.is_away = False
        self.handoffs: dict[UUID, Handoff] = {}
        self.entries: dict[int, TailEntry] = {}
        self.open_transactions: set[int] = set()
        self.next_transaction = 100
        self.next_seq = 1
        self.stored_rules: dict[str, Rules] = {}
        self.tails = 0
        self.signs_now = Signs(b.T0, None, 0)

    def begin(self) -> int:
        """Begin a transaction and return its number."""
        self.open_transactions.add(self.next_transaction)
        self.next_transaction += 1
        return self.next_transaction - 1

    def number(self) -> int:
        """Take the number of an entry."""
        self.next_seq += 1
        return self.next_seq - 1

    def commit(self, transaction: int, *written: tuple[int, Handoff | UUID], type: str | None = None) -> None:
        """End a transaction, and let its entries be seen."""
        self.open_transactions.remove(transaction)
        for seq, of in written:
            handoff = of if isinstance(of, Handoff) else None
            if handoff is not None:
                self.handoffs[handoff.id] = handoff
            id = handoff.id if handoff is not None else of
            assert isinstance(id, UUID)
            case = handoff.case_id if handoff is not None else "case-1"
            self.entries[seq] = TailEntry(seq, id, 1, case, type or HandoffRequested.type, b.T0, None)

    def roll_back(self, transaction: int) -> None:
        """End a transaction; its entries never come."""
        self.open_transactions.remove(transaction)

    def write(self, *of: Handoff | UUID, type: str | None = None) -> None:
        """Write entries in a transaction of their own."""
        transaction = self.begin()
        self.commit(transaction, *((self.number(), each) for each in of), type=type)

    async def beginning(self) -> Beginning:
        self._require()
        return Beginning(max(self.entries, default=0), self._xmin, self.next_transaction)

    async def tail(self, spans: Sequence[tuple[int, int]], *, telling: Collection[str], limit: int) -> Tail:
        self._require()
        self.tails += 1
        found = [
            entry
            for seq, entry in sorted(self.entries.items())
            if any(first <= seq <= last for first, last in spans)
        ][:limit]
        return Tail(self._xmin, self.next_transaction, tuple(found), is_whole=len(found) < limit)

    async def open_ids(self) -> list[UUID]:
        self._require()
        return [id for id, handoff in self.handoffs.items() if handoff.status.is_open]

    async def open_rows(self, ids: Sequence[UUID]) -> list[Any]:
        self._require()
        found = [self.handoffs[id] for id in ids if id in self.handoffs]
        return [row_of(handoff) for handoff in found if handoff.status.is_open]

    async def rules(self, version: str) -> Rules | None:
        self._require()
        return self.stored_rules.get(version)

    async def signs(self) -> Signs:
        self._require()
        return self.signs_now

    @property
    def _xmin(self) -> int:
        return min(self.open_transactions, default=self.next_transaction)

    def _require(self) -> None:
        if self.is_away:
            raise LedgerUnavailable("PostgreSQL: away")


def row_of(handoff: Handoff, *, name: str | None = "Ada Lovelace", bounces: int = 0) -> dict[str, Any]:
    """Return a handoff as the ledger's row of it; `name` None: its first entry is gone."""
    requested = None if name is None else f'{{"customer": {{"id": "x", "name": "{name}"}}}}'
    return {
        "id": handoff.id,
        "case_id": handoff.case_id,
        "customer_id": handoff.customer_id,
        "account_id": handoff.account_id,
        "kind": handoff.kind,
        "status": handoff.status.value,
        "sending_team": handoff.sending_team,
        "receiving_team": handoff.receiving_team,
        "priority": handoff.priority.value,
        "reason": handoff.reason,
        "requested_at": handoff.requested_at,
        "state": handoff.model_dump_json(),
        "requested": requested,
        "bounces": bounces,
    }


def another(handoff: Handoff, **over: Any) -> Handoff:
    """Return a handoff with an id of its own."""
    return handoff.model_copy(update={"id": uuid4(), **over})
