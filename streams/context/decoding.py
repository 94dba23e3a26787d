"""Messages on the topics of context: bytes to observations and tombstones, or to dead letters."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from pydantic import JsonValue
from pydantic_core import ValidationError

from orchestrator.domain.context.observation import TYPES, Observation
from orchestrator.domain.context.subjects import Subject, field_name
from orchestrator.domain.errors import Refused
from orchestrator.domain.identity import event_id
from orchestrator.domain.redaction.secrets import clean
from orchestrator.inbound import DeadLetter, Origin
from orchestrator.ledger.context import Heard, Observed, Tombstone
from streams.context.keys import address_of, names
from streams.messages.cloudevents import REQUIRED, read_envelope, read_event, read_headers
from streams.messages.faults import Fault, Refusal
from streams.messages.json_bytes import parse, refuse_invalid

_WRITTEN: Final = frozenset(
    {"issue.title", "issue.workaround", "interaction.summary", "interaction.resolution", "nps.comment"}
)
"""What people write: a text, even where it is one word."""
_SPACE: Final = re.compile(r"\s")


@dataclass(frozen=True, slots=True)
class Arrival:
    """A message as it stood on its topic."""

    origin: Origin
    appended_at: datetime | None
    """Kafka's own time of the message, aware UTC; None: it has none."""


def decode(arrival: Arrival) -> Heard | DeadLetter:
    """Read one message; never raise, whatever its bytes.

    A time in the far future is left as it is.
    """
    origin = arrival.origin
    try:
        return _tombstone(arrival) if origin.value is None else _observed(origin, origin.value)
    except Refusal as refusal:
        return DeadLetter(origin, refusal.code.value, refusal.message)
    except Refused as refused:
        return DeadLetter(origin, refused.code, refused.message)


def _observed(origin: Origin, value: bytes) -> Observed:
    key = _key(origin)
    kind, cause, data = read_event(origin.headers, value)
    _refuse_other_than(origin.topic, kind)
    observation = without_secrets(observation_of(TYPES[kind], data))
    heard = Observed(origin, observation, cause.at, str(event_id(cause.source, cause.id)))
    if not names(key, heard.address):
        raise Refusal(
            Fault.KEY_MISMATCH, f"the key is not {heard.address.text}, with or without #part behind"
        )
    return heard


def observation_of(subject: Subject, data: bytes) -> Observation:
    """Return the observation in `data`, which need not say its subject: the type does."""
    members = parse(data)
    if not isinstance(members, dict):
        raise Refusal(Fault.INVALID_DATA, "the data is not a JSON object")
    if members.setdefault("subject", subject.value) != subject.value:
        raise Refusal(Fault.INVALID_DATA, f"data.subject is not {subject.value}, which the type says")
    try:
        return Observation.model_validate(members)
    except ValidationError as error:
        raise refuse_invalid(data, error) from None


def without_secrets(observation: Observation) -> Observation:
    """Return an observation without secrets in its free texts; one word is an identifier, unless written."""
    changed = {
        name: found
        for name, value in observation.fields.items()
        if (found := _cleaned(value, field_name(observation.subject, name) in _WRITTEN)) is not value
    }
    if not changed:
        return observation
    return observation.model_copy(update={"fields": {**observation.fields, **changed}})


def _cleaned(value: JsonValue, is_written: bool) -> JsonValue:
    if isinstance(value, str):
        return clean(value)[0] if is_written or _SPACE.search(value) else value
    if isinstance(value, list):
        found = [_cleaned(each, is_written) for each in value]
        return found if any(a is not b for a, b in zip(found, value, strict=True)) else value
    return value


def _tombstone(arrival: Arrival) -> Tombstone:
    origin = arrival.origin
    address = address_of(TYPES[origin.topic], _key(origin))
    attributes = read_headers(origin.headers)
    if any(name in attributes for name in (*REQUIRED, "time")):
        kind, cause = read_envelope(attributes)
        _refuse_other_than(origin.topic, kind)
        return Tombstone(origin, address, cause.at)
    if arrival.appended_at is None:
        raise Refusal(Fault.BAD_ATTRIBUTE, "neither the headers of the null nor the broker say its time")
    return Tombstone(origin, address, arrival.appended_at)


def _key(origin: Origin) -> bytes:
    if not origin.key:
        raise Refusal(Fault.NULL_KEY, "the key is null or empty; it must name the record")
    return origin.key


def _refuse_other_than(topic: str, kind: str) -> None:
    if kind not in TYPES:
        raise Refusal(Fault.UNKNOWN_TYPE, f"the type {kind[:100]!a} is no observation of context")
    if kind != topic:
        raise Refusal(Fault.WRONG_TOPIC, f"{kind} stands on {topic}; send it to the topic of its own name")
