"""Where notifications go, and which of them."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from enum import StrEnum
from typing import Final

from pydantic import SecretStr

from streams.notify.notification import Told

DEFAULT_TIMEOUT: Final = timedelta(seconds=10)


class Format(StrEnum):
    """What the body of a request looks like."""

    STANDARD = "standard"
    """Standard Webhooks: type, timestamp, and the data as on the topic."""
    SLACK = "slack"
    TEAMS = "teams"
    """Microsoft Teams, by a webhook of its Workflows."""


@dataclass(frozen=True, slots=True)
class Endpoint:
    """One receiver. Its address is kept as a secret: whoever knows that of a chat channel can write to it."""

    name: str
    """Also the end of its consumer group's name: an endpoint with another name begins anew."""
    format: Format
    url: SecretStr
    host: str
    """What of the address may be shown."""
    is_local: bool = False
    secrets: tuple[bytes, ...] = field(default=(), repr=False)
    timeout: timedelta = DEFAULT_TIMEOUT
    """For the whole of one request."""
    teams: frozenset[str] = frozenset()
    roles: frozenset[str] = frozenset()
    topics: frozenset[str] = frozenset()
    """Of each of these three, none means all."""

    def wants(self, told: Told) -> bool:
        """Whether a notification is for this endpoint."""
        return (
            (not self.teams or told.team in self.teams)
            and (not self.roles or told.to_role in self.roles)
            and (not self.topics or told.topic in self.topics)
        )
