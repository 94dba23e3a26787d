"""What the desk asks of a ledger. PostgreSQL is the real one; the tests' fake passes the same contract.

LedgerUnavailable   the database cannot be reached: try again for ever, nothing is lost
Fenced              another worker has taken over these partitions: stop, do not retry
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol
from uuid import UUID

from orchestrator.domain.clocks.clock import Clock
from orchestrator.domain.commands import RequestHandoff
from orchestrator.domain.context.record import Record
from orchestrator.domain.events import Event
from orchestrator.domain.handoff import Handoff
from orchestrator.domain.open_work import OpenHandoffs, Whose
from orchestrator.domain.policy import Rules
from orchestrator.domain.routing.trail import Trail
from orchestrator.inbound import DeadLetter, Delivery


class LedgerUnavailable(Exception):
    """The database cannot be reached or is starting up; nothing was written."""


class LedgerRefused(Exception):
    """The database refuses this user, password or database name."""


class Fenced(Exception):
    """Another worker claimed one of these partitions; nothing was written."""


@dataclass(frozen=True, slots=True)
class Progress:
    """How far this worker has read a partition, under the epoch of its claim."""

    topic: str
    partition: int
    next_offset: int
    epoch: int


@dataclass(frozen=True, slots=True)
class Claim:
    """A partition taken over: its new epoch, and where the ledger says to go on (None: it never read it)."""

    epoch: int
    next_offset: int | None


@dataclass(frozen=True, slots=True)
class Stored:
    """A handoff as it was loaded, locked until the transaction ends."""

    handoff: Handoff
    chain: bytes
    request: RequestHandoff | None = None


@dataclass(frozen=True, slots=True)
class Parked:
    """A reply that waits for what has to come first; at `expires_at` it becomes a dead letter."""

    delivery: Delivery
    code: str
    message: str
    expires_at: datetime

    def as_dead_letter(self) -> DeadLetter:
        """Return it as given up."""
        return DeadLetter(self.delivery.origin, self.code, f"{self.message} (waited until it expired)")


@dataclass(slots=True)
class Changes:
    """All that one transaction writes besides the inbox and the progress."""

    now: datetime
    requested: list[tuple[Handoff, Delivery]] = field(default_factory=list)
    changed: list[Handoff] = field(default_factory=list)
    clocks: list[tuple[UUID, Clock]] = field(default_factory=list)
    events: list[Event] = field(default_factory=list)
    chains: dict[UUID, bytes] = field(default_factory=dict)
    """Handoff -> hash of its newest stored journal entry; absent for a new handoff."""
    parked: list[Parked] = field(default_factory=list)
    dead_letters: list[DeadLetter] = field(default_factory=list)


class Transaction(Protocol):
    """One unit of work: all of it is stored, or none."""

    async def advance(self, progress: Sequence[Progress]) -> None:
        """Record how far partitions were read.

        Raises:
            Fenced: one of the claims is no longer the newest.
        """
        ...

    async def claim_events(self, event_ids: Sequence[UUID], now: datetime) -> set[UUID]:
        """Enter events into the inbox and return those that were not there yet."""
        ...

    async def load(
        self, handoffs: Sequence[UUID], *, cases: Sequence[str] = (), with_request: Sequence[UUID] = ()
    ) -> list[Stored]:
        """Lock and return these handoffs, and of these cases those that may go on, by the order of ids."""
        ...

    async def load_due(self, now: datetime, limit: int) -> list[Stored]:
        """Lock and return handoffs with a rung due at `now`; those that another worker holds are skipped."""
        ...

    async def load_trails(self, cases: Sequence[str]) -> dict[str, Trail]:
        """Return the trails of those cases that have had a handoff, in whatever status; nothing is locked.

        A trail has at most the newest `HOPS_KEPT` handoffs of its case.
        """
        ...

    async def load_open_work(self, owners: Sequence[Whose]) -> dict[Whose, OpenHandoffs]:
        """Return the open work of those accounts and customers that have some; nothing is locked.

        The newest `LOADED` of each are returned and at most `COUNTED` counted. Two batches at once may not
        see each other's.
        """
        ...

    async def load_context(self, keys: Sequence[str]) -> dict[str, list[Record]]:
        """Return key of an account or a customer -> its records, as `ContextStore.load`, without locks."""
        ...

    async def open_counts(self, teams: Sequence[str]) -> dict[str, int]:
        """Return team -> how many handoffs to it are offered or accepted; a team without any is absent.

        Nothing is locked: two batches at once may both see the last free place of a team.
        """
        ...

    async def unpark(self, handoffs: Sequence[UUID]) -> list[Parked]:
        """Take out and return the replies that wait for these handoffs."""
        ...

    async def take_expired(self, now: datetime, limit: int) -> list[Parked]:
        """Take out and return replies that have waited too long."""
        ...

    async def save(self, changes: Changes) -> None:
        """Write what was decided."""
        ...


class Ledger(Protocol):
    """Remembers everything."""

    def transaction(self) -> AbstractAsyncContextManager[Transaction]:
        """Begin a unit of work, committed durably at the end of the block.

        Raises:
            LedgerUnavailable: on entry or commit.
        """
        ...

    async def claim_partitions(
        self, group: str, partitions: Sequence[tuple[str, int]], owner: str
    ) -> dict[tuple[str, int], Claim]:
        """Take over partitions of a consumer group; every earlier claim on them is fenced from now on."""
        ...

    async def waiting_for_known(self, limit: int) -> list[UUID]:
        """Return handoffs that exist although a reply is parked because they did not."""
        ...

    async def keep_rules(self, rules: Rules, now: datetime) -> None:
        """Store the rules of a version, if they are new."""
        ...

    async def rules(self, version: str) -> Rules | None:
        """Return the rules of an earlier version."""
        ...
