"""CloudEvents as lines of text, for people and scripts that have no Kafka client: `handoff send`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from pydantic_core import from_json

from orchestrator.domain.commands import COMMANDS, RequestHandoff
from orchestrator.domain.context.observation import TYPES
from orchestrator.inbound import DeadLetter, Headers, Origin
from streams.context.lines import Refused, key_and_value
from streams.messages.cloudevents import REQUIRED, decode
from streams.messages.faults import Fault, Refusal
from streams.messages.json_bytes import parse_object, unpack_data
from streams.topics.table import in_topic_of


@dataclass(frozen=True, slots=True)
class OutgoingEvent:
    """A record to be produced: an event in binary mode."""

    topic: str
    key: bytes
    headers: Headers
    value: bytes | None
    """None: the record of this key is to be deleted."""


@dataclass(frozen=True, slots=True)
class Problem:
    """Why a line cannot be sent: a code of `Fault`, and words for the person who wrote it."""

    code: str
    message: str


def read_line(text: str) -> OutgoingEvent | Problem:
    """Turn one CloudEvent, as JSON on one line, into the record to produce; what is sent will be understood.

    The key is `data.case_id`; a reply that has none needs the attribute `partitionkey`. The key of an
    observation is the address of its record, unless `partitionkey` says otherwise.
    """
    try:
        members = parse_object(text.encode(errors="surrogatepass"))
        _refuse_incomplete(members)
        if isinstance(members["type"], str) and members["type"] in TYPES:
            return _observation(members)
        value = unpack_data(members)
        outgoing = OutgoingEvent(
            topic=_topic(members.get("type")),
            key=_key(members, value),
            headers=_headers(members),
            value=value,
        )
    except Refusal as refusal:
        return Problem(refusal.code.value, refusal.message)
    structured = (("content-type", b"application/cloudevents+json"),)
    for headers, body in ((structured, text.encode()), (outgoing.headers, value)):
        read = decode(Origin(outgoing.topic, 0, 0, outgoing.key, body, headers))
        if isinstance(read, DeadLetter):
            return Problem(read.code, read.message)
    return outgoing


def _observation(members: Mapping[str, Any]) -> OutgoingEvent | Problem:
    headers = _headers(members)
    try:
        key, value = key_and_value(members, headers)
    except Refused as refused:
        return Problem(refused.letter.code, refused.letter.message)
    return OutgoingEvent(members["type"], key, headers, value)


def _refuse_incomplete(members: Mapping[str, Any]) -> None:
    # decode would speak of headers, which a line does not have.
    absent = ", ".join(name for name in REQUIRED if members.get(name) is None)
    if absent:
        raise Refusal(Fault.NOT_CLOUDEVENTS, f"missing {absent}: a line is one CloudEvent as JSON")


def _topic(kind: object) -> str:
    # A type that is not known is refused by decode, which knows why; any topic will do until then.
    return in_topic_of(kind if isinstance(kind, str) and kind in COMMANDS else RequestHandoff.type)


def _key(members: Mapping[str, Any], value: bytes) -> bytes:
    try:
        data = from_json(value)
    except ValueError:
        data = None
    case_id = data.get("case_id") if isinstance(data, dict) else None
    if not isinstance(case_id, str) or not case_id.strip():
        case_id = members.get("partitionkey")
    if isinstance(case_id, str) and case_id.strip():
        return case_id.strip().encode()
    kind = members.get("type")
    command = COMMANDS.get(kind) if isinstance(kind, str) else None
    if command is None or issubclass(command, RequestHandoff):
        # There is more amiss than the key, and decode says it better.
        return b"-"
    raise Refusal(
        Fault.NULL_KEY,
        "the case is not named: add its id as the attribute partitionkey, or as case_id to the data",
    )


def _headers(members: Mapping[str, Any]) -> Headers:
    attributes = [
        (f"ce_{name}", _text(attribute).encode())
        for name, attribute in members.items()
        if name not in ("data", "data_base64", "datacontenttype") and attribute is not None
    ]
    return (*attributes, ("content-type", b"application/json"))


def _text(attribute: object) -> str:
    match attribute:
        case bool():
            return "true" if attribute else "false"
        case str():
            return attribute
        case int():
            return str(attribute)
        case _:
            raise Refusal(Fault.BAD_ATTRIBUTE, "an attribute is not text, a whole number or a boolean")
