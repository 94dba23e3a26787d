"""A table becomes events as its mapping says; what is wrong is named by file and line."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from bench.volvo import FILE, events_of, team_ids
from bench.volvo import read as read_incidents
from orchestrator.domain import commands as c
from orchestrator.domain.model import Priority
from tests import builders as b
from whatif import LogUnreadable, MappingInvalid, read_mapping
from whatif.case_log import CaseLog, LogFacts, Share
from whatif.log_events import WHOLE, Answered, Asked, Happening
from whatif.log_file import opened
from whatif.table_log import read_table

ROWS = """\
case: Number
time: {column: Changed, format: "%d.%m.%Y %H:%M", zone: Europe/Berlin}
team: Team
teams: {Second line: tier-2, First line: tier-1}
request:
  priority: {column: Urgency, values: {"1": urgent, "2": normal}, otherwise: low}
  reason: {text: "{before:State}/{State}"}
  summary: Note
events:
  - event: escalated
    when: {Team: {changed: true}, Line: {rises: [L1, L2]}}
  - {event: requested, when: {Team: {changed: true}}}
  - {event: accepted, while: [offered], when: {State: [Work*, Done]}}
  - {event: resumed, while: [paused], when: {State: {not: Wait*}}}
  - {event: paused, while: [accepted], when: {State: Wait*}, reason: State}
  - {event: completed, while: [accepted], when: {State: Done}}
"""
LOG = """\
Number,Changed,Team,Line,State,Urgency,Note
7,02.03.2026 10:00,First line,L1,New,1,it broke
7,02.03.2026 10:30,Second line,L2,Queued,1,"two
lines"
7,02.03.2026 11:00,Second line,L2,Working,1,
7,02.03.2026 12:00,Second line,L2,Wait for user,1,
7,02.03.2026 14:00,Second line,L2,Done,1,
8,02.03.2026 10:00,First line,L1,New,3,
"""


def load(
    tmp_path: Path, mapping: str, log: str, share: Share | None = None
) -> tuple[dict[str, list[Happening]], LogFacts]:
    file = tmp_path / "mapping.yaml"
    file.write_text(mapping, encoding="utf-8")
    table = tmp_path / "log.csv"
    table.write_text(log, encoding="utf-8")
    return load_file(str(file), table, share)


def load_file(
    name: str, table: Path, share: Share | None = None
) -> tuple[dict[str, list[Happening]], LogFacts]:
    found = CaseLog(share or Share())
    with opened(table) as stream:
        read_table(stream, table, read_mapping(name), found)
    return found.close()


def words(happenings: list[Happening]) -> list[str]:
    return [type(each.reply if isinstance(each, Answered) else each.request).__name__ for each in happenings]


def test_rows_become_what_the_tools_of_the_teams_would_have_sent(tmp_path: Path) -> None:
    cases, facts = load(tmp_path, ROWS, LOG)

    told = cases["7"]
    assert words(told) == ["RaiseEscalation", "Accept", "Pause", "Resume", "Complete"]
    request = told[0]
    assert isinstance(request, Asked)
    assert request.at == datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
    assert (request.line, request.source, request.id) == (3, "//log", "7-1")
    assert (request.request.sender.team, request.request.receiver.team) == ("tier-1", "tier-2")
    assert request.request.priority is Priority.URGENT
    assert request.request.reason.code == "New/Queued"
    accept, pause, resume, _ = told[1:]
    assert isinstance(accept, Answered)
    assert accept.handoff == ("//log", "7-1")
    assert accept.reply.actor.team == "tier-2"
    assert isinstance(pause, Answered)
    assert isinstance(pause.reply, c.Pause)
    assert pause.reply.reason.code == "Wait for user"
    assert resume.at == told[4].at
    assert (facts.rows, facts.events, facts.cases, facts.silent, facts.bad) == (6, 5, 1, 2, 0)


def test_a_bad_row_is_named_and_the_others_go_on_without_it(tmp_path: Path) -> None:
    log = LOG + "7,soon,Second line,L2,Done,1,\n9,02.03.2026 10:00\n,02.03.2026 10:00,a,L1,New,1,\n"
    mapping = ROWS.replace(", otherwise: low", "")

    cases, facts = load(
        tmp_path, mapping, log.replace("10:30,Second line,L2,Queued,1", "10:30,Second line,L2,Queued,5")
    )

    assert [(bad.line, bad.code) for bad in facts.bad_rows] == [
        (3, "bad-value"),
        (9, "bad-value"),
        (10, "bad-row"),
        (11, "bad-row"),
    ]
    assert "'Urgency' has '5', which the mapping's 'values' do not list" in facts.bad_rows[0].message
    assert "'soon' is not %d.%m.%Y %H:%M" in facts.bad_rows[1].message
    assert facts.bad_rows[2].message == "2 cells, but the heading has 7"
    assert not cases
    assert facts.rows == 9


def test_a_row_may_be_a_whole_handoff(tmp_path: Path) -> None:
    mapping = """\
case: id
all_items: true
events:
  - {event: requested, time: created, from: from_team, to: to_team}
  - {event: accepted, time: taken, team: to_team}
  - {event: declined, time: refused, team: to_team, automatic: true}
  - {event: completed, time: {column: solved, format: unix}, team: to_team}
"""
    log = """\
