"""The values that commands, events and state share."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum
from typing import Annotated, Any, Literal, Self

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, StringConstraints

Id = Annotated[
    str,
    StringConstraints(min_length=1, max_length=200, strip_whitespace=True, pattern=r"^[^\x00-\x1f\x7f]+$"),
]
"""An identifier from another system: text without control characters, which no database column takes."""
ShortText = Annotated[str, StringConstraints(max_length=2_000)]
LongText = Annotated[str, StringConstraints(max_length=100_000)]


class Frozen(BaseModel):
    """A value: immutable, and tolerant of fields that a later version of its schema adds."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    def model_copy(self, *, update: Mapping[str, Any] | None = None, deep: bool = False) -> Self:
        """Return a copy with `update`, which is not validated.

        A value shares what it holds with its copy, so this does a third of the work of pydantic's own;
        several copies are made for every event.
        """
        if deep or update is None:
            return super().model_copy(update=update, deep=deep)
        copy = object.__new__(type(self))
        object.__setattr__(copy, "__dict__", {**self.__dict__, **update})
        object.__setattr__(copy, "__pydantic_fields_set__", self.__pydantic_fields_set__ | update.keys())
        object.__setattr__(copy, "__pydantic_extra__", None)
        object.__setattr__(copy, "__pydantic_private__", None)
        return copy


class Channel(StrEnum):
    """Where a conversation takes place."""

    BOT = "bot"
    CHAT = "chat"
    EMAIL = "email"
    PHONE = "phone"
    SMS = "sms"
    SOCIAL = "social"
    TICKET = "ticket"
    IN_PERSON = "in-person"


class Priority(StrEnum):
    """How soon, as support counts it."""

    LOW = "low"
    NORMAL = "normal"
    HIGH = "high"
    URGENT = "urgent"


class Severity(StrEnum):
    """How bad, as engineering counts it."""

    SEV1 = "sev1"
    SEV2 = "sev2"
    SEV3 = "sev3"
    SEV4 = "sev4"


class Actor(Frozen):
    """Who did it, so that an integration never reacts to an echo of its own action."""

    kind: Literal["agent", "lead", "customer", "bot", "system"]
    id: Id
    name: ShortText | None = None
    team: Id | None = None


class Sender(Frozen):
    """The team, person and channel that give the case away."""

    team: Id
    agent: Id | None = None
    agent_name: ShortText | None = None
    channel: Channel


class Receiver(Frozen):
    """Where the sender wants the case to go; what it leaves open, policy fills in."""

    team: Id | None = None
    agent: Id | None = None
    channel: Channel | None = None


class Customer(Frozen):
    """Whose case it is. The identifiers anchor every flow; they are text, never numbers."""

    id: Id
    account_id: Id | None = None
    name: ShortText | None = None
    tier: Id | None = None
    payment_state: Id | None = None
    """As billing calls it: `paid`, `grace`, `overdue`."""
    entitled_as_of: AwareDatetime | None = None
    """When tier and payment state were read from their source."""
    language: Id | None = None


class Reason(Frozen):
    """Why: a code for rules and reports, and words for people."""

    code: Id | None = None
    text: ShortText | None = None


class Sentiment(Frozen):
    """How the customer feels, from -1 (angry) to 1 (delighted), as the channel scored it."""

    score: Annotated[float, Field(ge=-1, le=1, allow_inf_nan=False)]
    label: ShortText | None = None


class Turn(Frozen):
    """One utterance of the conversation so far."""

    id: Id
    at: AwareDatetime | None = None
    speaker: Literal["customer", "agent", "bot", "system"]
    name: ShortText | None = None
    text: LongText


class Cause(Frozen):
    """The CloudEvent that led to something: `source` and `id` together are unique."""

    source: str
    id: str
    at: datetime
    """When it happened at its source, aware UTC."""
