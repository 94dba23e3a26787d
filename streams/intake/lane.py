"""One lane of the intake: the batches of its partitions, one after the other; lanes run side by side."""

from __future__ import annotations

import asyncio
import heapq
from collections.abc import Callable
from typing import Any

from orchestrator.inbound import Origin
from orchestrator.ledger.port import LedgerUnavailable
from streams.intake.assignment import Assignment, Piece
from streams.intake.bisect import Attempt, FailureLimit, deliver
from streams.messages.cloudevents import decode

_PIECES_WAITING = 4
"""More than this makes the reader wait, and with it the broker."""


class Lane:
    """Hands its partitions' records to the desk, in batches as large as what has come meanwhile."""

    def __init__(
        self,
        attempt: Attempt,
        assignment: Assignment,
        *,
        batch: int,
        limit: FailureLimit,
        on_written: Callable[[], None],
    ) -> None:
        self._attempt = attempt
        self._assignment = assignment
        self._batch = batch
        self._limit = limit
        self._on_written = on_written
        self._pieces: asyncio.Queue[Piece | None] = asyncio.Queue(_PIECES_WAITING)

    async def put(self, piece: Piece) -> None:
        """Add work, as soon as there is room."""
        await self._pieces.put(piece)

    def stop(self) -> None:
        """Drop what waits, and end after the batch under way; the next owner reads it."""
        while not self._pieces.empty():
            self._pieces.get_nowait()
        self._pieces.put_nowait(None)

    async def run(self) -> None:
        """Work until stopped.

        Raises:
            Fenced: another worker has these partitions.
            TooManyFailures: our own code fails on too many messages.
        """
        while (first := await self._pieces.get()) is not None:
            pieces, size = [first], len(first.records)
            while size < self._batch and not self._pieces.empty():
                piece = self._pieces.get_nowait()
                if piece is None:
                    return
                pieces.append(piece)
                size += len(piece.records)
            try:
                await self._hand_over([piece for piece in pieces if self._assignment.is_current(piece)])
            except LedgerUnavailable:
                # Stopping, and nothing was committed: no later piece may pass this one by.
                while await self._pieces.get() is not None:
                    pass
                return

    async def _hand_over(self, pieces: list[Piece]) -> None:
        if not pieces:
            return
        # Of two pieces of one partition, the progress is held before the first and reached after the last.
        held = {(p.held.topic, p.held.partition): p.held for p in reversed(pieces)}
        reached = {(p.reached.topic, p.reached.partition): p.reached for p in pieces}
        arrivals = [decode(_origin(record)) for record in _in_order_of_time(pieces)]
        outcome = await deliver(
            self._attempt, arrivals, list(reached.values()), list(held.values()), limit=self._limit
        )
        self._assignment.done(reached.values())
        if outcome.wrote:
            self._on_written()


def _origin(record: Any) -> Origin:
    return Origin(record.topic, record.partition, record.offset, record.key, record.value, record.headers)


def _in_order_of_time(pieces: list[Piece]) -> list[Any]:
    """Merge partitions by time, each in its own order, so that a reply comes after its request."""
    by_place: dict[tuple[str, int], list[Any]] = {}
    for piece in pieces:
        by_place.setdefault((piece.held.topic, piece.held.partition), []).extend(piece.records)
    if len(by_place) == 1:
        return next(iter(by_place.values()))
    return list(heapq.merge(*by_place.values(), key=lambda record: record.timestamp))