id;from_team;to_team;created;taken;refused;solved
1;a;b;2026-03-02T09:00:00Z;2026-03-02T10:00:00+01:00;;1772446800
2;a;c;2026-03-02T09:00:00Z;;2026-03-02T09:30Z;
"""
    cases, facts = load(tmp_path, mapping + 'delimiter: ";"\n', log)

    assert words(cases["1"]) == ["RequestHandoff", "Accept", "Complete"]
    assert [each.at for each in cases["1"]] == [b.T0, b.T0, datetime(2026, 3, 2, 10, 20, tzinfo=UTC)]
    decline = cases["2"][1]
    assert isinstance(decline, Answered)
    assert isinstance(decline.reply, c.Decline)
    assert decline.reply.actor.kind == "system"
    request = cases["1"][0]
    assert isinstance(request, Asked)
    assert request.request.checklist == {WHOLE: True}
    assert facts.bad == 0


def test_shares_of_a_table_add_up(tmp_path: Path) -> None:
    log = (
        LOG
        + "9,02.03.2026 10:00\n"
        + "".join(LOG[LOG.index("7,") :].replace("7,", f"{n},") for n in range(20, 40))
    )
    whole, facts = load(tmp_path, ROWS, log)
    parts = [load(tmp_path, ROWS, log, Share(number, 2)) for number in range(2)]

    assert parts[0][0] | parts[1][0] == whole
    assert parts[0][1].plus(parts[1][1]) == facts


PROBLEMS = {
    "case: [a]\nevents: []": (1, "not one word"),
    "case: a\ntime: t\nteam: x\nevents:\n  - event: taken": (5, "unknown event 'taken'"),
    "case: a\nevents:\n  - {event: accepted}": (3, "does not say 'team'"),
    "case: a\nteam: x\nevents:\n  - {event: accepted}": (4, "there is no 'time'"),
    "case: a\ntime: t\nteam: x\nevents:\n  - {event: accepted, while: [open]}": (5, "unknown stage 'open'"),
    "case: a\ntime: {column: t, zone: Berlin}\nteam: x\nevents: []": (2, "unknown zone 'Berlin'"),
    "case: a\ntime: t\nteam: x\nrequest: {priority: {value: soon}}\nevents: []": (
        4,
        "unknown priority 'soon'",
    ),
    "case: a\ntime: t\nteam: x\nrequest: {prio: y}\nevents: []": (4, "did you mean 'priority'?"),
    "case: {column: a, text: b}\nevents: []": (1, "exactly one of column, before, text, value"),
    "cases: a\nevents: []": (1, "did you mean 'case'?"),
    "case: a\ntime: t\nteam: x\nevents:\n  - {event: paused, when: {S: {is: x}}}": (
        5,
        "key of the condition on 'S'",
    ),
    "about: nothing": (1, "has no 'events'"),
    "case: a\ntime: t\nevents: []": (3, "'events' is empty"),
    'case: a\ndelimiter: ";;"\nevents: []': (2, "not one character"),
    "case: a\nencoding: klingon\nevents: []": (2, "unknown encoding 'klingon'"),
}


@pytest.mark.parametrize("text", PROBLEMS)
def test_a_mistake_in_a_mapping_has_its_line(text: str, tmp_path: Path) -> None:
    file = tmp_path / "m.yaml"
    file.write_text(text, encoding="utf-8")
    line, words = PROBLEMS[text]

    with pytest.raises(MappingInvalid) as error:
        read_mapping(str(file))

    assert any(p.line == line and words in p.message for p in error.value.problems), str(error.value)
    assert f"{file.as_posix()}:{line}:" in str(error.value)


def test_a_column_that_the_table_has_not_is_told_with_the_line_that_names_it(tmp_path: Path) -> None:
    with pytest.raises(MappingInvalid) as error:
        load(tmp_path, ROWS, LOG.replace("Urgency", "Priority").replace("Note", "Notes"))

    lines = {problem.line: problem.message for problem in error.value.problems}
    assert set(lines) == {6, 8}
    assert "did you mean 'Notes'?" in lines[8]


def test_a_mapping_that_is_not_there_names_those_that_are() -> None:
    with pytest.raises(MappingInvalid, match="one of: volvo"):
        read_mapping("nowhere.yaml")


def test_a_table_needs_a_heading(tmp_path: Path) -> None:
    with pytest.raises(LogUnreadable, match=r"log\.csv:1: there is no heading"):
        load(tmp_path, ROWS, "")


@pytest.mark.skipif(not FILE.is_file(), reason=f"the real log is not beside the project: {FILE.name}")
def test_the_packaged_mapping_tells_what_the_converter_of_the_log_tells() -> None:
    incidents = read_incidents()
    names = {change.team for incident in incidents for change in incident.changes}
    ids = team_ids(names)
    expected = {
        (each.case_id, each.id): (each.at, type(each.command), _teams(each.command))
        for each in events_of(incidents, ids)
    }

    cases, facts = load_file("volvo", FILE)

    found = {}
    for case, happenings in cases.items():
        for each in happenings:
            command = each.request if isinstance(each, Asked) else each.reply
            found[case, each.id] = (each.at, type(command), tuple(ids[team] for team in _teams(command)))
    assert found == expected
    assert (facts.bad, facts.rows, facts.cases) == (0, 65_533, 3_820)


def _teams(command: c.Command) -> tuple[str, ...]:
    if isinstance(command, c.RequestHandoff):
        return command.sender.team, command.receiver.team or ""
    return (command.actor.team or "",)
