"""Messages on the topics of context: what is read, and what each bad one is refused for."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orchestrator.domain.context.address import Address
from orchestrator.domain.context.observation import TYPES
from orchestrator.domain.context.subjects import Subject
from orchestrator.domain.flow_health.noted import Noted
from orchestrator.inbound import DeadLetter, Origin
from orchestrator.ledger.context import Observed, Tombstone
from streams.context.arrivals import arrival_of, arrival_of_faust
from streams.context.decoding import Arrival, decode
from streams.context.keys import address_of
from streams.context.topics import CONTEXT_TOPICS, topic_of
from streams.flows.notes import noted_of
from tests.builders import T0, Record, cloudevent_headers
from tests.context_builders import a_key, a_message, a_null, an_observation

BILLING = topic_of(Subject.BILLING)
ADDRESS = Address.of(an_observation())


def read(message: Record, *, topic: str = BILLING, appended_at: datetime | None = T0) -> Any:
    """Decode a message."""
    origin = Origin(topic, 0, 7, message.key, message.value, tuple(message.headers))
    return decode(Arrival(origin, appended_at))


def test_there_is_a_topic_for_each_subject_named_as_its_type() -> None:
    assert {spec.name for spec in CONTEXT_TOPICS} == TYPES.keys()
    assert {topic_of(subject) for subject in Subject} == TYPES.keys()


@pytest.mark.parametrize("part", ["", "state", "a/b#c"])
def test_an_observation_is_read_with_or_without_a_part(part: str) -> None:
    heard = read(a_message(part=part, at=T0, id="e-1"))
    assert isinstance(heard, Observed)
    assert (heard.observation, heard.address, heard.at) == (an_observation(), ADDRESS, T0)


def test_the_structured_mode_says_the_same() -> None:
    plain = a_message(id="e-1")
    names = {name.removeprefix("ce_"): value.decode() for name, value in plain.headers if name[:3] == "ce_"}
    event = {**names, "data": json.loads(plain.value)}
    structured = Record(
        plain.key, [("content-type", b"application/cloudevents+json")], json.dumps(event).encode()
    )
    one, other = read(plain), read(structured)
    assert isinstance(one, Observed)
    assert (one.observation, one.at, one.by) == (other.observation, other.at, other.by)


def test_two_sources_with_the_same_id_are_two_events() -> None:
    assert read(a_message(source="//a")).by != read(a_message(source="//b")).by


@pytest.mark.parametrize("key", [b"account:a%2Fb/crm", b"account:a%2fb/crm#p"])
def test_a_key_may_be_encoded_in_either_case(key: bytes) -> None:
    observation = an_observation(account="a/b", system="crm")
    assert isinstance(read(a_message(observation)._replace(key=key)), Observed)


def bad(**over: Any) -> Record:
    return a_message()._replace(**over)


HEADERS = a_message().headers


@pytest.mark.parametrize(
    ("message", "code"),
    [
        (bad(headers=[h for h in HEADERS if h[0] != "ce_id"]), "not-cloudevents"),
        (bad(headers=[h for h in HEADERS if h[0] != "ce_time"]), "bad-attribute"),
        (bad(headers=[]), "not-cloudevents"),
        (bad(value=b'{"account_id'), "malformed-json"),
        (bad(value=b"\xff"), "not-utf8"),
        (bad(value=b"[" * 10_000), "malformed-json"),
        (bad(value=b'{"a":NaN}'), "malformed-json"),
        (bad(value=b"[]"), "invalid-data"),
        (bad(value=b'{"account_id":"acct-1","system":"billing","fields":{}}'), "invalid-data"),
        (
            bad(value=b'{"subject":"nps","account_id":"acct-1","system":"billing","fields":{"a":1}}'),
            "invalid-data",
        ),
        (bad(value=b'{"system":"billing","fields":{"a":1}}'), "invalid-data"),
        (bad(value=b'{"account_id":"acct-1","system":"billing","fields":{"a":{}}}'), "invalid-data"),
        (bad(value=b" " * 1_048_577), "too-large"),
        (bad(key=None), "null-key"),
        (bad(key=b""), "null-key"),
        (bad(key=b"account:acct-2/billing"), "key-mismatch"),
        (bad(key=b"account:acct-1/crm"), "key-mismatch"),
        (bad(key=b"\xff/billing"), "key-mismatch"),
        (bad(headers=cloudevent_headers(topic_of(Subject.NPS), id="e")), "wrong-topic"),
        (bad(headers=cloudevent_headers("com.example.ping", id="e")), "unknown-type"),
        (bad(value=None, key=b"case-1", headers=[]), "bad-key"),
        (bad(value=None, key=b"\xff", headers=[]), "bad-key"),
        (bad(value=None, key=a_key(ADDRESS, "p" * 201), headers=[]), "bad-key"),
        (bad(value=None, headers=[("ce_id", b"1")]), "not-cloudevents"),
        (bad(value=None, headers=cloudevent_headers(topic_of(Subject.NPS), id="e")), "wrong-topic"),
    ],
)
def test_what_is_wrong_has_a_code(message: Record, code: str) -> None:
    letter = read(message)
    assert isinstance(letter, DeadLetter)
    assert letter.code == code
    assert letter.message
    assert letter.origin.value == message.value


def test_a_null_takes_its_time_from_its_headers_or_from_kafka() -> None:
    later = T0 + timedelta(hours=1)
    said = read(a_null(ADDRESS, at=later, part="state"))
    plain = read(a_null(ADDRESS))
    assert isinstance(said, Tombstone)
    assert (said.address, said.at) == (ADDRESS, later)
    assert isinstance(plain, Tombstone)
    assert plain.at == T0
    letter = read(a_null(ADDRESS), appended_at=None)
    assert isinstance(letter, DeadLetter)
    assert letter.code == "bad-attribute"


ids = st.text(st.characters(exclude_categories=["C"]), min_size=1, max_size=30).filter(
    lambda text: text.strip() == text and text.isprintable()
)


@given(account=ids, system=ids, item=ids, part=st.text(max_size=20))
def test_a_key_names_its_record_whatever_the_ids_are(account: str, system: str, item: str, part: str) -> None:
    address = Address(Subject.ISSUE, f"account:{account}", system, item)
    assert address_of(Subject.ISSUE, a_key(address, part)) == address


@given(key=st.binary(max_size=40), value=st.none() | st.binary(max_size=40), name=st.text(max_size=8))
def test_no_bytes_make_it_raise(key: bytes, value: bytes | None, name: str) -> None:
    read(Record(key, [(name, b"\xff"), ("ce_id", key)], value))  # type: ignore[arg-type]


class _Raw:
    """A record of a client."""

    topic, partition, offset, key, value, headers = BILLING, 1, 2, b"k", b"v", None
    timestamp: float | None = -1


def test_records_of_both_clients_become_the_same() -> None:
    record = _Raw()
    assert arrival_of(record) == Arrival(Origin(BILLING, 1, 2, b"k", b"v", ()), None)
    record.timestamp = 1_772_442_000_500
    faust = _Raw()
    faust.timestamp = 1_772_442_000.5
    assert arrival_of(record) == arrival_of_faust(faust)
    assert arrival_of(record).appended_at == datetime(2026, 3, 2, 9, 0, 0, 500_000, tzinfo=UTC)


def test_of_what_cannot_be_read_the_key_still_says_who_sent_it() -> None:
    letter = read(bad(value=b"{"))
    assert noted_of(letter, appended_at=T0) == Noted("billing", "billing", None, T0, failure="malformed-json")


def test_a_secret_in_a_free_text_is_removed_and_an_identifier_stays() -> None:
    said = an_observation(
        fields={
            "last_invoice": "4111111111111111",
            "note": "paid with card 4111 1111 1111 1111 by phone",
            "remarks": ["all well here", "my password is hunter2!"],
        }
    )
    heard = read(a_message(said))
    assert isinstance(heard, Observed)
    fields = heard.observation.fields
    assert fields["last_invoice"] == "4111111111111111"
    assert fields["note"] == "paid with card [card removed] by phone"
    assert fields["remarks"][0] == "all well here"  # type: ignore[index,call-overload]
    assert "hunter2" not in str(fields)
