"""The work on one event that every rival does as we do: validate, decide, word the packet."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from handoff_templates import load
from orchestrator.domain.commands import RequestHandoff
from orchestrator.domain.events import HandoffRequested, PacketPrepared
from orchestrator.domain.events.event import Event
from orchestrator.domain.lifecycle.decision import Decision
from orchestrator.domain.lifecycle.requests import request
from orchestrator.domain.policy import Policy
from orchestrator.inbound import Delivery, Origin
from orchestrator.wall_clock import SystemClock
from streams.messages.cloudevents import decode, encode


@dataclass(frozen=True, slots=True)
class Output:
    """One record that leaves."""

    key: bytes
    value: bytes
    headers: list[tuple[str, bytes]]

    @property
    def size(self) -> int:
        """Bytes of value and headers."""
        return len(self.value) + sum(len(name) + len(value) for name, value in self.headers)


class Job:
    """Knows the rules and words that come with the package, for teams that never close."""

    def __init__(self) -> None:
        loaded = load()
        self.policy = Policy(loaded.rules.without_hours(), loaded.words)
        self.clock = SystemClock()

    def read(self, key: bytes, value: bytes, headers: Iterable[tuple[str, bytes]]) -> Delivery:
        """Validate one record; every one of the load is valid."""
        delivery = decode(Origin("", 0, 0, key, value, tuple(headers)))
        assert isinstance(delivery, Delivery), delivery.message
        return delivery

    def decide(self, delivery: Delivery) -> Decision:
        """Open the handoff: routed, checked, its clocks started, its packet worded."""
        assert isinstance(delivery.command, RequestHandoff)
        return request(delivery.command, cause=delivery.cause, policy=self.policy, now=self.clock.now())


def packet_of(decision: Decision) -> Output:
    """Return the record for the receiving team's queue."""
    return output(next(e for e in decision.events if isinstance(e, PacketPrepared)))


def lifecycle_of(decision: Decision) -> Output:
    """Return the record that tells everybody of the handoff."""
    return output(next(e for e in decision.events if isinstance(e, HandoffRequested)))


def output(event: Event) -> Output:
    """Return an event as it stands on Kafka."""
    headers = encode(event.type, event.handoff_id, "bench", str(event.handoff_id), event.at)
    return Output(event.case_id.encode(), event.model_dump_json().encode(), headers)
