"""What is kept of other systems' knowledge: asked of a store by the stream that fills it and by the desk.

LedgerUnavailable, of `orchestrator.ledger.port`, means here what it means there.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final, NamedTuple, Protocol

from orchestrator.domain.context.address import Address
from orchestrator.domain.context.observation import Observation
from orchestrator.domain.context.record import Record
from orchestrator.inbound import DeadLetter, Origin

NEWEST_OF_EACH: Final = 50
"""Of a subject with many items, so many of a key are loaded: those that were observed last."""


@dataclass(frozen=True, slots=True)
class Observed:
    """An observation that arrived, once or again."""

    origin: Origin
    observation: Observation
    at: datetime
    """When it was so at its source, aware UTC."""
    by: str
    """The event that says so."""
    address: Address = field(init=False)
    """Which record it speaks of: made once, and asked for several times."""

    def __post_init__(self) -> None:
        object.__setattr__(self, "address", Address.of(self.observation))


@dataclass(frozen=True, slots=True)
class Tombstone:
    """A null under the key of a record: what was so until `at` is to be forgotten."""

    origin: Origin
    address: Address
    at: datetime


Heard = Observed | Tombstone


class Merged(NamedTuple):
    """What became of a batch."""

    changed: int
    """Records that are not as they were; one that was told nothing new is not written."""
    refused: tuple[DeadLetter, ...]
    """What a record would not take, stored with the dead letters that were given."""


class ContextStore(Protocol):
    """Holds one record of each address."""

    async def merge(
        self, batch: Sequence[Heard], *, now: datetime, dead_letters: Sequence[DeadLetter] = ()
    ) -> Merged:
        """Join a batch into the records, all of it or nothing.

        What is refused on its own (from the future, too many fields) becomes a dead letter. Processes that
        merge at the same time wait for each other record by record; neither undoes what the other wrote.

        Raises:
            LedgerUnavailable: nothing was written.
        """
        ...

    async def load(self, keys: Sequence[str]) -> dict[str, list[Record]]:
        """Return key -> its records that say anything, ordered by address; a key without any is absent.

        Of issues and interactions the `NEWEST_OF_EACH` last observed. One query, however many keys.
        """
        ...
