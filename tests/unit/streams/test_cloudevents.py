"""What the binding reads, what it refuses and why, and that the SDK agrees."""

from __future__ import annotations

import base64
import json
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from cloudevents.core.bindings.kafka import KafkaMessage, from_kafka, to_binary, to_structured
from cloudevents.core.formats.json import JSONFormat
from cloudevents.core.v1.event import CloudEvent
from hypothesis import given
from hypothesis import strategies as st

from orchestrator.domain.commands import COMMANDS, Accept, RequestHandoff
from orchestrator.domain.events import EVENTS
from orchestrator.domain.identity import event_id
from orchestrator.inbound import DeadLetter, Delivery, Headers, Origin
from streams.messages.cloudevents import (
    MAX_HEADER_BYTES,
    MAX_HEADERS,
    MAX_VALUE_BYTES,
    decode,
    encode,
    schema_uri,
)
from streams.messages.faults import Fault
from tests.builders import T0, a_large_request, a_request

ACCEPT = {
    "handoff_id": "9b2e4c1a-7f51-5d07-8f0b-0a6f5f5b2c11",
    "actor": {"kind": "agent", "id": "bob", "team": "tier-2"},
}
ATTRIBUTES = {
    "specversion": "1.0",
    "id": "0001",
    "source": "//chat.example/desk",
    "type": RequestHandoff.type,
    "time": "2026-03-02T09:00:00Z",
}
DATA = a_request().model_dump_json().encode()
STRUCTURED = (("Content-Type", b"application/cloudevents+json; charset=UTF-8"),)


def headers(**over: str | bytes | None) -> Headers:
    """The headers of a request in binary mode; None leaves an attribute out."""
    texts = {"ce_" + name: value for name, value in {**ATTRIBUTES, **over}.items() if value is not None}
    return tuple((name, v if isinstance(v, bytes) else v.encode()) for name, v in texts.items())


def binary(
    value: bytes | None = DATA,
    *,
    key: bytes | None = b"case-1",
    extra: Headers = (),
    **over: str | bytes | None,
) -> Origin:
    return Origin("in", 3, 42, key, value, (*headers(**over), *extra))


def structured(members: object, key: bytes | None = b"case-1") -> Origin:
    value = members if isinstance(members, bytes) else json.dumps(members).encode()
    return Origin("in", 3, 42, key, value, STRUCTURED)


def event(**over: Any) -> dict[str, Any]:
    """A request as one JSON object; None leaves a member out."""
    members = {**ATTRIBUTES, "data": json.loads(DATA), **over}
    return {name: value for name, value in members.items() if value is not None}


def request_with(**fields: Any) -> bytes:
    return json.dumps({**json.loads(DATA), **fields}).encode()


def delivered(origin: Origin) -> Delivery:
    read = decode(origin)
    assert isinstance(read, Delivery), read
    return read


def refused(origin: Origin) -> DeadLetter:
    read = decode(origin)
    assert isinstance(read, DeadLetter), read
    assert read.origin is origin
    return read


@pytest.mark.parametrize("origin", [binary(), structured(event())], ids=["binary", "structured"])
def test_a_request_is_read_with_its_envelope(origin: Origin) -> None:
    read = delivered(origin)
    assert read.origin is origin
    assert read.event_id == event_id("//chat.example/desk", "0001")
    assert read.cause.source == "//chat.example/desk"
    assert read.cause.id == "0001"
    assert read.cause.at == T0
    assert read.command == a_request()


@pytest.mark.parametrize("name", COMMANDS)
def test_every_type_is_read(name: str) -> None:
    filling = {"reason": {"code": "x"}, "item": "summary", "disposition": "solved"}
    filling |= {"question": str(UUID(int=1)), "answer": "yes"}
    data = json.loads(DATA) if issubclass(COMMANDS[name], RequestHandoff) else {**ACCEPT, **filling}
    assert type(delivered(binary(json.dumps(data).encode(), type=name)).command) is COMMANDS[name]


