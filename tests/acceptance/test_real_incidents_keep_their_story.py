"""A part of a real year through the whole system: nothing is lost, nothing comes twice, each case in order.

What is expected is read from the rows of the log itself, without the code that turned them into events.
"""

from __future__ import annotations

import csv
import gzip
from collections import Counter, defaultdict
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from pathlib import Path
from typing import Any

import pytest

import handoff_templates
from bench.volvo import FILE, SOURCE, events_of, line_of, read, team_ids, write_templates
from orchestrator.domain.commands import Reply, RequestHandoff
from orchestrator.domain.events.event import Stream
from orchestrator.domain.identity import handoff_id
from streams.settings import connection
from streams.topics.admin import apply, plan
from streams.topics.table import all_topics, in_topic_of, topic_of
from tests import builders as b
from tests.acceptance.conftest import OpenStage
from tests.servers import Broker
from tests.system import a_settings

pytestmark = [
    pytest.mark.broker,
    pytest.mark.postgres,
    pytest.mark.skipif(
        not FILE.is_file(), reason=f"the real log is not part of the project, and not beside it: {FILE.name}"
    ),
]

CASES = 150
AT_LEAST = 3
"""Handoffs of each case that is taken."""
TRANSFERS = in_topic_of(RequestHandoff.type)
_STATUS = {
    "requested": "offered",
    "accepted": "accepted",
    "paused": "accepted",
    "resumed": "accepted",
    "completed": "completed",
    "handed-on": "handed-on",
}
"""What the lifecycle stream says -> where the handoff stands then."""


@dataclass(frozen=True)
class Stay:
    """The time a case spent with one team."""

    team: str
    statuses: tuple[str, ...]

    def outcome(self, *, is_last: bool) -> str:
        """Return how the handoff that began it must end."""
        if "Completed" in self.statuses:
            return "completed"
        if not is_last:
            return "handed-on"
        return "accepted" if "Accepted" in self.statuses else "offered"


def _stays_of_each_case() -> dict[str, list[Stay]]:
    """Return case -> what follows its first team, of the first cases that are long enough."""
    rows: dict[str, list[dict[str, str]]] = defaultdict(list)
    with gzip.open(FILE, "rt", encoding="utf-8", newline="") as text:
        for row in csv.DictReader(text):
            rows[row["SR Number"]].append(row)
    stays: dict[str, list[Stay]] = {}
    for case, changes in rows.items():
        changes.sort(key=lambda row: datetime.fromisoformat(row["Change Date+Time"]))
        _, *later = [
            Stay(team, tuple(row["Status"] for row in spell))
            for team, spell in groupby(changes, key=lambda row: row["Involved ST"])
        ]
        if len(later) >= AT_LEAST:
            stays[case] = later
    return dict(list(stays.items())[:CASES])


async def _make_packet_topics(broker: Broker, database: str, teams: list[str]) -> None:
    """Make a queue of one partition for each team: three times as many would only burden the broker."""
    kafka = connection(a_settings(broker.bootstrap, database).kafka)
    table = [topic for topic in all_topics(teams, partitions=1) if ".packet." in topic.name]
    await apply(kafka, await plan(kafka, table))


async def test_packets_are_the_handoffs_of_the_log(
    broker: Broker, database: str, tmp_path: Path, open_stage: OpenStage
) -> None:
    stays = _stays_of_each_case()
    expected = {
        (case, number): stay for case, each in stays.items() for number, stay in enumerate(each, start=1)
    }
    outcomes = {
        (case, number): stay.outcome(is_last=number == len(stays[case]))
        for (case, number), stay in expected.items()
    }
    incidents = [incident for incident in read() if incident.number in stays]
    names = {change.team for incident in incidents for change in incident.changes}
    ids = team_ids(names)
    happened = events_of(incidents, ids)
    replies = sum(isinstance(each.command, Reply) for each in happened)
    number_of = _numbers(happened)
    write_templates(tmp_path, names)
    await _make_packet_topics(broker, database, list(ids.values()))

    async with open_stage(handoff_templates.load(tmp_path)) as stage:
        # All on one topic: only there does Kafka keep a case's requests and replies in their order.
        await stage.send(
            (TRANSFERS, b.Record(each.case_id.encode(), _STRUCTURED, line_of(each).encode()))
            for each in happened
        )
        handed_on = Counter(outcomes.values())["handed-on"]
        queues = [topic_of(Stream.PACKETS, team) for team in ids.values()]
        await stage.until(
            lambda: (
                len(stage.records(topic_of(Stream.LIFECYCLE))) >= len(expected) + replies + handed_on
                and sum(len(stage.records(queue)) for queue in queues) >= len(expected)
            ),
            within_s=60,
        )
        await stage.settle()
        packets = [packet for team in ids.values() for packet in stage.packets(team)]
        lifecycle = stage.lifecycle()
        assert not stage.dead_letters()

    # None lost, none twice, and each to its team.
    assert len(packets) == len(expected) == len({packet["packet_id"] for packet in packets})
    assert {number_of[p["handoff_id"]]: p["receiver"]["team"] for p in packets} == {
        place: ids[stay.team] for place, stay in expected.items()
    }
    assert {packet["packet_version"] for packet in packets} == {1}
    assert not [packet["wording_error"] for packet in packets if packet["wording_error"]]
    # A team's queue has the handoffs of a case in their order, and so has the stream of all teams.
    for _, of_team in groupby(packets, key=lambda packet: packet["receiver"]["team"]):
        _assert_in_order([number_of[packet["handoff_id"]] for packet in of_team])
    assert len(lifecycle) == len(expected) + replies + handed_on
    requested = [(told["case_id"], told["receiving_team"]) for word, told in lifecycle if word == "requested"]
    assert _by_case(requested) == {case: [ids[stay.team] for stay in each] for case, each in stays.items()}
    stands = {number_of[told["handoff_id"]]: _STATUS[word] for word, told in lifecycle}
    assert stands == outcomes
    # The part is worth its name.
    assert max(len(each) for each in stays.values()) == 31
    assert sum(_bounces(each) for each in stays.values()) > CASES // 2
    assert set(outcomes.values()) == {"completed", "handed-on"}


_STRUCTURED = [("content-type", b"application/cloudevents+json")]


def _numbers(happened: list[Any]) -> dict[str, tuple[str, int]]:
    """Return handoff id -> its case, and its number within the case from 1."""
    count: Counter[str] = Counter()
    numbers = {}
    for each in happened:
        if isinstance(each.command, RequestHandoff):
            count[each.case_id] += 1
            numbers[str(handoff_id(SOURCE, each.id))] = (each.case_id, count[each.case_id])
    return numbers


def _by_case(pairs: list[tuple[str, Any]]) -> dict[str, list[Any]]:
    grouped: dict[str, list[Any]] = defaultdict(list)
    for case, value in pairs:
        grouped[case].append(value)
    return grouped


def _assert_in_order(places: list[tuple[str, int]]) -> None:
    for case, numbers in _by_case(places).items():
        assert numbers == sorted(numbers), case


def _bounces(stays: list[Stay]) -> bool:
    return any(before.team == after.team for before, after in zip(stays, stays[2:], strict=False))
