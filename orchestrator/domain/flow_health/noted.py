"""What the stream of observations says of each message, whether it passed or not."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from types import MappingProxyType
from typing import Final, NamedTuple

from pydantic import JsonValue

_NONE: Final[Mapping[str, JsonValue]] = MappingProxyType({})


class Noted(NamedTuple):
    """One message of a source."""

    subject: str
    """What it speaks of; the topic says so even where the message cannot be read."""
    system: str | None
    """The id of the system that sent it; None: it could not be read."""
    at: datetime | None
    """When its source made the observation; None: it could not be read."""
    appended_at: datetime | None = None
    """When the broker took it."""
    failure: str | None = None
    """The reason code of its dead letter; None: it passed."""
    fields: Mapping[str, JsonValue] = _NONE
    """Short name of a field -> what was sent, before translation."""