def test_a_reply_may_have_any_key() -> None:
    origin = binary(json.dumps(ACCEPT).encode(), key=b"whatever", type=Accept.type)
    assert isinstance(delivered(origin).command, Accept)


@pytest.mark.parametrize(
    ("text", "instant"),
    [
        ("2026-03-02T10:30:00+01:30", T0),
        ("2026-03-02t09:00:00z", T0),
        ("2026-03-02T09:00:00.5Z", T0 + timedelta(seconds=0.5)),
        ("2026-03-02T09:00:00.123456789Z", T0 + timedelta(microseconds=123_456)),
        ("9999-12-31T23:59:59Z", datetime(9999, 12, 31, 23, 59, 59, tzinfo=UTC)),
    ],
)
def test_times_of_rfc_3339_become_utc(text: str, instant: datetime) -> None:
    assert delivered(binary(time=text)).cause.at == instant
    assert delivered(binary(time=text)).cause.at.tzinfo is UTC


@pytest.mark.parametrize(
    "content_type",
    [b"application/json", b"Application/JSON; charset=utf-8", b"application/vnd.acme+json", b""],
)
def test_json_by_any_of_its_names_is_read(content_type: bytes) -> None:
    delivered(binary(extra=(("Content-Type", content_type), ("content-encoding", b"identity"))))


def test_data_base64_is_read() -> None:
    packed = base64.b64encode(DATA).decode()
    assert delivered(structured(event(data=None, data_base64=packed))).command == a_request()


def test_a_value_of_exactly_the_limit_is_read() -> None:
    padding = b" " * (MAX_VALUE_BYTES - len(DATA))
    delivered(binary(DATA + padding))
    assert refused(binary(DATA + padding + b" ")).code == Fault.TOO_LARGE


@pytest.mark.parametrize("word", ["NaN", "Infinity", "-Infinity"])
def test_the_words_that_are_no_numbers_may_stand_in_text(word: str) -> None:
    delivered(binary(request_with(summary=f'the sum is "{word}"')))


