"""What a person reads of a record."""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import timedelta
from typing import Any

import pytest

from orchestrator.domain.clocks import deadlines
from orchestrator.domain.clocks.spec import BREACH_RUNG, Rung
from orchestrator.domain.commands import Acknowledge, Reopen
from orchestrator.domain.events import EVENTS
from orchestrator.domain.events.event import Event, Stream
from orchestrator.domain.lifecycle.replies import reply
from orchestrator.domain.model import Reason, Receiver
from streams.feed.records import Line, Sign, Story, line_of, printable, span
from streams.kafka.listener import Heard, heard
from streams.messages.cloudevents import encode
from streams.topics.table import DEAD_LETTER, UNDELIVERED
from tests import builders as b
from tests.unit.domain.case_story import (
    BERLIN,
    CUSTOMER,
    LEAD,
    OFFERED,
    SOLVE,
    Case,
    at,
    office,
    office_rules,
)


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


def test_a_packet_that_is_held_says_what_for_and_then_goes_out() -> None:
    policy = b.a_holding_policy()
    held = b.a_decision(b.a_request(checklist={}), policy=policy)
    told = lines(held.events)

    assert told[Sign.REQUESTED].text.endswith("The reset link does not arrive; held, needs identity-verified")
    assert told[Sign.NOTICE].text.startswith("to tier-1: the packet for case case-1 is held")
    assert Sign.PACKET not in told

    late = b.T0 + 5 * b.MINUTE
    fired = deadlines.fire(held.handoff, policy=policy, now=late, request=b.a_request(checklist={}))
    tick = b.a_tick(held.handoff)
    ticked = reply(
        held.handoff, tick, cause=b.a_cause(), policy=policy, now=b.T0, request=b.a_request(checklist={})
    )

    assert lines(fired.events)[Sign.RELEASED].text == "to tier-2, though it lacks identity-verified"
    assert lines(ticked.events)[Sign.RELEASED].text == "to tier-2, complete"


def test_warnings_and_breaches_say_who_owes_what() -> None:
    handoff = b.a_handoff()
    fired = deadlines.fire(handoff, policy=b.a_policy(), now=b.T0 + 15 * b.MINUTE).events

    told = [line_of(a_heard(event)) for event in fired]

    assert [(line.sign, line.text) for line in told] == [
        (Sign.WARNED, "tier-2 has 3m left to accept (told 3m late)"),
        (Sign.WARNED, "tier-2 has 1m left to accept (told 1m late)"),
        (Sign.BREACHED, "tier-2 did not accept within 15m"),
        (Sign.NOTICE, told[3].text),
    ]


def told(case: Case) -> list[tuple[str, str]]:
    """Return what the journals of a case say of clocks, and of what was done about them."""
    events = [event for history in case.histories for event in history.events]
    shown = [line_of(a_heard(event)) for event in events if event.stream not in (None, Stream.PACKETS)]
    return [(line.word, line.text) for line in shown if line.sign not in (Sign.REQUESTED, Sign.NOTICE)]


