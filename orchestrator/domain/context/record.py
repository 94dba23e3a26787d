"""What is held of one subject: of each field, the value that was so last.

Messages come late, twice and in any order. A record is the join of all that was said: for each field the
latest by the time of its SOURCE, and nothing from before the record was deleted. The join is commutative,
associative and idempotent, so that every order of delivery ends in the same record.
"""

from __future__ import annotations

import json
from datetime import datetime
from typing import Final

from pydantic import JsonValue

from orchestrator.domain.context.address import Address
from orchestrator.domain.context.making import make
from orchestrator.domain.context.observation import Observation, refuse_future
from orchestrator.domain.context.subjects import Subject
from orchestrator.domain.errors import Refused
from orchestrator.domain.model import Frozen

MOST_HELD: Final = 300
"""Fields of one record."""


class Held(Frozen):
    """The last value of a field."""

    value: JsonValue
    """None: the field was taken away."""
    at: datetime
    """When it was so at its source, aware UTC."""
    by: str
    """The event that said so; of two at the same instant, the greater one counts."""


class Record(Frozen):
    """What one system says of one subject."""

    subject: Subject
    key: str
    """`account:<id>` or `customer:<id>`."""
    item: str
    """Which one of several; empty where there is only one."""
    system: str
    fields: dict[str, Held]
    """By name without the subject. One taken away stays, so that no late message brings it back."""
    deleted_at: datetime | None = None
    """What was so until then does not count any more."""
    received_at: datetime
    """When the last message about it arrived."""

    @property
    def address(self) -> Address:
        """Which record it is."""
        return Address(self.subject, self.key, self.system, self.item)


def merge(record: Record | None, observation: Observation, *, at: datetime, by: str, now: datetime) -> Record:
    """Return the record with what was observed; `record` is the one of the same address, if there is one.

    Raises:
        Refused: `from-the-future`, or `too-many-fields`.
    """
    refuse_future(at, now)
    address = Address.of(observation)
    fields = {
        name: make(Held, {"value": value, "at": at, "by": by}) for name, value in observation.fields.items()
    }
    said = _record(address, fields, None, now)
    return said if record is None else join(record, said)


def bury(record: Record | None, address: Address, *, at: datetime, now: datetime) -> Record:
    """Return the record without all that was so until `at`.

    Raises:
        Refused: `from-the-future`.
    """
    refuse_future(at, now)
    gone = _record(address, {}, at, now)
    return gone if record is None else join(record, gone)


def join(one: Record, other: Record) -> Record:
    """Return what two records of the same address say together.

    Raises:
        ValueError: the addresses differ.
        Refused: `too-many-fields`.
    """
    address = one.address
    if address != other.address:
        raise ValueError(f"{address} and {other.address} are not the same record")
    deleted_at = max(filter(None, (one.deleted_at, other.deleted_at)), default=None)
    fields = dict(one.fields)
    for name, held in other.fields.items():
        before = fields.get(name)
        if before is None or _is_later(held, before):
            fields[name] = held
    if deleted_at is not None:
        fields = {name: held for name, held in fields.items() if held.at > deleted_at}
    if len(fields) > MOST_HELD:
        raise Refused(
            "too-many-fields",
            f"the record would have {len(fields)} fields; at most {MOST_HELD} are kept: "
            "send fields that mean something to people, not keys of your own database",
        )
    return _record(address, fields, deleted_at, max(one.received_at, other.received_at))


def _record(
    address: Address, fields: dict[str, Held], deleted_at: datetime | None, received_at: datetime
) -> Record:
    subject, key, system, item = address
    return make(
        Record,
        {
            "subject": subject,
            "key": key,
            "item": item,
            "system": system,
            "fields": fields,
            "deleted_at": deleted_at,
            "received_at": received_at,
        },
    )


def _is_later(held: Held, before: Held) -> bool:
    if held.at != before.at:
        return held.at > before.at
    if held.by != before.by:
        return held.by > before.by
    # One event that says two things is a fault of its source; still, both orders must end alike.
    return _canonical(held.value) > _canonical(before.value)


def _canonical(value: JsonValue) -> str:
    return json.dumps(value, sort_keys=True)
