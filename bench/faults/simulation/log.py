"""A message log in memory: partitions by topic and key; copies come late, twice or in another order."""

from __future__ import annotations

import heapq
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from datetime import datetime
from zlib import crc32

from orchestrator.domain.commands import Command, RequestHandoff
from orchestrator.domain.identity import event_id
from orchestrator.domain.model import Cause
from orchestrator.inbound import DeadLetter, Delivery, Origin

SOURCE = "//simulated.example/channel"
Place = tuple[str, int]
_PER_TOPIC = 2
PLACES: tuple[Place, ...] = tuple(
    (topic, number) for topic in ("requests", "escalations", "replies") for number in range(_PER_TOPIC)
)


@dataclass(frozen=True, slots=True)
class Message:
    """What a team or a channel says; `command` is None where nobody can read it."""

    id: str
    case: str
    at: datetime
    command: Command | None


@dataclass
class Log:
    """What was sent, and what of it has come."""

    records: dict[Place, list[tuple[datetime, Message]]] = field(
        default_factory=lambda: {place: [] for place in PLACES}
    )
    copies: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    sent: dict[str, Message] = field(default_factory=dict)
    _on_the_way: list[tuple[datetime, int, Message]] = field(default_factory=list)

    def send(self, message: Message, arrives_at: datetime) -> None:
        """Let a copy of a message arrive at some time."""
        self.sent[message.id] = message
        self.copies[message.id] += 1
        heapq.heappush(self._on_the_way, (arrives_at, sum(self.copies.values()), message))

    def let_arrive(self, now: datetime) -> None:
        """Append what has arrived by `now`."""
        while self._on_the_way and self._on_the_way[0][0] <= now:
            at, _, message = heapq.heappop(self._on_the_way)
            self.records[_place(message)].append((at, message))

    @property
    def last_arrival(self) -> datetime | None:
        """When the last copy that is on its way arrives."""
        return max((at for at, _, _ in self._on_the_way), default=None)

    def read(self, place: Place, offset: int, many: int) -> list[tuple[datetime, Delivery | DeadLetter]]:
        """Return so many records of a partition, with the time at which each came."""
        found = self.records[place][offset : offset + many]
        return [
            (at, arrival(message, Origin(*place, number, None, None, ())))
            for number, (at, message) in enumerate(found, start=offset)
        ]

    def message_at(self, origin: Origin) -> Message:
        """Return what stands at a place."""
        return self.records[origin.topic, origin.partition][origin.offset][1]

    def arrivals(self) -> dict[str, int]:
        """Return how many copies of each message have come."""
        return Counter(message.id for records in self.records.values() for _, message in records)


def _place(message: Message) -> Place:
    topic = "replies"
    if isinstance(message.command, RequestHandoff):
        topic = "escalations" if message.command.is_escalation else "requests"
    return topic, crc32(message.case.encode()) % _PER_TOPIC


def arrival(message: Message, origin: Origin) -> Delivery | DeadLetter:
    """Return a message as the shell hands it to the desk."""
    if message.command is None:
        return DeadLetter(origin, "malformed-json", message.id)
    cause = Cause(source=SOURCE, id=message.id, at=message.at)
    return Delivery(origin, event_id(SOURCE, message.id), cause, message.command)