def test_a_clock_is_followed_from_its_start_through_its_ladder_to_its_end() -> None:
    case = office(OFFERED, SOLVE)
    handoff = case.request(b.a_request(), at(2, 16, 50))
    case.fire(at(3, 9, 56))
    case.fire(at(3, 10, 21))
    case.fire(at(3, 10, 50))
    case.take(b.an_accept(handoff), at(3, 11, 30))
    case.take(b.a_pause(handoff), at(3, 11, 40))
    case.take(b.a_resume(handoff), at(3, 11, 50))
    case.take(b.a_completion(handoff), at(3, 12))
    case.take(Reopen(handoff_id=handoff, actor=b.an_actor("tier-2")), at(3, 12, 10))
    case.take(b.a_pause(handoff, until=at(3, 12, 30)), at(3, 12, 20))
    case.fire(at(3, 12, 30))
    case.take(b.a_return(handoff, reason=Reason(text="not ours")), at(3, 13, 30))

    assert told(case) == [
        ("started", "tier-2 has until 2026-03-03 09:20Z to accept (2h)"),
        ("warned", "tier-2 has 24m left to accept"),
        ("breached", "tier-2 did not accept within 2h (told 1m late); next lead at 09:20"),
        (
            "escalated",
            "tier-2 did not accept: the lead is told (told 1m late); next priority at 09:50",
        ),
        ("notified", "lead-tier-2, lead of tier-2: tier-2 is late to accept the case: case case-1"),
        (
            "escalated",
            "tier-2 did not accept, 30m over: the priority is raised; skipped manager: Tier 2 has no manager",
        ),
        ("raised", "the priority, from normal to high"),
        ("accepted", "by Sarah of tier-2"),
        ("met", "tier-2 took 3h10m to accept"),
        ("started", "tier-2 has until 15:15 to finish (4h)"),
        ("paused", "resolve of tier-2, by Sarah: waits-for-customer"),
        ("paused", "tier-2: the time to finish stands still, 3h50m left: waits-for-customer"),
        ("resumed", "resolve of tier-2, by Sarah"),
        ("resumed", "tier-2 has 3h50m left to finish, due 15:25"),
        ("completed", "by Sarah of tier-2: solved"),
        ("met", "tier-2 took 20m to finish, beside 10m paused"),
        ("reopened", "by Sarah, and tier-2 has it again: no reason given"),
        ("started", "tier-2 has until 15:35 to finish (4h, 20m of it used before), once more"),
        ("paused", "resolve of tier-2, by Sarah until 11:30: waits-for-customer"),
        ("paused", "tier-2: the time to finish stands still, 3h30m left: waits-for-customer"),
        (
            "resumed",
            "tier-2 has 3h30m left to finish, due 15:45: the pause has lasted as long as it may",
        ),
        ("returned", "by Sarah of tier-2 to tier-1: not ours"),
        ("lapsed", "tier-2 need not finish any more, 45m used"),
    ]


def test_a_lead_who_has_seen_a_breach_holds_up_its_ladder() -> None:
    case = office(OFFERED)
    handoff = case.request(b.a_request(), at(3, 9))
    case.fire(at(3, 11))
    case.take(Acknowledge(handoff_id=handoff, actor=LEAD, note="on it"), at(3, 11, 5))

    assert told(case)[-2:] == [
        ("seen", "by Lea, no further step on accept until 10:35: on it"),
        ("unmoved", "tier-2, to accept: still due 10:00: acknowledged by Lea"),
    ]


def test_a_breach_that_is_taken_back_says_why() -> None:
    case = office(OFFERED)
    handoff = case.request(b.a_request(), at(3, 9))
    case.fire(at(3, 11))
    case.take(b.a_pause(handoff), at(3, 10), told=at(3, 11, 10))

    assert told(case)[-2:] == [
        ("paused", "accept of tier-2, by Sarah: waits-for-customer"),
        ("taken back", "no breach at 10:00: tier-2 has 1h left to accept: waits-for-customer"),
    ]


def test_an_answer_that_came_late_was_in_time() -> None:
    case = office(OFFERED)
    handoff = case.request(b.a_request(), at(3, 9))
    case.fire(at(3, 11))
    case.take(b.an_accept(handoff), at(3, 10, 59), told=at(3, 11, 10))

    assert told(case)[-3:] == [
        ("accepted", "by Sarah of tier-2"),
        ("met", "tier-2 took 1h59m to accept"),
        ("met in time", "tier-2 did accept in time at 09:59, due 10:00: the answer came late"),
    ]


