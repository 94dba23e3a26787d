"""What a batch makes of the records that are held."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from orchestrator.domain.context.address import Address
from orchestrator.domain.context.record import Record, bury, merge
from orchestrator.domain.errors import Refused
from orchestrator.inbound import DeadLetter
from orchestrator.ledger.context import Heard, Observed


def fold(
    held: Mapping[Address, Record], batch: Sequence[Heard], *, now: datetime
) -> tuple[dict[Address, Record], list[DeadLetter]]:
    """Return the records that are not as they were, and a dead letter for each message that is refused."""
    present: dict[Address, Record] = dict(held)
    refused: list[DeadLetter] = []
    touched: dict[Address, None] = {}
    for heard in batch:
        address = heard.address
        try:
            present[address] = _joined(present.get(address), heard, address, now)
        except Refused as refusal:
            refused.append(DeadLetter(heard.origin, refusal.code, refusal.message))
        else:
            touched[address] = None
    return {a: present[a] for a in touched if _says_else(held.get(a), present[a])}, refused


def newest_at(record: Record) -> datetime:
    """Return when a record was observed last, or deleted if nothing came after that."""
    instants = [held.at for held in record.fields.values()]
    if record.deleted_at is not None:
        instants.append(record.deleted_at)
    return max(instants, default=record.received_at)


def is_live(record: Record) -> bool:
    """Tell whether a record says anything: of one that was deleted only the instant is held."""
    return any(held.value is not None for held in record.fields.values())


def _joined(record: Record | None, heard: Heard, address: Address, now: datetime) -> Record:
    if isinstance(heard, Observed):
        return merge(record, heard.observation, at=heard.at, by=heard.by, now=now)
    return bury(record, address, at=heard.at, now=now)


def _says_else(before: Record | None, after: Record) -> bool:
    return before is None or before.fields != after.fields or before.deleted_at != after.deleted_at
