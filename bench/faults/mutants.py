"""Wrong versions of the system: the checker has to find each of them out."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from orchestrator.domain import replies
from orchestrator.ledger.postgres import PostgresTransaction
from streams.lane import Lane
from streams.publisher import Publisher


@dataclass(frozen=True, slots=True)
class Mutant:
    """A guarantee taken away in the worker's process."""

    what: str
    apply: Callable[[], None]


def _no_inbox() -> None:
    async def claim_events(self: Any, event_ids: Any, now: Any) -> set[Any]:
        return set(event_ids)

    PostgresTransaction.claim_events = claim_events  # type: ignore[method-assign]


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

    Lane._hand_over = progress_first  # type: ignore[method-assign]


def _no_state_guard() -> None:
    replies._require_legal = lambda *_: None  # type: ignore[assignment]


def _no_read_back() -> None:
    async def already_sent(*_: Any) -> list[int]:
        return []

    Publisher.already_sent = already_sent  # type: ignore[method-assign]


MUTANTS = {
    "no-inbox": Mutant("every event counts as new", _no_inbox),
    "offsets-first": Mutant("progress and offsets are committed before the batch", _offsets_first),
    "no-state-guard": Mutant("every reply is legal in every state", _no_state_guard),
    "no-read-back": Mutant("a relay that takes over sends all that is unmarked", _no_read_back),
}