def test_work_that_is_offered_again_says_to_whom_and_for_how_long() -> None:
    reoffer = Rung(name="reoffer", effect="reoffer", before=-10 * b.MINUTE)
    case = office(OFFERED.model_copy(update={"rungs": (BREACH_RUNG, reoffer)}), CUSTOMER)
    case.request(b.a_request(), at(3, 9))
    case.fire(at(3, 11, 10))
    case.request(b.a_request(sender=b.a_sender("billing"), receiver=Receiver(team="email")), at(3, 12))

    assert told(case)[2:] == [
        ("breached", "tier-2 did not accept within 2h (told 10m late); next reoffer at 10:10"),
        ("escalated", "tier-2 did not accept, 10m over: it is offered to another team"),
        ("reoffered", "to billing, since tier-2 did not accept in time"),
        ("lapsed", "tier-2 need not accept any more, 2h10m used"),
        ("started", "billing has until 12:10 to accept (2h), once more"),
        ("handed on", "billing gave the case to another team"),
        ("lapsed", "billing need not accept any more, 50m used"),
        ("lapsed", "all teams together: their clock ends here, 3h used"),
        ("started", "email has until 13:00 to accept (2h)"),
        ("started", "all teams together have until 2026-03-06 08:00Z to solve the case (3d), once more"),
    ]
    packets = [e for h in case.histories for e in h.events if e.stream is Stream.PACKETS]
    assert line_of(a_heard(packets[1])).text.startswith("for billing: “")


def test_a_case_that_had_come_back_goes_on() -> None:
    case = office(CUSTOMER)
    handoff = case.request(b.a_request(), at(3, 9))
    case.take(b.a_decline(handoff), at(3, 10))
    case.request(b.a_request(receiver=Receiver(team="billing")), at(3, 11))

    assert ("case carried", "the case, back with tier-1, goes on with another handoff") in told(case)


def test_a_change_of_the_rules_says_what_moved() -> None:
    case = office(OFFERED)
    case.request(b.a_request(), at(3, 12))
    late = BERLIN.model_copy(update={"week": BERLIN.week.model_copy(update={"tue": ()})})
    rules = office_rules(OFFERED, version="rules-2", calendars={"berlin": late})
    case.reproject(rules, at(3, 12, 10), "closed today", calendars_only=True)

    assert told(case)[1:] == [
        ("new rules", "calendars as in rules-2, by Olga: closed today"),
        ("moved", "tier-2, to accept: due 2026-03-04 09:50Z instead of 13:45: closed today"),
    ]


def test_a_notification_that_an_endpoint_did_not_take_says_so() -> None:
    case = office(OFFERED)
    case.request(b.a_request(), at(3, 9))
    case.fire(at(3, 11))
    raised = next(e for h in case.histories for e in h.events if e.stream is Stream.NOTIFICATIONS)
    record = a_heard(raised)
    headers = {"handoff_endpoint": "pager", "__streams.errors.message": "410 Gone"}

    line = line_of(a_heard(raised, topic=UNDELIVERED, headers=record.headers | headers))

    assert (line.sign, line.text) == (
        Sign.UNDELIVERED,
        "pager did not take “tier-2 is late to accept the case: case case-1”: 410 Gone",
    )


def test_only_what_nobody_has_to_act_on_is_routine() -> None:
    routine = {type for type, event in EVENTS.items() if event.is_routine}
    assert {type.split(".")[-2] for type in routine} == {"activated", "fulfilled", "cancelled"}
    assert {sign for sign in Sign if sign.is_routine} == {
        Sign.STARTED,
        Sign.MET,
        Sign.LAPSED,
        Sign.UNMOVED,
    }


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


def test_a_question_and_its_answer_are_told_to_the_team_they_are_for() -> None:
    case = office(OFFERED)
    handoff = case.request(b.a_request(), at(3, 9))
    case.take(b.a_question(handoff), at(3, 9, 1))
    case.take(b.an_answer(handoff), at(3, 9, 2))

    asked, answered = told(case)[-2:]
    assert asked[0] == "asked"
    assert asked[1].startswith("to tier-1: Sarah of tier-2 asks about case case-1: “Which address")
    assert answered[0] == "answered"
    assert answered[1].startswith("to tier-2: Sarah of tier-1 answers on case case-1: “The one at her")


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
    "type_",
    [
        "",
        "x",
        "support.handoff.packet.prepared.v1",
        "support.handoff.lifecycle.accepted.v1",
        "support.handoff.sla.breached.v1",
        "support.handoff.sla.paused.v1",
        "support.handoff.notification.raised.v1",
    ],
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