REFUSED: list[tuple[Fault, str, Origin]] = [
    (Fault.NULL_VALUE, "tombstone", binary(None)),
    (Fault.NULL_KEY, "null key", binary(key=None)),
    (Fault.NULL_KEY, "empty key", binary(key=b"")),
    (Fault.TOO_LARGE, "1 MiB and 1", binary(b" " * (MAX_VALUE_BYTES + 1))),
    (Fault.HEADERS_TOO_LARGE, "many headers", binary(extra=(("x", b"1"),) * MAX_HEADERS)),
    (Fault.HEADERS_TOO_LARGE, "long header", binary(extra=(("x", b"1" * MAX_HEADER_BYTES),))),
    (Fault.UNSUPPORTED_ENCODING, "gzip", binary(extra=(("Content-Encoding", b"gzip"),))),
    (Fault.UNSUPPORTED_CONTENT_TYPE, "xml", binary(extra=(("content-type", b"text/xml"),))),
    (
        Fault.UNSUPPORTED_CONTENT_TYPE,
        "latin-1",
        binary(extra=(("content-type", b"application/json; charset=iso-8859-1"),)),
    ),
    (
        Fault.UNSUPPORTED_CONTENT_TYPE,
        "batch",
        binary(extra=(("content-type", b"application/cloudevents-batch+json"),)),
    ),
    (
        Fault.UNSUPPORTED_CONTENT_TYPE,
        "avro",
        binary(extra=(("content-type", b"application/cloudevents+avro"),)),
    ),
    (Fault.UNSUPPORTED_CONTENT_TYPE, "xml inside", structured(event(datacontenttype="text/xml"))),
    (Fault.UNSUPPORTED_CONTENT_TYPE, "a number inside", structured(event(datacontenttype=1))),
    (Fault.NOT_CLOUDEVENTS, "no headers", Origin("in", 0, 0, b"case-1", DATA, ())),
    (Fault.NOT_CLOUDEVENTS, "no id", binary(id=None)),
    (Fault.NOT_CLOUDEVENTS, "no source", binary(source=None)),
    (Fault.NOT_CLOUDEVENTS, "no type", binary(type=None)),
    (Fault.NOT_CLOUDEVENTS, "no specversion", binary(specversion=None)),
    (Fault.NOT_CLOUDEVENTS, "no member id", structured(event(id=None))),
    (Fault.NOT_CLOUDEVENTS, "a list", structured([event()])),
    (Fault.UNSUPPORTED_SPECVERSION, "0.3", binary(specversion="0.3")),
    (Fault.UNSUPPORTED_SPECVERSION, "a number", structured(event(specversion=1.0))),
    (Fault.BAD_ATTRIBUTE, "empty id", binary(id="")),
    (Fault.BAD_ATTRIBUTE, "null id", binary(id=None, extra=(("ce_id", None),))),
    (Fault.BAD_ATTRIBUTE, "id twice", binary(extra=(("ce_id", b"0002"),))),
    (Fault.BAD_ATTRIBUTE, "long id", binary(id="x" * 2_001)),
    (Fault.BAD_ATTRIBUTE, "line break in the source", binary(source="a\nb")),
    (Fault.BAD_ATTRIBUTE, "not UTF-8", binary(source=b"\xff")),
    (Fault.BAD_ATTRIBUTE, "a name that is not UTF-8", binary(extra=(("x\udcff", b"1"),))),
    (Fault.BAD_ATTRIBUTE, "a number as id", structured(event(id=1))),
    (Fault.BAD_ATTRIBUTE, "no time", binary(time=None)),
    (Fault.BAD_ATTRIBUTE, "no offset", binary(time="2026-03-02T09:00:00")),
    (Fault.BAD_ATTRIBUTE, "a date", binary(time="2026-03-02")),
    (Fault.BAD_ATTRIBUTE, "basic format", binary(time="20260302T090000Z")),
    (Fault.BAD_ATTRIBUTE, "30 February", binary(time="2026-02-30T09:00:00Z")),
    (Fault.BAD_ATTRIBUTE, "before year 1", binary(time="0001-01-01T00:00:00+23:59")),
    (Fault.BAD_ATTRIBUTE, "a number as time", structured(event(time=1))),
    (Fault.BAD_ATTRIBUTE, "both data", structured(event(data_base64="e30="))),
    (Fault.BAD_ATTRIBUTE, "no base64", structured(event(data=None, data_base64="%"))),
    (Fault.BAD_ATTRIBUTE, "base64 of nothing", structured(event(data=None, data_base64=1))),
    (Fault.NOT_UTF8, "binary", binary(DATA.replace(b"Ada", b"\xff\xfe"))),
    (Fault.NOT_UTF8, "structured", structured(json.dumps(event()).encode().replace(b"Ada", b"\xff\xfe"))),
    (Fault.MALFORMED_JSON, "truncated", binary(DATA[:-5])),
    (Fault.MALFORMED_JSON, "structured and truncated", structured(json.dumps(event()).encode()[:-5])),
    (Fault.MALFORMED_JSON, "empty", binary(b"")),
    (Fault.MALFORMED_JSON, "NaN", binary(request_with(unknown=float("nan")))),
    (Fault.MALFORMED_JSON, "Infinity", binary(request_with(unknown=float("inf")))),
    (Fault.MALFORMED_JSON, "-Infinity", structured(event(unknown=float("-inf")))),
    (Fault.MALFORMED_JSON, "deep", binary(b'{"x":' * 10_000 + b"1" + b"}" * 10_000)),
    (
        Fault.MALFORMED_JSON,
        "structured and deep",
        structured(b'{"data":' + b"[" * 10_000 + b"]" * 10_000 + b"}"),
    ),
    (Fault.MALFORMED_JSON, "half a surrogate pair", binary(b'{"x": "\\ud800"}')),
    (Fault.UNKNOWN_TYPE, "foreign", binary(type="com.example.ping")),
    (Fault.UNKNOWN_TYPE, "one of ours that only leaves", binary(type=next(iter(EVENTS)))),
    (Fault.UNKNOWN_TYPE, "no version", binary(type="support.handoff.transfer.requested")),
    (Fault.UNKNOWN_VERSION, "v2", binary(type="support.handoff.transfer.requested.v2")),
    (Fault.INVALID_DATA, "not an object", binary(b"[]")),
    (Fault.INVALID_DATA, "no data", structured(event(data=None))),
    (Fault.INVALID_DATA, "wrong word", binary(request_with(mode="lukewarm"))),
    (Fault.INVALID_DATA, "an infinite score", binary(DATA[:-1] + b', "sentiment": {"score": 1e999}}')),
    (
        Fault.INVALID_DATA,
        "a reply to nothing",
        binary(b'{"actor": {"kind": "bot", "id": "b"}}', type=Accept.type),
    ),
    (Fault.KEY_MISMATCH, "another key", binary(key=b"case-2")),
    (Fault.KEY_MISMATCH, "structured", structured(event(), key=b"case-2")),
]


