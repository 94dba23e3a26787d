"""Counts what came out, from the records alone: it knows what was sent, and nothing of the worker."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from math import ceil
from typing import Any
from uuid import UUID

from orchestrator.domain import events as e
from streams.listener import Heard


class Tally:
    """Compares what was sent with what came out."""

    def __init__(self, requests: Iterable[UUID], *, bad: Iterable[str], never_accepted: UUID | None) -> None:
        self._owed_packets = {str(id) for id in requests}
        self._owed_dead_letters = set(bad)
        """Cases of messages that have to be given up."""
        self._owed_breach = str(never_accepted)
        self._seen: set[str] = set()
        self._sent_at: dict[str, float] = {}
        self.latencies_s: list[float] = []
        self.counts: dict[str, int] = dict.fromkeys(_COUNTED.values(), 0)
        self.events = 0
        self.dead_letters = 0
        self.duplicates = 0

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
        self.counts[counted] += 1
        handoff = record.data["handoff_id"]
        if counted == "packets" and handoff in self._owed_packets:
            self._owed_packets.discard(handoff)
            self.latencies_s.append(now_s - self._sent_at[handoff])
        if counted == "breaches" and handoff == self._owed_breach:
            self._owed_breach = ""

    @property
    def lost(self) -> int:
        """How many events have neither a packet nor a dead letter, where they need one."""
        return len(self._owed_packets) + len(self._owed_dead_letters)

    @property
    def is_complete(self) -> bool:
        """Whether all that has to come has come."""
        return not (self.lost or self._owed_breach)

    def as_json(self) -> dict[str, Any]:
        """Return the result as `handoff demo --json` ends with it."""
        return {
            "events": self.events,
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


_COUNTED = {
    e.PacketPrepared.type: "packets",
    e.Accepted.type: "accepted",
    e.ClockWarned.type: "warnings",
    e.ClockBreached.type: "breaches",
    e.Notified.type: "leads_told",
}
