"""The real log becomes events: every handoff of it, and nothing that its teams did not do."""

from __future__ import annotations

import gzip
import json
from collections import Counter
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path

import pytest

import handoff_templates
from bench.volvo import FILE, SOURCE, Change, Incident, events_of, line_of, read, team_ids, write_templates
from orchestrator.domain.commands import Accept, Complete, Pause, RaiseEscalation, RequestHandoff, Resume
from orchestrator.domain.model import Priority
from streams.messages.event_lines import OutgoingEvent, read_line
from tests.builders import HOUR, T0

needs_log = pytest.mark.skipif(
    not FILE.is_file(), reason=f"the real log is not part of the project, and not beside it: {FILE.name}"
)
IDS = {"V30": "v30", "V5 3rd": "v5-3rd"}
HEADER = (
    "SR Number,Change Date+Time,Status,Sub Status,Involved ST,ST Level,SR Latest Impact,Product,Country,Agent"
)


def a_change(
    hours: float, status: str, sub_status: str = "In Progress", team: str = "V30", **over: str
) -> Change:
    fields = {"line": "L1", "impact": "Medium", "product": "PROD1", "country": "se", "agent": f"of-{team}"}
    return Change(at=T0 + hours * HOUR, status=status, sub_status=sub_status, team=team, **(fields | over))


def told(*changes: Change):  # type: ignore[no-untyped-def]
    return events_of([Incident("1-1", changes)], IDS)


def types(*changes: Change) -> list[str]:
    return [type(each.command).__name__ for each in told(*changes)]


def test_an_offer_names_both_teams_and_who_made_it() -> None:
    [offer] = told(a_change(0, "Accepted"), a_change(1, "Queued", "Awaiting", "V5 3rd", agent="agent-7"))
    assert (offer.case_id, offer.id, offer.at) == ("1-1", "1-1-1", T0 + HOUR)
    assert type(offer.command) is RequestHandoff
    assert (offer.command.sender.team, offer.command.receiver.team) == ("v30", "v5-3rd")
    assert (offer.command.actor.id, offer.command.actor.team) == ("agent-7", "v30")
    assert (offer.command.customer.id, offer.command.customer.account_id) == ("prod1-se", "se")
    assert offer.command.kind == "team-to-team"


def test_a_rise_of_the_support_line_is_an_escalation() -> None:
    lines = ("L1", "L2", "L2/L3", "L3")
    changes = [
        a_change(n, "Queued", team=("V30", "V5 3rd")[n % 2], line=line)
        for n, line in enumerate([*lines, "L1", "L1"])
    ]
    assert [type(each.command) for each in told(*changes)] == [
        *([RaiseEscalation] * 3),
        *([RequestHandoff] * 2),
    ]


def test_the_answers_of_the_receiving_team_refer_to_the_offer() -> None:
    happened = told(
        a_change(0, "Accepted"),
        a_change(1, "Queued", "Awaiting Assignment", "V5 3rd"),
        a_change(2, "Accepted", team="V5 3rd"),
        a_change(3, "Accepted", "Assigned", "V5 3rd"),
        a_change(4, "Accepted", "Wait - User", "V5 3rd"),
        a_change(5, "Accepted", "Wait - Vendor", "V5 3rd"),
        a_change(6, "Accepted", team="V5 3rd"),
        a_change(7, "Completed", "Resolved", "V5 3rd"),
        a_change(8, "Completed", "Closed", "V5 3rd"),
    )
    assert [type(each.command) for each in happened] == [RequestHandoff, Accept, Pause, Resume, Complete]
    assert [(each.at - T0) / HOUR for each in happened] == [1, 2, 4, 6, 7]
    assert {(e.command.request_source, e.command.request_id) for e in happened[1:]} == {(SOURCE, "1-1-1")}
    assert {each.command.actor.team for each in happened[1:]} == {"v5-3rd"}
    assert happened[2].command.reason.code == "Wait - User"
    assert happened[4].command.disposition == "Resolved"


@pytest.mark.parametrize(
    ("status", "sub_status", "expected"),
    [
        ("Completed", "In Call", ["Accept", "Complete"]),
        ("Accepted", "Wait - User", ["Accept", "Pause"]),
        ("Accepted", "In Progress", ["Accept"]),
        ("Queued", "Awaiting Assignment", []),
        ("Unmatched", "Unmatched", []),
    ],
)
def test_who_works_without_a_word_has_accepted(status: str, sub_status: str, expected: list[str]) -> None:
    happened = types(a_change(0, "Accepted"), a_change(1, status, sub_status, "V5 3rd"))
    assert happened == ["RequestHandoff", *expected]


def test_a_wait_ends_with_the_next_thing_that_the_team_does() -> None:
    waits = [a_change(0, "Accepted"), a_change(1, "Accepted", "Wait - User", "V5 3rd")]
    completed = a_change(2, "Completed", "Resolved", "V5 3rd")
    handed_on = a_change(2, "Queued", "Awaiting Assignment", "V30")
    assert types(*waits, completed) == ["RequestHandoff", "Accept", "Pause", "Resume", "Complete"]
    assert types(*waits, handed_on) == ["RequestHandoff", "Accept", "Pause", "RequestHandoff"]


