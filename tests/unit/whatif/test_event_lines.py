"""A line is taken or refused as the live system would, and says no more than is needed of it."""

from __future__ import annotations

import base64
import json
from pathlib import Path
from typing import Any

import pytest

from orchestrator.domain import commands as c
from orchestrator.domain.identity import handoff_id
from streams.messages.event_lines import OutgoingEvent, read_line
from tests import builders as b
from tests.unit.whatif.logs import accepted, asked, line, write
from whatif.case_log import CaseLog, Share
from whatif.json_log import read_events
from whatif.log_events import Answered, Asked

WHOLE = Share()
GOOD = line(asked(), "request-1", b.T0)


def changed(**over: Any) -> str:
    return json.dumps({key: value for key, value in (json.loads(GOOD) | over).items() if value is not None})


def with_data(**over: Any) -> str:
    return changed(data=json.loads(GOOD)["data"] | over)


LINES = {
    "good": GOOD,
    "a reply": line(accepted(), "reply-1", b.T0),
    "an escalation": line(b.an_escalation(), "request-2", b.T0),
    "packed": changed(
        data=None, data_base64=base64.b64encode(json.dumps(json.loads(GOOD)["data"]).encode()).decode()
    ),
    "no JSON": "{",
    "no object": "[]",
    "not a number": GOOD.replace('"case-1"', "NaN", 1),
    "no id": changed(id=None),
    "no type": changed(type=None),
    "an old version": changed(specversion="0.3"),
    "an unknown type": changed(type="support.handoff.transfer.requested.v9"),
    "an empty source": changed(source=""),
    "a control character": changed(id="a\nb"),
    "no time": changed(time=None),
    "a naive time": changed(time="2026-03-02T09:00:00"),
    "no such day": changed(time="2026-02-30T09:00:00Z"),
    "no customer": with_data(customer=None),
    "an unknown priority": with_data(priority="soon"),
    "a case without a name": with_data(case_id=" "),
    "a reply without a case": line(accepted(), "reply-1", b.T0, partitionkey=None),
    "a reply to nothing": line(accepted(), "reply-1", b.T0, data={"actor": {"kind": "agent", "id": "a"}}),
    "data twice": changed(data_base64="e30="),
    "broken base64": changed(data=None, data_base64="?"),
}


def read(*lines: str, share: Share = WHOLE) -> CaseLog:
    log = CaseLog(share)
    read_events((each.encode() for each in lines), log, {})
    return log


@pytest.mark.parametrize("name", LINES)
def test_a_line_is_refused_where_sending_it_would_be(name: str) -> None:
    is_sent = isinstance(read_line(LINES[name]), OutgoingEvent)

    _, facts = read(LINES[name]).close()

    assert (facts.events, facts.bad) == ((1, 0) if is_sent else (0, 1))


def test_what_is_refused_says_where_and_why() -> None:
    _, facts = read(GOOD, "", LINES["no customer"], "{", LINES["no time"]).close()

    assert [(bad.line, bad.code) for bad in facts.bad_rows] == [
        (3, "invalid-data"),
        (4, "malformed-json"),
        (5, "bad-attribute"),
    ]
    assert "data.customer" in facts.bad_rows[0].message
    assert "RFC 3339" in facts.bad_rows[2].message
    assert (facts.rows, facts.events, facts.cases) == (4, 1, 1)


def test_what_the_orchestrator_wrote_itself_is_passed_over() -> None:
    _, facts = read(GOOD, changed(type="support.handoff.lifecycle.requested.v1", id="x")).close()

    assert (facts.events, facts.silent, facts.bad) == (1, 1, 0)


def test_a_request_keeps_what_decides_and_nothing_that_was_said() -> None:
    cases, _ = read(GOOD).close()

    [request] = cases["case-1"]
    assert isinstance(request, Asked)
    assert (request.at, request.ref) == (b.T0, (b.SOURCE, "request-1"))
    assert request.request.reason.code == "second-opinion"
    assert "Ada" not in request.request.model_dump_json()
    assert request.request.summary is not None


def test_replies_name_their_handoff_by_its_id_or_by_the_request() -> None:
    by_name = c.Accept(request_source=b.SOURCE, request_id="request-1", actor=b.an_actor("tier-2"))

    cases, _ = read(line(accepted(), "1", b.T0), line(by_name, "2", b.T0)).close()

    assert [each.handoff for each in cases["case-1"] if isinstance(each, Answered)] == [
        handoff_id(b.SOURCE, "request-1"),
        (b.SOURCE, "request-1"),
    ]


def test_events_stand_in_the_order_of_time_and_each_once() -> None:
    later = line(accepted(), "reply-1", b.T0 + b.HOUR)

    cases, facts = read(later, GOOD, later).close()

    assert [each.at for each in cases["case-1"]] == [b.T0, b.T0 + b.HOUR]
    assert facts.repeated == 1


def test_shares_divide_the_cases_and_each_bad_line_is_counted_once() -> None:
    lines = [line(asked(case_id=f"C-{n}"), f"r-{n}", b.T0, f"C-{n}") for n in range(50)] + [
        "{",
        LINES["no time"],
    ]
    shares = [read(*lines, share=Share(number, 3)).close() for number in range(3)]

    names = [set(cases) for cases, _ in shares]
    assert set.union(*names) == {f"C-{n}" for n in range(50)}
    assert sum(map(len, names)) == 50
    assert all(names)
    whole = shares[0][1].plus(shares[1][1]).plus(shares[2][1])
    assert whole == read(*lines).close()[1]


def test_a_byte_order_mark_is_no_fault(tmp_path: Path) -> None:
    file = write(tmp_path / "log.jsonl", [])
    file.write_bytes(b"\xef\xbb\xbf" + GOOD.encode())

    with file.open("rb") as stream:
        log = CaseLog(Share())
        read_events(stream, log, {})

    assert log.close()[1].events == 1
