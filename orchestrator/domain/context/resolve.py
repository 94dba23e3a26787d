"""Several systems speak of one field: which one wins, and what the others say.

The owner that the integration map names wins, whatever the others say and however old its value is; one that
took the value away says that there is none. Without an owner the newest value wins. A person's own record
comes before that of the account where the subject belongs to a person, and the other way round.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import NamedTuple

from orchestrator.domain.context.record import Held, Record
from orchestrator.domain.context.subjects import MANY, PER_CUSTOMER, Subject

Claim = tuple[Record, Held]
"""Who says something of a field, and what; a value of None says that there is none."""


class Grouped(NamedTuple):
    """All that is held of one customer."""

    single: dict[Subject, list[Record]]
    """Of subjects of which there is one: a record for each system, or for person and account."""
    many: dict[Subject, dict[str, list[Record]]]
    """The same by the item, for the others."""


def group(records: Iterable[Record]) -> Grouped:
    """Return the records of one customer by what they are about."""
    single: dict[Subject, list[Record]] = {}
    many: dict[Subject, dict[str, list[Record]]] = {}
    for record in records:
        subject = record.subject
        if subject in MANY:
            many.setdefault(subject, {}).setdefault(record.item, []).append(record)
        elif subject in single:
            single[subject].append(record)
        else:
            single[subject] = [record]
    return Grouped(single, many)


def winner(records: Sequence[Record], name: str, owner: str | None) -> Claim | None:
    """Return what counts of the field `name`, of records about the same thing in any order.

    None when nobody ever spoke of it.
    """
    if len(records) == 1:
        held = records[0].fields.get(name)
        return (records[0], held) if held is not None else None
    return max(_claims(records, name), key=lambda claim: _rank(claim, owner), default=None)


def disputes(records: Sequence[Record], name: str, won: Claim) -> list[Claim]:
    """Return what other systems say instead of what `won`, each its best, the next best first."""
    best: dict[str, Claim] = {}
    for claim in sorted(_claims(records, name), key=lambda claim: _rank(claim, None), reverse=True):
        best.setdefault(claim[0].system, claim)
    best.pop(won[0].system)
    return [claim for claim in best.values() if claim[1].value not in (None, won[1].value)]


def _claims(records: Sequence[Record], name: str) -> list[Claim]:
    return [(record, record.fields[name]) for record in records if name in record.fields]


def _rank(claim: Claim, owner: str | None) -> tuple[bool, bool, bool, datetime, str, str, str, str]:
    """Return what decides between two claims; the greatest wins."""
    record, held = claim
    is_anchored = record.key.startswith("customer:") == (record.subject in PER_CUSTOMER)
    # What follows the time only keeps the result the same in every order.
    last = (record.system, record.item, record.key)
    return (record.system == owner, held.value is not None, is_anchored, held.at, held.by, *last)