@pytest.mark.parametrize(
    ("fault", "origin"),
    [pytest.param(fault, origin, id=f"{fault}: {what}") for fault, what, origin in REFUSED],
)
def test_what_is_refused_has_a_code_and_words(fault: Fault, origin: Origin) -> None:
    letter = refused(origin)
    assert letter.code == fault.value
    assert type(letter.code) is str
    assert letter.message


def test_every_code_has_an_example() -> None:
    # On which topic it stands matters to context only: see test_context_decoding.
    assert {fault for fault, _, _ in REFUSED} == set(Fault) - {Fault.WRONG_TOPIC}


def test_the_words_say_what_to_add() -> None:
    assert "time is missing; add it: RFC 3339" in refused(binary(time=None)).message
    assert (
        "send support.handoff.transfer.requested.v1"
        in refused(binary(type=f"{RequestHandoff.type}1")).message
    )
    assert "missing id, type" in refused(binary(id=None, type=None)).message


def test_the_words_name_at_most_five_fields() -> None:
    turns = [{"id": str(n), "speaker": "nobody"} for n in range(10)]
    message = refused(binary(request_with(turns=turns))).message
    assert message.startswith(
        "data.turns.0.speaker: Input should be 'customer', 'agent', 'bot' or 'system'; "
    )
    assert message.count("data.") == 5
    assert message.endswith("and 15 more")


def test_the_words_never_quote_the_customer() -> None:
    secret = "Xq7-Lovelace"
    everywhere = request_with(
        customer=secret,
        mode=secret,
        checklist={secret: secret, secret * 50: True},
        links={secret: 1},
        sentiment={"score": secret},
    )
    reply = json.dumps({"handoff_id": secret, "actor": {"kind": secret, "id": 1}}).encode()
    origins = [
        binary(everywhere),
        binary(reply, type=Accept.type),
        binary(key=secret.encode()),
        binary(id=secret + "\x00", time=secret),
        binary(time=secret),
        binary(request_with(summary=secret)[:-2]),
    ]
    for origin in origins:
        message = refused(origin).message
        assert secret not in message
        assert "`X`" not in message
    assert "data.checklist.*: " in refused(binary(request_with(checklist={secret: secret}))).message


# The SDK as an oracle


def sdk_event(**over: Any) -> CloudEvent:
    attributes = {**ATTRIBUTES, "time": T0, "datacontenttype": "application/json", **over}
    return CloudEvent(attributes, json.loads(DATA))


@pytest.mark.parametrize("to_kafka", [to_binary, to_structured])
def test_what_the_sdk_writes_is_read(to_kafka: Any) -> None:
    message = to_kafka(sdk_event(partitionkey="case-1", subject="Ada", traceparent="00-1-2-01"), JSONFormat())
    key = message.key.encode() if isinstance(message.key, str) else message.key
    read = delivered(Origin("in", 0, 0, key, message.value, tuple(message.headers.items())))
    assert read.cause.model_dump() == {"source": ATTRIBUTES["source"], "id": ATTRIBUTES["id"], "at": T0}
    assert read.command == a_request()