def test_the_first_team_and_a_reopened_case_answer_no_handoff() -> None:
    assert types(a_change(0, "Accepted"), a_change(1, "Accepted", "Wait"), a_change(2, "Completed")) == []
    reopened = [
        a_change(0, "Accepted"),
        a_change(1, "Completed", "Resolved", "V5 3rd"),
        a_change(2, "Accepted", team="V5 3rd"),
        a_change(3, "Completed", "Resolved", "V5 3rd"),
    ]
    assert types(*reopened) == ["RequestHandoff", "Accept", "Complete"]


@pytest.mark.parametrize(
    ("impact", "priority"), [("Low", "low"), ("Medium", "normal"), ("High", "high"), ("Major", "urgent")]
)
def test_the_impact_is_the_priority(impact: str, priority: str) -> None:
    [offer] = told(a_change(0, "Accepted"), a_change(1, "Queued", team="V5 3rd", impact=impact))
    assert offer.command.priority is Priority(priority)


def test_incidents_are_mixed_in_the_order_of_time_and_can_be_moved() -> None:
    def incident(number: str, hours: float) -> Incident:
        return Incident(number, (a_change(0, "Accepted"), a_change(hours, "Completed", "Resolved", "V5 3rd")))

    both = [incident("1-1", 5), incident("1-2", 1)]
    assert [each.id for each in events_of(both, IDS)] == [
        *(f"1-2-{n}" for n in (1, 2, 3)),
        *(f"1-1-{n}" for n in (1, 2, 3)),
    ]
    moved = events_of(both, IDS, shift=timedelta(days=1))
    assert [each.at - timedelta(days=1) for each in moved] == [each.at for each in events_of(both, IDS)]


def test_a_log_is_read_in_the_order_of_time_within_an_incident(tmp_path: Path) -> None:
    rows = [
        "1-2,2012-04-01T10:00:00+01:00,Queued,Awaiting Assignment,V5 3rd,L3,Low,PROD1,0,agent-2",
        "1-1,2012-04-01T09:00:00+01:00,Accepted,In Progress,V30,L1,Low,PROD1,se,agent-1",
        "1-2,2012-04-01T09:00:00+01:00,Accepted,In Progress,V30,L1,Low,PROD1,0,agent-1",
        "1-2,2012-04-01T10:00:00+01:00,Accepted,In Progress,V5 3rd,L3,Low,PROD1,0,agent-3",
    ]
    file = tmp_path / "log.csv.gz"
    file.write_bytes(gzip.compress("\n".join([HEADER, *rows]).encode()))

    second, first = read(file)

    assert (first.number, second.number) == ("1-1", "1-2")
    assert [change.agent for change in second.changes] == ["agent-1", "agent-2", "agent-3"]
    assert second.changes[0].at == datetime(2012, 4, 1, 8, tzinfo=UTC)
    assert [(a.team, z.team) for a, z in second.handoffs] == [("V30", "V5 3rd")]
    assert not first.handoffs


def test_team_ids_are_readable_and_unique() -> None:
    assert team_ids(["V5 3rd", "V30", "v5  3rd", "V30"]) == {
        "V30": "v30",
        "V5 3rd": "v5-3rd",
        "v5  3rd": "v5-3rd-2",
    }
    assert team_ids(["!", "?"]) == {"!": "team", "?": "team-2"}


def test_the_templates_that_are_written_can_be_used(tmp_path: Path) -> None:
    write_templates(tmp_path, ['A "quoted" one', "V5 3rd"])
    policy = handoff_templates.load(tmp_path)
    assert {team.id: team.name for team in policy.rules.teams.values()} == {
        "a-quoted-one": 'A "quoted" one',
        "v5-3rd": "V5 3rd",
    }
    assert list(policy.rules.kinds) == ["team-to-team"]


def test_a_line_can_be_sent_and_says_what_the_command_says() -> None:
    for each in told(a_change(0, "Accepted"), a_change(1, "Completed", "Resolved", "V5 3rd")):
        line = line_of(each)
        sent = read_line(line)
        assert isinstance(sent, OutgoingEvent), sent
        assert sent.key == b"1-1"
        assert dict(sent.headers)["ce_id"] == each.id.encode()
        assert type(each.command).model_validate_json(sent.value) == each.command
        assert json.loads(line)["time"] == each.at.isoformat().replace("+00:00", "Z")


@needs_log
def test_all_handoffs_of_the_real_log_are_found() -> None:
    incidents = read()
    assert sum(len(incident.changes) for incident in incidents) == 65_533
    assert len(incidents) == 7_554
    assert sum(len(incident.handoffs) for incident in incidents) == 9_454
    assert sum(bool(incident.handoffs) for incident in incidents) == 3_820
    assert max(len(incident.handoffs) for incident in incidents) == 31
    ids = team_ids(change.team for incident in incidents for change in incident.changes)
    assert len(ids) == len(set(ids.values())) == 649

    happened = events_of(incidents, ids)

    counted = Counter(type(each.command) for each in happened)
    assert counted[RequestHandoff] + counted[RaiseEscalation] == 9_454
    assert counted == {
        RequestHandoff: 6_209,
        RaiseEscalation: 3_245,
        Accept: 9_098,
        Pause: 4_034,
        Resume: 3_184,
        Complete: 3_999,
    }
    assert len({each.id for each in happened}) == len(happened)
    assert all(before.at <= after.at for before, after in pairwise(happened))
