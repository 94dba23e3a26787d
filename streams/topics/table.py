"""One table of all topics: what each is for, its key, its types, how it is kept, and who may touch it.

Everything that follows from it reads it here: creation, access lists, the AsyncAPI document, routing.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import timedelta
from typing import Final

from orchestrator.domain.commands import COMMANDS, RaiseEscalation, Reply, RequestHandoff
from orchestrator.domain.events import JOURNAL_ENTRIES, Stream
from streams.context.topics import CONTEXT_TOPICS
from streams.knowledge.article_topic import ARTICLES
from streams.topics.naming import TEAM, name_for
from streams.topics.spec import DEFAULT_PARTITIONS, Direction, TopicSpec
from streams.topics.spec import MIB as _MIB

REPLIES: Final = "support.handoff.reply.received.v1"
DEAD_LETTER: Final = "support.handoff.dead-letter.v1"
UNDELIVERED: Final = "support.handoff.notification-undelivered.v1"
RELAY_CURSOR: Final = "support.handoff.relay-cursor.v1"

_CASE: Final = "the case id, as UTF-8"


def _types_on(stream: Stream) -> tuple[str, ...]:
    return tuple(name for name, event in JOURNAL_ENTRIES.items() if event.stream is stream)


_CHANNELS: Final = ("channels", "dead-letter-replay")

TABLE: Final = (
    # An over-large message has to reach us to become a dead letter, so these take four times what is read.
    # The three have the same key and as many partitions, so that one worker reads all of a case.
    TopicSpec(
        name=RequestHandoff.type,
        direction=Direction.IN,
        purpose="Channel transfers: responsibility for a case is to move to another team.",
        key=_CASE,
        event_types=(RequestHandoff.type,),
        producers=_CHANNELS,
        consumers=("orchestrator",),
        retention=timedelta(days=14),
        max_message_bytes=4 * _MIB,
        is_for_workers=True,
    ),
    TopicSpec(
        name=RaiseEscalation.type,
        direction=Direction.IN,
        purpose="Escalations: upward, forced by severity, a breach or a decline.",
        key=_CASE,
        event_types=(RaiseEscalation.type,),
        producers=_CHANNELS,
        consumers=("orchestrator",),
        retention=timedelta(days=14),
        max_message_bytes=4 * _MIB,
        is_for_workers=True,
    ),
    TopicSpec(
        name=REPLIES,
        direction=Direction.IN,
        purpose="Answers to handoffs, of every kind on one topic, so that those of a case keep their order.",
        key=_CASE,
        event_types=tuple(name for name, command in COMMANDS.items() if issubclass(command, Reply)),
        producers=_CHANNELS,
        consumers=("orchestrator",),
        retention=timedelta(days=14),
        max_message_bytes=4 * _MIB,
        is_for_workers=True,
    ),
    *(*CONTEXT_TOPICS, ARTICLES),
    TopicSpec(
        name="support.handoff.lifecycle.v1",
        direction=Direction.OUT,
        purpose="What happened to handoffs, for every system that follows them.",
        key=_CASE,
        event_types=_types_on(Stream.LIFECYCLE),
        producers=("orchestrator",),
        consumers=("everyone",),
        retention=timedelta(days=30),
    ),
    TopicSpec(
        name="support.handoff.sla.v1",
        direction=Direction.OUT,
        purpose="Clocks that near their due instant or ran out, for team leads.",
        key=_CASE,
        event_types=_types_on(Stream.SLA),
        producers=("orchestrator",),
        consumers=("everyone",),
        retention=timedelta(days=30),
    ),
    TopicSpec(
        name="support.handoff.notice.v1",
        direction=Direction.OUT,
        purpose="What a team must know: a handoff refused, late or incomplete; questions; others at work.",
        key=_CASE,
        event_types=_types_on(Stream.NOTICES),
        producers=("orchestrator",),
        consumers=("everyone",),
        retention=timedelta(days=14),
    ),
    TopicSpec(
        name="support.handoff.notification.v1",
        direction=Direction.OUT,
        purpose="What one person, by role, must know now: leads and managers, through webhooks.",
        key=_CASE,
        event_types=_types_on(Stream.NOTIFICATIONS),
        producers=("orchestrator",),
        consumers=("notifier", "everyone"),
        retention=timedelta(days=14),
    ),
    TopicSpec(
        name=f"support.handoff.packet.{TEAM}.v1",
        direction=Direction.OUT,
        purpose="The queue of one team: a packet for each handoff to it.",
        key=_CASE,
        event_types=_types_on(Stream.PACKETS),
        producers=("orchestrator",),
        consumers=(f"team:{TEAM}",),
        retention=timedelta(days=14),
        # A packet holds its request twice, as facts and in words.
        max_message_bytes=4 * _MIB,
    ),
    TopicSpec(
        name="support.integration.health.v1",
        direction=Direction.OUT,
        purpose="Flows of the integration map that are late, slow, faulty or drift, and those well again.",
        key="the id of the flow, as UTF-8",
        event_types=_types_on(Stream.HEALTH),
        producers=("orchestrator",),
        consumers=("support-operations", "everyone"),
        retention=timedelta(days=90),
    ),
    TopicSpec(
        name=DEAD_LETTER,
        direction=Direction.OUT,
        purpose="Messages that were given up: their own key, value and headers, and headers that say why.",
        key="the key of the message, which may be null",
        event_types=(),
        producers=("orchestrator",),
        consumers=("support-operations",),
        retention=timedelta(days=90),
        max_message_bytes=8 * _MIB,
        is_one_partition=True,
    ),
    TopicSpec(
        name=UNDELIVERED,
        direction=Direction.OUT,
        purpose="Notifications that an endpoint did not take: as they were, and headers that say why.",
        key=_CASE,
        event_types=(),
        producers=("notifier",),
        consumers=("support-operations",),
        retention=timedelta(days=90),
        max_message_bytes=2 * _MIB,
    ),
    TopicSpec(
        name=RELAY_CURSOR,
        direction=Direction.INTERNAL,
        purpose="How far the relay has sent, written in one Kafka transaction with what it sent.",
        key="the shard of the relay",
        event_types=(),
        producers=("orchestrator",),
        consumers=("orchestrator",),
        retention=None,
        cleanup="compact",
        is_one_partition=True,
    ),
)

_OUT: Final = {
    JOURNAL_ENTRIES[row.event_types[0]].stream: row.name
    for row in TABLE
    if row.direction is Direction.OUT and row.event_types
}
_IN: Final = {name: row.name for row in TABLE if row.direction is Direction.IN for name in row.event_types}


def topic_of(stream: Stream, team: str | None = None) -> str:
    """Return the topic on which events of `stream` leave.

    Raises `ValueError` for packets without the receiving team.
    """
    name = _OUT[stream]
    return name_for(name, team) if TEAM in name else name


def in_topics() -> tuple[str, ...]:
    """Return the topics that workers read, which all have the same key and as many partitions."""
    return tuple(row.name for row in TABLE if row.is_for_workers)


def context_topics() -> tuple[str, ...]:
    """Return the topics on which sources say what they know of accounts and customers."""
    return tuple(row.name for row in CONTEXT_TOPICS)


def in_topic_of(event_type: str) -> str:
    """Return the topic that carries what comes in with a type; `KeyError` when none does."""
    return _IN[event_type]


def all_topics(
    team_ids: Iterable[str], *, partitions: int = DEFAULT_PARTITIONS, replication: int = 1
) -> list[TopicSpec]:
    """Return every topic that has to exist for these teams, in the order of the table."""
    teams = sorted(set(team_ids))
    topics = []
    for row in TABLE:
        row = replace(row, partitions=1 if row.is_one_partition else partitions, replication=replication)
        topics += [_of_team(row, team) for team in teams] if TEAM in row.name else [row]
    return topics


def _of_team(row: TopicSpec, team: str) -> TopicSpec:
    consumers = tuple(consumer.replace(TEAM, team) for consumer in row.consumers)
    return replace(row, name=name_for(row.name, team), consumers=consumers)