def test_what_is_written_the_sdk_reads() -> None:
    name = "support.handoff.sla.warned.v1"
    id = UUID("9b2e4c1a-7f51-5d07-8f0b-0a6f5f5b2c11")
    at = T0 + timedelta(microseconds=123)
    written = encode(name, id, "//desk.example/ä", "case-1", at)

    read = from_kafka(KafkaMessage(dict(written), b"case-1", b'{"a": 1}'), JSONFormat())

    assert read.get_attributes() == {
        "specversion": "1.0",
        "id": str(id),
        "source": "//desk.example/ä",
        "type": name,
        "time": at,
        "subject": "case-1",
        "dataschema": "urn:handoff-orchestrator:support.handoff.sla.warned:v1",
        "datacontenttype": "application/json",
        "partitionkey": "case-1",
    }
    assert read.get_data() == {"a": 1}


def test_what_is_written_is_read_here_too() -> None:
    at = datetime(2026, 3, 2, 10, tzinfo=UTC).astimezone()
    written = encode(RequestHandoff.type, UUID(int=7), "s", None, at)
    read = delivered(Origin("in", 0, 0, b"case-1", DATA, tuple(written)))
    assert (read.cause.source, read.cause.id, read.cause.at) == ("s", str(UUID(int=7)), at)
    assert "ce_subject" not in dict(written)


def test_the_name_of_a_schema_follows_from_the_type() -> None:
    assert schema_uri("support.handoff.a.b.v12") == "urn:handoff-orchestrator:support.handoff.a.b:v12"


# Fuzzing

NAMES = st.one_of(
    st.sampled_from(["ce_" + name for name in (*ATTRIBUTES, "subject")]),
    st.sampled_from(["content-type", "Content-Type", "content-encoding", "traceparent"]),
    st.text(max_size=20),
)
VALUES = st.one_of(
    st.none(),
    st.binary(max_size=60),
    st.sampled_from([v.encode() for v in (*ATTRIBUTES.values(), *COMMANDS)]),
    st.sampled_from([b"application/json", b"application/cloudevents+json", b"gzip", b"identity"]),
)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=10), inner, max_size=4),
    max_leaves=12,
)


def mutate(value: bytes, edits: list[tuple[int, bytes]]) -> bytes:
    for position, piece in edits:
        at = position % (len(value) + 1)
        value = value[:at] + piece + value[at + len(piece) // 2 :]
    return value


EDITS = st.lists(
    st.tuples(
        st.integers(0, 20_000), st.binary(max_size=6) | st.sampled_from([b"NaN", b"\\u0000", b'"', b"}"])
    ),
    max_size=4,
)


@given(
    key=st.none() | st.binary(max_size=20),
    value=st.none() | st.binary(max_size=200),
    pairs=st.lists(st.tuples(NAMES, VALUES), max_size=12),
)
def test_random_bytes_never_raise(key: bytes | None, value: bytes | None, pairs: list[Any]) -> None:
    assert isinstance(decode(Origin("in", 0, 0, key, value, tuple(pairs))), Delivery | DeadLetter)


@given(edits=EDITS, header=st.tuples(NAMES, VALUES), is_structured=st.booleans())
def test_mutations_of_a_valid_event_never_raise(edits: Any, header: Any, is_structured: bool) -> None:
    origin = structured(event()) if is_structured else binary()
    value = mutate(origin.value or b"", edits)
    mutant = Origin("in", 0, 0, b"case-1", value, (*origin.headers, header))
    assert isinstance(decode(mutant), Delivery | DeadLetter)


@given(field=st.sampled_from([*RequestHandoff.model_fields, *ATTRIBUTES, "data", "data_base64"]), wrong=JSON)
def test_wrong_fields_never_raise(field: str, wrong: Any) -> None:
    for origin in (structured(event(**{field: wrong})), binary(request_with(**{field: wrong}))):
        read = decode(origin)
        assert isinstance(read, Delivery) or read.code in set(Fault)


def test_a_large_request_survives_the_round_trip() -> None:
    request = a_large_request(7)
    origin = binary(request.model_dump_json().encode(), key=request.case_id.encode())
    assert delivered(origin).command == request
