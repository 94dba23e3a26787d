"""What an outbox row becomes on Kafka: topic, key, headers and value."""

from __future__ import annotations

from dataclasses import dataclass

from orchestrator.domain.events.event import Stream
from orchestrator.ledger.outbox import Outbox, Outgoing
from orchestrator.ledger.rows import DEAD_LETTERS
from streams.messages.cloudevents import encode
from streams.messages.dead_letters import headers_of
from streams.topics.table import DEAD_LETTER, topic_of


@dataclass(frozen=True, slots=True)
class Record:
    """A record to produce."""

    topic: str
    key: bytes | None
    value: bytes | None
    headers: list[tuple[str, bytes | None]]


def topic_of_outgoing(stream: str, team: str | None) -> str:
    """Return the topic of a stream as the outbox names it."""
    return DEAD_LETTER if stream == DEAD_LETTERS else topic_of(Stream(stream), team)


async def record_of(outgoing: Outgoing, source: str, outbox: Outbox) -> Record:
    """Return the record; a dead letter's bytes are fetched only now, since they may be large."""
    topic = topic_of_outgoing(outgoing.stream, outgoing.team)
    if outgoing.dead_letter_id is not None:
        buried = await outbox.dead_letter(outgoing.dead_letter_id)
        origin = buried.letter.origin
        return Record(
            topic, origin.key, origin.value, headers_of(buried, f"dead-letter-{outgoing.dead_letter_id}")
        )
    assert outgoing.at is not None
    # A flow is named by its own id; a handoff by its id, and not by the case that is the key.
    subject = outgoing.key if outgoing.stream == Stream.HEALTH else str(outgoing.handoff_id)
    headers = encode(outgoing.type, outgoing.event_id, source, subject, outgoing.at)
    return Record(topic, (outgoing.key or "").encode(), outgoing.data.encode(), list(headers))
