"""Notifications and endpoints for tests of the sender of webhooks."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import httpx
from pydantic import SecretStr

from orchestrator.domain.events import Notified
from orchestrator.domain.events.event import Stream
from orchestrator.domain.model import Actor
from streams.messages.cloudevents import encode
from streams.notify.endpoint import Endpoint, Format
from streams.topics.table import topic_of
from tests.builders import T0

SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
"""The one of the specification's example."""
TOPIC = topic_of(Stream.NOTIFICATIONS)


@dataclass
class Record:
    """A Kafka record."""

    value: bytes | None
    headers: list[tuple[str, bytes]]
    key: bytes | None = b"C-1001"
    topic: str = TOPIC
    partition: int = 0
    offset: int = 7


@dataclass
class Clock:
    """A clock that stands still until it is moved."""

    at: datetime = T0
    waited: list[float] = field(default_factory=list)

    def now(self) -> datetime:
        """Return the time."""
        return self.at

    async def pause(self, seconds: float) -> None:
        """Let time pass, in no time."""
        if seconds:
            self.waited.append(seconds)
        self.at += timedelta(seconds=seconds)


def an_event(**over: Any) -> Notified:
    """Return what a lead is told of a breach."""
    fields: dict[str, Any] = {
        "handoff_id": UUID(int=1),
        "case_id": "C-1001",
        "version": 5,
        "at": T0,
        "actor": Actor.model_validate({"kind": "system", "id": "ladder"}),
        "topic": "breached",
        "to_role": "lead",
        "to": "Maria",
        "team": "billing",
        "title": "billing did not accept C-1001 within 15m",
        "message": "Ada Lovelace still waits.\nCall the team, or take the case back.",
        "kind": "support-to-billing",
        "sending_team": "tier-1",
        "receiving_team": "billing",
        "customer_id": "cust-1",
        "priority": "high",
        "clock": "first_contact",
        "rung": "lead",
        "loop": 2,
        "due_at": datetime(2026, 3, 2, 9, 15, tzinfo=UTC),
    }
    return Notified.model_validate(fields | over)


def a_record(event: Notified | None = None, *, id: str = "n-1", **over: Any) -> Record:
    """Return an event as the relay sends it."""
    event = event or an_event()
    headers = encode(Notified.type, id, "handoff-orchestrator", str(event.handoff_id), event.at)
    fields = {"value": event.model_dump_json().encode(), "headers": headers, "key": event.case_id.encode()}
    return Record(**fields | over)  # type: ignore[arg-type]


def an_answer(status: int, body: bytes = b"", **headers: str) -> httpx.Response:
    """Return an answer whose body is still to be read; an underscore stands for - in a header's name."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return httpx.Response(status, headers=named, stream=httpx.ByteStream(body))


def an_endpoint(**over: Any) -> Endpoint:
    """Return an endpoint that takes everything."""
    fields: dict[str, Any] = {
        "name": "ops",
        "format": Format.STANDARD,
        "url": SecretStr("https://ops.example/hooks/t0p-s3cr3t"),
        "host": "ops.example",
    }
    return Endpoint(**fields | over)
