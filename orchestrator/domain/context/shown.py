"""What a packet shows of a customer's context: few fields, each with its source and its age."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from pydantic import Field

from orchestrator.domain.model import Frozen

State = Literal["fresh", "stale", "missing"]
MarkCode = Literal[
    "first-days", "payment-failed", "usage-dropping", "renewal-near", "renewal-risk", "low-nps"
]


class BundleField(Frozen):
    """One field, in words."""

    name: str
    """Its full name: `billing.payment_state`."""
    label: str
    value: str | None = None
    """In words; None when it is missing."""
    code: str | None = None
    """The code that `value` is the translation of."""
    is_unknown_code: bool = False
    """Whether there are words for codes of this field, but not for this one."""
    source: str | None = None
    """The name of the system that says so."""
    observed_at: datetime | None = None
    age: str | None = None
    """How long ago that was, in words."""
    state: State = "missing"
    fallback: str | None = None
    """What to do instead, when it is stale or missing."""


class KnownIssue(Frozen):
    """An open issue or incident that touches this customer; what the team may not see is None."""

    id: str
    title: str | None = None
    kind: str | None = None
    status: str | None = None
    severity: str | None = None
    reference: str | None = None
    opened_at: str | None = None
    workaround: str | None = None
    next_update_at: str | None = None
    more: dict[str, str] = Field(default_factory=dict)
    """Label -> words, of fields that the catalogue does not have."""
    source: str | None = None
    observed_at: datetime | None = None
    age: str | None = None
    state: State = "fresh"
    fallback: str | None = None


class PastInteraction(Frozen):
    """A conversation of the past; what the team may not see is None."""

    id: str
    channel: str | None = None
    happened_at: str | None = None
    agent: str | None = None
    reason: str | None = None
    summary: str | None = None
    resolution: str | None = None
    sentiment: str | None = None
    more: dict[str, str] = Field(default_factory=dict)
    """Label -> words, of fields that the catalogue does not have."""
    source: str | None = None
    observed_at: datetime | None = None
    age: str | None = None
    """How long ago the conversation was, where that is known; else how long ago it was observed."""


class Said(Frozen):
    """What one system says of a field."""

    source: str
    value: str | None
    """In words; None: it took the value away."""
    observed_at: datetime
    age: str


class Conflict(Frozen):
    """Systems that say different things of one field."""

    name: str
    label: str
    item: str | None = None
    """Which issue or interaction it is about."""
    winner: Said
    others: tuple[Said, ...]
    decided_by: Literal["owner", "newest"]
    """Why the winner wins: it owns the field, or it spoke last."""


class Mark(Frozen):
    """Why this customer stands out."""

    code: MarkCode
    text: str
    name: str
    """The field that says so."""
    is_stale: bool = False


class Bundle(Frozen):
    """What one team is shown of one customer, in the order in which it needs it."""

    fields: tuple[BundleField, ...] = ()
    issues: tuple[KnownIssue, ...] = ()
    """Open ones, the newest first."""
    interactions: tuple[PastInteraction, ...] = ()
    """The latest first."""
    conflicts: tuple[Conflict, ...] = ()
    marks: tuple[Mark, ...] = ()
