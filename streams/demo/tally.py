"""Counts what came out, from the records alone: it knows what was sent, and nothing of the worker."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from math import ceil
from typing import Any, NamedTuple
from uuid import UUID

from orchestrator.domain import events as e
from streams.kafka.listener import Heard


class Owed(NamedTuple):
    """Something that has to come beside packets and dead letters."""

    what: str
    """What it is counted as: `breaches`, `alerts`, `stale`, `concurrent`."""
    of: str
    """The id of its handoff or flow."""


class Tally:
    """Compares what was sent with what came out."""

    def __init__(self, requests: Iterable[UUID], *, bad: Iterable[str], owed: Iterable[Owed] = ()) -> None:
        self._owed_packets = {str(id) for id in requests}
        self._owed_dead_letters = set(bad)
        """Cases of messages that have to be given up."""
        self._owed = set(owed)
        self._seen: set[str] = set()
        self._sent_at: dict[str, float] = {}
        self.latencies_s: list[float] = []
        self.counts: dict[str, int] = dict.fromkeys((*_COUNTED.values(), _STALE), 0)
        self.events = 0
        self.observations = 0
        self.dead_letters = 0
        self.duplicates = 0

    def observed(self) -> None:
        """Note that an observation is about to be produced."""
        self.observations += 1

    def sent(self, handoff: UUID | None, now_s: float) -> None:
        """Note that an event is about to be produced."""
        self.events += 1
        if handoff is not None:
            self._sent_at.setdefault(str(handoff), now_s)

    def count(self, record: Heard, now_s: float) -> None:
        """Count a record that was read at `now_s`."""
        if record.id in self._seen:
            self.duplicates += 1
            return
        self._seen.add(record.id)
        if record.is_dead_letter:
            self.dead_letters += 1
            self._owed_dead_letters.discard(record.key or "")
            return
        counted = _COUNTED.get(record.type)
        if counted is None:
            return
        of = record.data["flow" if counted == _ALERTS else "handoff_id"]
        self._add(counted, of)
        if counted == _PACKETS:
            self._packet(of, record.data["packet"], now_s)

    def _packet(self, handoff: str, packet: Mapping[str, Any], now_s: float) -> None:
        for field in packet["context"]["fields"]:
            if field["state"] == "stale" and field["fallback"]:
                self._add(_STALE, handoff)
        if handoff in self._owed_packets:
            self._owed_packets.discard(handoff)
            self.latencies_s.append(now_s - self._sent_at[handoff])

    def _add(self, what: str, of: str) -> None:
        self.counts[what] += 1
        self._owed.discard(Owed(what, of))

    @property
    def lost(self) -> int:
        """How many events have neither a packet nor a dead letter, where they need one."""
        return len(self._owed_packets) + len(self._owed_dead_letters)

    @property
    def is_complete(self) -> bool:
        """Whether all that has to come has come."""
        return not (self.lost or self._owed)

    def as_json(self) -> dict[str, Any]:
        """Return the result as `handoff demo --json` ends with it."""
        return {
            "events": self.events,
            "observations": self.observations,
            **self.counts,
            "dead_letters": self.dead_letters,
            "lost": self.lost,
            "duplicates": self.duplicates,
            "latency_ms": {name: self.latency_ms(share) for name, share in (("p50", 0.5), ("p99", 0.99))},
        }

    def latency_ms(self, share: float) -> float | None:
        """Return the time from event to packet that this share of packets did not exceed."""
        rank = nearest_rank(self.latencies_s, share)
        return None if rank is None else round(rank * 1000, 1)


def nearest_rank(values: Sequence[float], share: float) -> float | None:
    """Return the percentile by nearest rank; None of nothing."""
    ordered = sorted(values)
    return ordered[max(1, ceil(share * len(ordered))) - 1] if ordered else None


_PACKETS, _STALE, _ALERTS = "packets", "stale", "alerts"
_COUNTED = {
    e.PacketPrepared.type: _PACKETS,
    e.Accepted.type: "accepted",
    e.ClockWarned.type: "warnings",
    e.ClockBreached.type: "breaches",
    e.Notified.type: "leads_told",
    e.ConcurrentWork.type: "concurrent",
    e.IntegrationHealthChanged.type: _ALERTS,
}
