"""Wrong versions of the system: the checker has to find each of them out."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from orchestrator.domain.lifecycle import replies
from orchestrator.ledger import sql
from orchestrator.ledger.postgres import PostgresTransaction
from streams.intake.lane import Lane
from streams.relay.publisher import Publisher


@dataclass(frozen=True, slots=True)
class Mutant:
    """A guarantee taken away in the worker's process."""

    what: str
    apply: Callable[[], None]


def _put(owner: Any, name: str, wrong: Any) -> None:
    """Put something wrong in the place of what must be there: a mutant that misses changes nothing."""
    if not hasattr(owner, name) or getattr(owner, name) == wrong:
        raise LookupError(f"this mutant misses: {owner.__name__}.{name} is not what it was written for")
    setattr(owner, name, wrong)


def _no_inbox() -> None:
    async def claim_events(self: Any, event_ids: Any, now: Any) -> set[Any]:
        return set(event_ids)

    _put(PostgresTransaction, "claim_events", claim_events)


def _no_fence() -> None:
    _put(sql, "ADVANCE", sql.ADVANCE.replace("p.epoch = u.epoch", "u.epoch IS NOT NULL"))


def _offsets_first() -> None:
    hand_over = Lane._hand_over

    async def progress_first(self: Any, pieces: Any) -> None:
        reached = {(p.reached.topic, p.reached.partition): p.reached for p in pieces}
        if reached:
            await self._attempt([], list(reached.values()))
            self._assignment.done(reached.values())
            # Long enough for the offsets to reach Kafka as well: the lower of both counts.
            await asyncio.sleep(1.5)
        await hand_over(self, pieces)

    _put(Lane, "_hand_over", progress_first)


def _no_row_locks() -> None:
    _put(sql, "LOAD_DUE", sql.LOAD_DUE.replace("FOR UPDATE OF h SKIP LOCKED", ""))


def _no_claim() -> None:
    _no_row_locks()
    copy = PostgresTransaction._copy

    async def unless_there(self: Any, table: str, columns: Any, records: Any) -> None:
        if table != "journal":
            await copy(self, table, columns, records)
            return
        places = ", ".join(f"${number}" for number in range(1, len(columns) + 1))
        into = f"INSERT INTO journal ({', '.join(columns)}) VALUES ({places}) ON CONFLICT DO NOTHING"
        await self._db.executemany(into, records)

    _put(PostgresTransaction, "_copy", unless_there)


def _arrival_counts() -> None:
    reply = replies.reply

    def now_counts(*args: Any, cause: Any, now: Any, **options: Any) -> Any:
        return reply(*args, cause=cause.model_copy(update={"at": now}), now=now, **options)

    _put(replies, "reply", now_counts)


def _no_state_guard() -> None:
    _put(replies, "require_legal", lambda *_: None)


def _no_read_back() -> None:
    async def already_sent(*_: Any) -> list[int]:
        return []

    _put(Publisher, "already_sent", already_sent)


MUTANTS = {
    "no-inbox": Mutant("every event counts as new", _no_inbox),
    "no-fence": Mutant("progress is recorded under any claim", _no_fence),
    "offsets-first": Mutant("progress and offsets are committed before the batch", _offsets_first),
    "no-row-locks": Mutant("a sweep fires what another one is firing", _no_row_locks),
    "no-claim": Mutant("the same, and a rung that is told already is told again", _no_claim),
    "arrival-counts": Mutant("an answer counts when it arrives", _arrival_counts),
    "no-state-guard": Mutant("every reply is legal in every state", _no_state_guard),
    "no-read-back": Mutant("a relay that takes over sends all that is unmarked", _no_read_back),
}
