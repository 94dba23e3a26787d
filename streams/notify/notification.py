"""What is read of a record on the notifications topic; the rest of its data is passed on as it came."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final

from pydantic import ValidationError

from orchestrator.domain.events import Notified
from orchestrator.domain.model import Frozen

_HEADER_SAFE: Final = re.compile(r"[\x21-\x7e]{1,255}")


class Unreadable(Exception):
    """A record is no notification; the message says why."""


class Told(Frozen):
    """The data of a notification; words of a later version are as welcome as today's."""

    case_id: str
    topic: str
    to_role: str
    to: str
    team: str
    title: str
    message: str
    kind: str
    sending_team: str
    receiving_team: str
    priority: str
    clock: str | None = None
    loop: int = 1
    due_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Notification:
    """A notification to send."""

    id: str
    """The CloudEvents id, the same at every attempt and for every duplicate."""
    type: str
    at: datetime
    told: Told
    data: bytes
    """Its JSON, byte for byte."""


def read(record: Any) -> Notification:
    """Return the notification in a Kafka record.

    Raises:
        Unreadable: it holds none.
    """
    headers = dict(record.headers)
    if _text(headers.get("ce_type")) != Notified.type:
        raise Unreadable(f"the header ce_type is not {Notified.type}")
    id = _text(headers.get("ce_id"))
    if _HEADER_SAFE.fullmatch(id) is None:
        raise Unreadable("the header ce_id is missing, or cannot be the header of a request")
    try:
        at = datetime.fromisoformat(_text(headers.get("ce_time"))).astimezone(UTC)
    except ValueError:
        raise Unreadable("the header ce_time is missing, or not RFC 3339") from None
    data = record.value or b""
    try:
        return Notification(id, Notified.type, at, Told.model_validate_json(data), data)
    except ValidationError as error:
        # Never with the input, which goes into headers and logs.
        wrong = error.errors(include_input=False, include_url=False)[0]
        where = ".".join(map(str, wrong["loc"])) or "the value"
        raise Unreadable(f"{where}: {wrong['msg']}") from None


def sample(now: datetime) -> Notification:
    """Return a notification that says of itself that it is a test."""
    told = Told(
        case_id="TEST-1",
        topic="breached",
        to_role="lead",
        to="nobody",
        team="test",
        title="Test: this endpoint receives notifications",
        message="Sent by `handoff notify test`. Nothing happened, and nothing has to be done.",
        kind="test",
        sending_team="test",
        receiving_team="test",
        priority="normal",
        clock="accept",
        due_at=now,
    )
    id = f"test-{now.astimezone(UTC):%Y%m%dT%H%M%S%fZ}"
    return Notification(id, Notified.type, now, told, told.model_dump_json().encode())


def _text(value: bytes | None) -> str:
    return (value or b"").decode(errors="replace")
