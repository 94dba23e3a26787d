"""Messages to records: decoded, merged in one transaction, and what cannot be is a dead letter."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence

import structlog

from orchestrator.domain.flow_health.noted import Noted
from orchestrator.inbound import DeadLetter
from orchestrator.ledger.context import ContextStore, Heard, Merged
from orchestrator.ledger.port import LedgerRefused, LedgerUnavailable
from orchestrator.wall_clock import WallClock
from streams.context.decoding import Arrival, decode
from streams.flows.notes import noted_of
from streams.intake.bisect import FailureLimit, as_dead_letter
from streams.patience import until_available

log = structlog.get_logger(__name__)

Notes = Callable[[Sequence[Noted]], None]
"""Is told of each message that was stored or buried, once it is."""
Place = tuple[str, int, int]
"""Topic, partition, offset."""


class Writer:
    """Brings batches into the store, whatever is in them."""

    def __init__(
        self,
        store: ContextStore,
        clock: WallClock,
        limit: FailureLimit,
        *,
        notes: Notes | None = None,
        wanted: Callable[[], bool] = lambda: True,
    ) -> None:
        """Make one; it waits for a store that is away for as long as its work is `wanted`."""
        self._store = store
        self._clock = clock
        self._limit = limit
        self._notes = notes
        self._wanted = wanted

    async def write(self, arrivals: Sequence[Arrival]) -> Merged:
        """Store a batch.

        Raises:
            LedgerUnavailable: nothing was stored, and the work is no longer wanted.
            LedgerRefused: nothing was stored, nor will be until a person changes a setting.
            TooManyFailures: our own code fails on too many messages.
        """
        heard: list[Heard] = []
        dead: list[DeadLetter] = []
        for arrival in arrivals:
            read = decode(arrival)
            if isinstance(read, DeadLetter):
                dead.append(read)
            else:
                heard.append(read)
        merged = await self._merge(heard, dead)
        dead += merged.refused
        if dead:
            log.warning("context.refused", **Counter(letter.code for letter in dead))
        if self._notes is not None:
            self._notes(_notes(arrivals, heard, dead))
        return Merged(merged.changed, tuple(dead))

    async def _merge(self, heard: Sequence[Heard], dead: Sequence[DeadLetter]) -> Merged:
        """Merge a batch; a message that our code fails on is found by halving, and becomes a dead letter."""
        try:
            return await until_available(
                lambda: self._store.merge(heard, now=self._clock.now(), dead_letters=dead),
                wanted=self._wanted,
            )
        except (LedgerUnavailable, LedgerRefused):
            raise
        except Exception as error:
            if not heard:
                raise
            if len(heard) == 1:
                self._limit.count()
                letter = as_dead_letter(heard[0].origin, error)
                await self._merge((), (*dead, letter))
                return Merged(0, (letter,))
            log.warning("context.batch_failed", size=len(heard), error=repr(error))
        middle = len(heard) // 2
        first = await self._merge(heard[:middle], dead)
        second = await self._merge(heard[middle:], ())
        return Merged(first.changed + second.changed, first.refused + second.refused)


def _notes(arrivals: Sequence[Arrival], heard: Sequence[Heard], dead: Sequence[DeadLetter]) -> list[Noted]:
    """Return what is to be noted of a batch, in its order; a message that was refused counts as that."""
    became: dict[Place, Heard | DeadLetter] = {_place(each): each for each in heard}
    became |= {_place(each): each for each in dead}
    notes = (noted_of(became[_place(each)], appended_at=each.appended_at) for each in arrivals)
    return [note for note in notes if note is not None]


def _place(message: Arrival | Heard | DeadLetter) -> Place:
    return message.origin.topic, message.origin.partition, message.origin.offset
