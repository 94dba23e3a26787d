"""A dead letter carries the message as it came, and why it is dead; taking our words off gives it back."""

from __future__ import annotations

from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st

from orchestrator.inbound import DeadLetter, Headers, Origin
from orchestrator.ledger.outbox import Buried
from streams.messages.dead_letters import headers_of, id_of, without_ours
from tests import builders as b

ORIGINAL: Headers = (
    ("ce_id", b"request-1"),
    ("traceparent", b"00-abc"),
    ("empty", b""),
    ("none", None),
    ("twice", b"1"),
    ("twice", b"2"),
    ("bytes", b"\xff\x00"),
)
FAILED_AT = datetime(2026, 3, 2, 9, 0, 1, 500_000, tzinfo=UTC)
any_headers = st.lists(
    st.tuples(st.text(st.characters(exclude_categories=["Cs"])), st.none() | st.binary(max_size=20)),
    max_size=10,
).map(tuple)


def a_buried(
    headers: Headers = ORIGINAL, *, code: str = "unknown-team", message: str = "no such team"
) -> Buried:
    origin = Origin("support.handoff.transfer.requested.v1", 2, 41, b"case-1", b"{}", headers)
    return Buried(DeadLetter(origin, code, message), FAILED_AT, 3)


def test_the_original_headers_come_first_and_unchanged() -> None:
    assert tuple(headers_of(a_buried(), "dead-letter-7"))[: len(ORIGINAL)] == ORIGINAL


def test_the_others_say_what_when_and_from_where() -> None:
    assert dict(headers_of(a_buried(), "dead-letter-7")[len(ORIGINAL) :]) == {
        "handoff_dead-letter-id": b"dead-letter-7",
        "handoff_reason-code": b"unknown-team",
        "handoff_attempts": b"3",
        "handoff_first-failed-at": b"2026-03-02T09:00:01.500000+00:00",
        "kafka_dlt-original-topic": b"support.handoff.transfer.requested.v1",
        "__streams.errors.exception": b"unknown-team",
        "__streams.errors.message": b"no such team",
        "__streams.errors.stacktrace": b"",
        "__streams.errors.topic": b"support.handoff.transfer.requested.v1",
        "__streams.errors.partition": b"2",
        "__streams.errors.offset": b"41",
    }


def test_a_name_that_is_not_utf8_is_sent_as_what_can_be() -> None:
    [(name, value), *_] = headers_of(a_buried((("caf\udce9", b"\xff"),)), "dead-letter-7")
    assert (name, value) == ("caf\\xe9", b"\xff")


def test_words_in_any_script_are_utf8() -> None:
    headers = dict(headers_of(a_buried(message="équipe «ß» unbekannt"), "dead-letter-7"))
    assert headers["__streams.errors.message"] == "équipe «ß» unbekannt".encode()


@given(any_headers)
def test_taking_ours_off_gives_the_message_back(headers: Headers) -> None:
    dead = tuple(headers_of(a_buried(headers), "dead-letter-7"))
    assert without_ours(dead) == without_ours(headers)
    assert id_of(dead) == "dead-letter-7"


def test_a_message_that_died_twice_loses_both_layers() -> None:
    once = tuple(headers_of(a_buried(), "dead-letter-7"))
    twice = tuple(headers_of(a_buried(once), "dead-letter-8"))
    assert without_ours(twice) == ORIGINAL
    assert id_of(twice) == "dead-letter-8"


def test_other_records_are_no_dead_letters() -> None:
    record = b.a_record(b.a_request())
    assert id_of(tuple(record.headers)) is None
    assert without_ours(tuple(record.headers)) == tuple(record.headers)
    assert id_of(()) is None
