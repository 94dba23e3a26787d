"""What `handoff send` makes of a line."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orchestrator.domain.commands import Accept, Answer, Ask, RaiseEscalation, RequestHandoff
from orchestrator.inbound import Delivery, Origin
from streams.messages.cloudevents import decode
from streams.messages.event_lines import OutgoingEvent, Problem, read_line
from streams.topics.table import REPLIES
from tests.builders import a_request

REQUEST = json.loads(a_request().model_dump_json())
REPLY = {"request_source": "//chat", "request_id": "1", "actor": {"kind": "agent", "id": "bob"}}


def line(kind: str = RequestHandoff.type, data: Any = REQUEST, **over: Any) -> str:
    members = {"specversion": "1.0", "id": "1", "source": "//chat", "type": kind, "data": data}
    return json.dumps({**members, "time": "2026-03-02T09:00:00Z", **over})


def sent(text: str) -> OutgoingEvent:
    read = read_line(text)
    assert isinstance(read, OutgoingEvent), read
    return read


def problem(text: str) -> Problem:
    read = read_line(text)
    assert isinstance(read, Problem), read
    return read


@pytest.mark.parametrize("kind", [RequestHandoff.type, RaiseEscalation.type])
def test_a_request_goes_to_its_topic_under_its_case(kind: str) -> None:
    record = sent(line(kind))
    assert (record.topic, record.key) == (kind, b"case-1")
    read = decode(Origin(record.topic, 0, 0, record.key, record.value, record.headers))
    assert isinstance(read, Delivery)
    assert read.command.type == kind


@pytest.mark.parametrize(
    ("kind", "said"), [(Ask.type, {"question": "Which one?"}), (Answer.type, {"answer": "The first"})]
)
def test_a_question_and_an_answer_go_to_the_replies_and_have_words(kind: str, said: dict[str, str]) -> None:
    record = sent(line(kind, REPLY | said, partitionkey="case-1"))
    assert (record.topic, record.key) == (REPLIES, b"case-1")
    [field] = said
    empty = problem(line(kind, REPLY | {field: " "}, partitionkey="case-1"))
    assert empty.code == "invalid-data"
    assert field in empty.message


def test_extensions_become_headers() -> None:
    record = sent(line(traceparent="00-1-2-01", sequence=7, sampled=True, subject=None))
    headers = dict(record.headers)
    assert (headers["ce_traceparent"], headers["ce_sequence"], headers["ce_sampled"]) == (
        b"00-1-2-01",
        b"7",
        b"true",
    )
    assert headers["content-type"] == b"application/json"
    assert "ce_data" not in headers
    assert "ce_subject" not in headers


def test_a_reply_is_keyed_by_its_case_or_by_the_partition_key() -> None:
    assert sent(line(Accept.type, REPLY, partitionkey="case-9")).key == b"case-9"
    record = sent(line(Accept.type, {**REPLY, "case_id": "case-8"}, partitionkey="case-9"))
    assert (record.topic, record.key) == (REPLIES, b"case-8")


def test_a_reply_without_a_case_says_what_to_add() -> None:
    found = problem(line(Accept.type, REPLY))
    assert found.code == "null-key"
    assert "partitionkey" in found.message


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "malformed-json"),
        ("[]", "not-cloudevents"),
        ("{}", "not-cloudevents"),
        ('{"x": "\ud800"}', "not-utf8"),
        (line(data={**REQUEST, "case_id": None}), "invalid-data"),
        (line(data=None), "invalid-data"),
        (line("com.example.ping"), "unknown-type"),
        (line("com.example.ping", {}), "unknown-type"),
        (line("support.handoff.reply.accepted.v9", REPLY, partitionkey="c"), "unknown-version"),
        (line(time="yesterday"), "bad-attribute"),
        (line(colour=["red"]), "bad-attribute"),
        (line(datacontenttype="text/xml"), "unsupported-content-type"),
        (line(data={**REQUEST, "logs": "x" * 100_000, "links": {"a": "x" * 1_000_000}}), "too-large"),
    ],
)
def test_what_would_be_a_dead_letter_is_not_sent(text: str, code: str) -> None:
    assert problem(text).code == code


def test_what_is_missing_is_said_in_words_for_a_line() -> None:
    found = problem('{"a": 1, "id": null, "x": [1]}')
    assert found.code == "not-cloudevents"
    assert found.message == "missing specversion, id, source, type: a line is one CloudEvent as JSON"


@given(text=st.text(max_size=200), name=st.text(max_size=8), value=st.text(max_size=8) | st.integers())
def test_no_line_raises(text: str, name: str, value: Any) -> None:
    read_line(text)
    read_line(line(**{name: value}))


# Observations


def an_observation_line(**over: object) -> str:
    event = {
        "specversion": "1.0",
        "id": "o-1",
        "source": "//crm",
        "type": "support.context.account.observed.v1",
        "time": "2026-03-02T09:00:00Z",
        "data": {"account_id": "a/1", "system": "crm", "fields": {"name": "Acme"}},
    }
    return json.dumps(event | over)


def test_an_observation_is_sent_to_its_topic_under_the_address_of_its_record() -> None:
    event = sent(an_observation_line())
    assert (event.topic, event.key) == ("support.context.account.observed.v1", b"account:a%2F1/crm")
    assert dict(event.headers)["ce_id"] == b"o-1"
    part = sent(an_observation_line(partitionkey="account:a%2F1/crm#owner"))
    assert part.key == b"account:a%2F1/crm#owner"


def test_a_null_as_data_is_a_deletion() -> None:
    event = sent(an_observation_line(data=None, partitionkey="account:a%2F1/crm"))
    assert (event.key, event.value) == (b"account:a%2F1/crm", None)


@pytest.mark.parametrize(
    ("over", "code"),
    [
        ({"data": None}, "null-key"),
        ({"data": None, "partitionkey": "case-1"}, "bad-key"),
        ({"partitionkey": "account:other/crm"}, "key-mismatch"),
        ({"data": {"account_id": "a", "system": "crm", "fields": {}}}, "invalid-data"),
        ({"data": [1]}, "invalid-data"),
        ({"time": "yesterday"}, "bad-attribute"),
        ({"type": ["support.context.account.observed.v1"]}, "bad-attribute"),
    ],
)
def test_an_observation_that_would_be_a_dead_letter_is_not_sent(over: dict[str, object], code: str) -> None:
    read = read_line(an_observation_line(**over))
    assert isinstance(read, Problem)
    assert read.code == code
