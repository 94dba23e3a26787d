"""Observations as lines of text, one CloudEvent as JSON each: what `handoff send` makes of them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from orchestrator.domain.context.address import Address
from orchestrator.domain.context.observation import TYPES
from orchestrator.inbound import DeadLetter, Headers, Origin
from streams.context.decoding import Arrival, decode, observation_of
from streams.messages.faults import Fault, Refusal
from streams.messages.json_bytes import unpack_data


def key_and_value(members: Mapping[str, Any], headers: Headers) -> tuple[bytes, bytes | None]:
    """Return the key and the value of the message that an event becomes; a null as data takes a record away.

    The attribute `partitionkey` is the key, where it is there: with a part, or of a record to be deleted.

    Raises:
        Refusal: the message would not be understood.
    """
    kind, key = members["type"], members.get("partitionkey")
    is_tombstone = members.get("data") is None and members.get("data_base64") is None
    value = None if is_tombstone else unpack_data(dict(members))
    if key is None and value is not None:
        key = Address.of(observation_of(TYPES[kind], value)).text
    if not isinstance(key, str) or not key:
        raise Refusal(Fault.NULL_KEY, "the record to delete is not named: add its key as partitionkey")
    read = decode(Arrival(Origin(kind, 0, 0, key.encode(), value, headers), None))
    if isinstance(read, DeadLetter):
        raise Refused(read)
    return key.encode(), value


class Refused(Exception):
    """A message that would become a dead letter."""

    def __init__(self, letter: DeadLetter) -> None:
        super().__init__(letter.message)
        self.letter = letter
