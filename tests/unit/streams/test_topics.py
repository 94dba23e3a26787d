"""The table of topics: names Kafka takes, co-partitioned in-topics, one topic per team."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orchestrator.domain.commands import COMMANDS
from orchestrator.domain.context.observation import TYPES
from orchestrator.domain.events import JOURNAL_ENTRIES, Stream
from orchestrator.domain.knowledge import PublishedArticle
from streams.messages.cloudevents import MAX_VALUE_BYTES
from streams.topics.naming import MAX_NAME_CHARS, team_slug
from streams.topics.plan import Existing, compare
from streams.topics.spec import Direction, TopicSpec
from streams.topics.table import (
    DEAD_LETTER,
    RELAY_CURSOR,
    TABLE,
    all_topics,
    context_topics,
    in_topic_of,
    in_topics,
    topic_of,
)

TEAMS = ["tier-2", "billing"]


def test_every_type_has_its_topic() -> None:
    coming = {name for row in TABLE if row.direction is Direction.IN for name in row.event_types}
    assert coming == COMMANDS.keys() | TYPES.keys() | {PublishedArticle.type}
    leaving = {name for name, event in JOURNAL_ENTRIES.items() if event.stream is not None}
    assert {name for row in TABLE if row.direction is Direction.OUT for name in row.event_types} == leaving
    assert all(in_topic_of(name) in in_topics() for name in COMMANDS)
    with pytest.raises(KeyError):
        in_topic_of("com.example.ping")


def test_streams_leave_on_their_topics() -> None:
    assert topic_of(Stream.LIFECYCLE) == "support.handoff.lifecycle.v1"
    assert topic_of(Stream.SLA, "tier-2") == "support.handoff.sla.v1"
    assert topic_of(Stream.NOTICES, None) == "support.handoff.notice.v1"
    assert topic_of(Stream.PACKETS, "tier-2") == "support.handoff.packet.tier-2.v1"
    for team in (None, ""):
        with pytest.raises(ValueError, match="name the team"):
            topic_of(Stream.PACKETS, team)


def test_all_topics_are_the_table_with_one_for_each_team() -> None:
    topics = all_topics([*TEAMS, "billing"], partitions=6, replication=3)
    names = [spec.name for spec in topics]
    assert len(names) == len(set(names)) == len(TABLE) - 1 + len(TEAMS)
    assert {topic_of(Stream.PACKETS, team) for team in TEAMS} < set(names)
    assert not any("{" in name for name in names)
    assert next(s for s in topics if s.name == topic_of(Stream.PACKETS, "billing")).consumers == (
        "team:billing",
    )
    assert {spec.replication for spec in topics} == {3}
    assert {spec.configs["min.insync.replicas"] for spec in topics} == {"2"}


def test_the_in_topics_are_co_partitioned() -> None:
    topics = [spec for spec in all_topics(TEAMS, partitions=6) if spec.name in in_topics()]
    assert len(topics) == 3
    assert {(spec.partitions, spec.key) for spec in topics} == {(6, topics[0].key)}


def test_what_is_too_large_still_reaches_us_and_its_dead_letter_kafka() -> None:
    by_name = {spec.name: spec for spec in all_topics(TEAMS)}
    largest = max(by_name[name].max_message_bytes for name in in_topics())
    assert largest > MAX_VALUE_BYTES
    assert by_name[DEAD_LETTER].max_message_bytes >= 2 * largest
    for name in context_topics():
        assert MAX_VALUE_BYTES < by_name[name].max_message_bytes < by_name[DEAD_LETTER].max_message_bytes


def test_context_has_a_compacted_topic_for_each_subject_that_workers_do_not_read() -> None:
    by_name = {spec.name: spec for spec in all_topics(TEAMS, partitions=6)}
    assert {in_topic_of(name) for name in TYPES} == set(context_topics()) == TYPES.keys()
    assert not set(context_topics()) & set(in_topics())
    for name in context_topics():
        assert by_name[name].configs["cleanup.policy"] == "compact"
        assert by_name[name].configs["delete.retention.ms"] == str(7 * 24 * 3_600_000)
        assert "retention.ms" not in by_name[name].configs


def test_context_may_have_other_partitions_than_what_workers_read() -> None:
    table = all_topics(TEAMS, partitions=6)
    broker = {spec.name: existing(spec) for spec in table}
    name = context_topics()[0]
    broker[name] = Existing(9, 1, broker[name].configs, {})
    [obstacle] = compare(table, broker).cannot
    assert obstacle.topic == name


def test_the_relays_cursor_is_compacted_on_one_partition() -> None:
    cursor = next(spec for spec in all_topics(TEAMS, partitions=12) if spec.name == RELAY_CURSOR)
    assert cursor.partitions == 1
    assert cursor.configs["cleanup.policy"] == "compact"
    assert "retention.ms" not in cursor.configs


@pytest.mark.parametrize(
    ("team", "slug"),
    [
        ("tier-2", "tier-2"),
        ("billing_eu", "billing_eu"),
        ("a.b", "aX2Eb"),
        ("Tier 2", "X54ierX202"),
        ("ä", "XC3XA4"),
        ("X54ierX202", "X5854ierX58202"),
        ("\ud800", "XEDXA0X80"),
    ],
)
def test_team_ids_become_legal_names(team: str, slug: str) -> None:
    assert team_slug(team) == slug


def test_long_team_ids_end_in_a_hash() -> None:
    names = {topic_of(Stream.PACKETS, "ä" * 300 + end) for end in "abc"}
    assert len(names) == 3
    assert {len(name) for name in names} == {MAX_NAME_CHARS}
    assert topic_of(Stream.PACKETS, "a" * 200) == f"support.handoff.packet.{'a' * 200}.v1"


@given(st.text(min_size=1, max_size=300), st.text(min_size=1, max_size=300))
def test_names_are_legal_and_unique_even_to_kafkas_metrics(one: str, other: str) -> None:
    names = [topic_of(Stream.PACKETS, team) for team in (one, other)]
    for name in names:
        assert re.fullmatch(r"[a-zA-Z0-9._-]{1,249}", name)
    # To Kafka, a dot and an underscore are the same.
    assert (names[0].replace(".", "_") == names[1].replace(".", "_")) == (one == other)


# What has to be done on a broker


def existing(spec: TopicSpec, **over: object) -> Existing:
    fields = {"partitions": spec.partitions, "replication": spec.replication, "configs": spec.configs}
    return Existing(**{"own_configs": {}, **fields, **over})  # type: ignore[arg-type]


def test_a_broker_that_has_all_is_in_order() -> None:
    table = all_topics(TEAMS)
    plan = compare(table, {spec.name: existing(spec) for spec in table})
    assert plan.is_in_order
    assert plan.in_order == tuple(spec.name for spec in table)


def test_what_differs_is_sorted_by_what_can_be_done() -> None:
    table = all_topics([], partitions=6, replication=3)
    small, large, other, foreign, silent, absent, *rest = table
    broker = {spec.name: existing(spec) for spec in rest} | {
        small.name: existing(small, partitions=3),
        large.name: existing(large, partitions=9),
        other.name: existing(other, configs={**other.configs, "retention.ms": "1"}, own_configs={"x": "y"}),
        foreign.name: existing(foreign, replication=1),
        silent.name: existing(silent, configs=None),
    }
    plan = compare(table, broker)
    assert plan.create == (absent,)
    assert [(g.topic, g.present, g.wanted) for g in plan.grow] == [(small.name, 3, 6)]
    [change] = plan.change
    assert change.topic == other.name
    assert change.present == {"retention.ms": "1"}
    assert change.wanted == {"retention.ms": other.configs["retention.ms"]}
    assert change.keep == {"x": "y"}
    why = {obstacle.topic: obstacle.why for obstacle in plan.cannot}
    # The two in-topics that are smaller than the third are named as well.
    assert set(why) == {small.name, large.name, other.name, foreign.name, silent.name}
    assert "cannot shrink to 6" in why[large.name]
    assert "ask for 9" in why[small.name]
    assert plan.in_order == tuple(spec.name for spec in rest)
    assert len(plan.lines()) == len(table) + 2
    assert not plan.is_in_order
