"""An open handoff as the pages list it: small, so that ten thousand of them fit in memory."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final
from uuid import UUID

from orchestrator.domain.handoff import Status
from orchestrator.domain.model import Priority


class Risk(StrEnum):
    """How near a promise is to its end, the worst first."""

    BREACHED = "breached"
    AT_RISK = "at-risk"
    """A warning was reached, and the budget is not used up."""
    ON_TIME = "on-time"
    PAUSED = "paused"
    """Every promise stands still."""
    NONE = "none"
    """No promise is open."""


_RANK: Final = {risk: rank for rank, risk in enumerate(Risk)}


@dataclass(frozen=True, slots=True)
class CardClock:
    """An open promise."""

    kind: str
    generation: int
    team: str
    """The team that owes."""
    started_at: datetime
    due_at: datetime | None
    """None while it is paused."""
    risk: Risk
    """Of this promise alone: never `NONE`."""
    acknowledged_until: datetime | None = None
    """Until when a lead's acknowledgement stops the ladder."""


@dataclass(frozen=True, slots=True)
class Card:
    """An open handoff."""

    id: UUID
    version: int
    """How many journal entries it has: of two cards of one handoff, the higher one is newer."""
    case_id: str
    kind: str
    title: str
    """Of the kind, for a person."""
    status: Status
    priority: Priority
    reason: str
    sending_team: str
    receiving_team: str
    agent: str | None
    """Who accepted, once somebody has."""
    offered_to: str | None
    """The one agent it is offered to; None: the whole team."""
    customer_id: str
    account_id: str | None
    customer: str
    """The customer's name, or the id where none is known."""
    tier: str | None
    """The one that decides its clocks."""
    requested_at: datetime
    items_done: int
    items: int
    """How many checklist items it has."""
    missing: tuple[str, ...]
    """Ids of required items that the sending team still owes."""
    bounces: int
    """How often a handoff of the case was declined or returned before."""
    questions: int
    """How many of the receiving team's questions have no answer."""
    clocks: tuple[CardClock, ...]
    """Open promises, the one that is due first first; paused ones last."""

    @property
    def risk(self) -> Risk:
        """The worst of its promises."""
        return min((clock.risk for clock in self.clocks), key=_RANK.__getitem__, default=Risk.NONE)

    @property
    def due_at(self) -> datetime | None:
        """When the first of its promises is due, or was; None when none runs."""
        return self.clocks[0].due_at if self.clocks else None
