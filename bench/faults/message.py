"""What is sent, and what has to become of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID


class Fate(StrEnum):
    """What has to become of a message, once however often it is sent."""

    PACKET = "packet"
    """One packet of version 1, and no dead letter."""
    APPLIED = "applied"
    """One entry in the life of its handoff, and no dead letter."""
    DEAD = "dead"
    """One dead letter with the code it was meant to get, and no entry."""
    EITHER = "either"
    """One entry or one dead letter: it depends on what arrived first."""


Headers = list[tuple[str, Any]]


@dataclass(frozen=True, slots=True)
class Message:
    """A record, and its fate."""

    id: str
    """Unique in a run; where the record can carry one, its CloudEvents id."""
    topic: str
    key: bytes | None
    value: bytes | None
    headers: Headers
    fate: Fate
    handoff: UUID | None = None
    code: str | None = None


Step = Callable[[datetime], Message]
"""Makes a message that happens at an instant."""
Story = list[Step]
"""The messages about one case, in order."""
