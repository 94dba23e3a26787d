"""What the shell hands to the desk: a command with its envelope, or a message that can never be one."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final
from uuid import UUID

from orchestrator.domain.commands import Command
from orchestrator.domain.model import Cause

Headers = tuple[tuple[str, bytes | None], ...]
"""Names and values; a byte of a name that is not UTF-8 is a lone surrogate, as in Python's file names."""


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a message stood, and its bytes, untouched."""

    topic: str
    partition: int
    offset: int
    key: bytes | None
    value: bytes | None
    headers: Headers


NOWHERE: Final = Origin("", -1, -1, None, None, ())
"""Of what came over no topic."""


@dataclass(frozen=True, slots=True)
class Delivery:
    """A command that arrived, once or again."""

    origin: Origin
    event_id: UUID
    cause: Cause
    command: Command


@dataclass(frozen=True, slots=True)
class DeadLetter:
    """A message that was given up: a stable reason code, and words for the person who looks at it."""

    origin: Origin
    code: str
    message: str
