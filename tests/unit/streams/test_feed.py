"""What a person reads of a record."""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import timedelta
from typing import Any

import pytest

from orchestrator.domain import deadlines
from orchestrator.domain.event import Event
from orchestrator.domain.replies import reply
from streams.cloudevents import encode
from streams.feed import Line, Sign, Story, line_of, printable, span
from streams.listener import Heard, heard
from streams.topics import DEAD_LETTER
from tests import builders as b


def a_heard(event: Event, **over: Any) -> Heard:
    headers = encode(event.type, b.a_handoff().id, "us", "handoff-1", event.at)
    fields: dict[str, Any] = {
        "topic": "some-topic",
        "partition": 0,
        "offset": 7,
        "key": event.case_id,
        "headers": {name: value.decode() for name, value in headers},
        "data": json.loads(event.model_dump_json()),
        "appended_at": b.T0,
    }
    return Heard(**(fields | over))


def lines(events: Iterable[Event]) -> dict[Sign, Line]:
    return {(line := line_of(a_heard(event))).sign: line for event in events if event.stream}


def test_a_request_says_who_whom_and_why() -> None:
    told = lines(b.a_decision().events)

    requested = told[Sign.REQUESTED]
    assert requested.case == "case-1"
    assert requested.text == "tier-1 → tier-2: Ada Lovelace, The reset link does not arrive"


def test_an_escalation_says_how_bad_it_is() -> None:
    told = lines(b.a_decision(b.an_escalation()).events)

    assert told[Sign.REQUESTED].text.startswith("tier-2 → engineering, sev2, INC-42: ")


def test_a_packet_has_its_opening_line_the_clock_and_what_is_missing() -> None:
    told = lines(b.a_decision(b.a_request(checklist={})).events)

    packet = told[Sign.PACKET].text
    assert packet.startswith("for tier-2: “I see you have already spoken with Sarah via chat.”")
    assert "tier-2 has 15m to accept." in packet
    assert packet.endswith("Still missing: identity-verified.")
    assert told[Sign.NOTICE].text.startswith("to tier-1: ")


def test_warnings_and_breaches_say_who_owes_what() -> None:
    handoff = b.a_handoff()
    fired = deadlines.fire(handoff, now=b.T0 + timedelta(hours=1)).events

    told = [line_of(a_heard(event)) for event in fired]

    assert [(line.sign, line.text) for line in told] == [
        (Sign.WARNED, "tier-2 has 3m left to accept"),
        (Sign.WARNED, "tier-2 has 1m left to accept"),
        (Sign.BREACHED, "tier-2 did not accept within 15m"),
        (Sign.NOTICE, told[3].text),
    ]


@pytest.mark.parametrize(
    ("command", "word", "text"),
    [
        (b.an_accept, "accepted", "by Sarah of tier-2"),
        (b.a_decline, "declined", "by Sarah of tier-2: "),
    ],
)
def test_answers_name_the_person_and_the_team(command: Any, word: str, text: str) -> None:
    handoff = b.a_handoff()
    decision = reply(
        handoff, command(handoff), cause=b.a_cause(id="2"), policy=b.a_policy(), now=b.T0 + b.MINUTE
    )

    line = line_of(a_heard(decision.events[0]))

    assert line.word == word
    assert line.text.startswith(text)


def test_a_dead_letter_has_its_number_code_and_reason() -> None:
    record = Heard(
        topic=DEAD_LETTER,
        partition=0,
        offset=0,
        key=None,
        headers={
            "handoff_dead-letter-id": "dead-letter-3",
            "handoff_reason-code": "malformed-json",
            "handoff_first-failed-at": b.T0.isoformat(),
            "__streams.errors.message": "EOF",
        },
        data="{",
        appended_at=b.T0 + b.HOUR,
    )

    assert line_of(record) == Line(b.T0, Sign.DEAD_LETTER, "dead letter", "-", "no. 3, malformed-json: EOF")
    assert record.id == "dead-letter-3"


@pytest.mark.parametrize("data", [None, "text", 7, [], {}, {"packet": None}, {"actor": 1}])
@pytest.mark.parametrize(
    "type_", ["", "x", "support.handoff.packet.prepared.v1", "support.handoff.lifecycle.accepted.v1"]
)
def test_a_record_of_somebody_else_never_stops_the_feed(type_: str, data: Any) -> None:
    record = a_heard(b.a_decision().events[0], headers={"ce_type": type_, "ce_time": "late"}, data=data)

    line = line_of(record)

    assert line.sign is Sign.OTHER
    assert line.at == b.T0
    assert line.text == "some-topic/0 at 7"


def test_what_a_terminal_would_obey_is_not_printed() -> None:
    assert printable("a\x1b[31mb\nc\td\x9b") == "a\ufffd[31mb c d\ufffd"


def test_bytes_of_any_kind_are_heard() -> None:
    class Record:
        topic, partition, offset, timestamp = "t", 0, 1, 1000
        key, value = b"\xff", b"\x80{"
        headers = (("a", None), ("b", b"\xff"))

    told = heard(Record())

    assert (told.key, told.data, told.headers) == ("\ufffd", "\ufffd{", {"a": None, "b": "\ufffd"})
    json.dumps(told.as_json())


@pytest.mark.parametrize(
    ("duration", "said"),
    [(timedelta(seconds=1.54), "1.5 s"), (timedelta(seconds=3), "3 s"), (timedelta(minutes=90), "1h30m")],
)
def test_durations_are_said_as_people_say_them(duration: timedelta, said: str) -> None:
    assert span(duration) == said


def test_records_that_race_are_told_in_the_order_of_their_journal() -> None:
    first, *_, packet = (e for e in b.a_decision().events if e.stream)
    other = a_heard(first, key="case-2")
    story = Story()

    assert story.take([a_heard(packet), other]) == []
    told = story.take([a_heard(first)])

    assert [(r.key, r.data["version"]) for r in told] == [
        ("case-1", first.version),
        ("case-1", packet.version),
        ("case-2", first.version),
    ]
    assert story.take([]) == []
