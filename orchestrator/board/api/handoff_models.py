"""Handoffs as the API tells of them."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated
from uuid import UUID

from pydantic import Field

from orchestrator.board.access.viewer import Viewer
from orchestrator.board.agent.lines import Line, Promise
from orchestrator.board.discretion import knows_customer
from orchestrator.board.live.card import Card, Risk
from orchestrator.board.offers import Offer
from orchestrator.domain.handoff import Outcome, Status
from orchestrator.domain.model import Frozen, Priority
from orchestrator.domain.questions import Question


class CaseOf(Frozen):
    """Whose case it is."""

    id: str
    account_id: str | None
    name: Annotated[str | None, Field(description="None where no system said it.")]


class OpenClock(Frozen):
    """A promise that stands."""

    kind: str
    generation: Annotated[int, Field(description="Which run of the clock it is, from 1.")]
    team: Annotated[str, Field(description="The team that owes.")]
    started_at: datetime
    due_at: Annotated[datetime | None, Field(description="None while it is paused.")]
    risk: Risk
    acknowledged_until: Annotated[
        datetime | None, Field(description="Until when a lead's acknowledgement stops the ladder.")
    ]


class HandoffLine(Frozen):
    """A handoff as lists have it."""

    id: UUID
    version: Annotated[int, Field(description="How many journal entries it has: the higher one is newer.")]
    case_id: str
    kind: str
    title: Annotated[str, Field(description="Of the kind, for people.")]
    status: Status
    priority: Priority
    reason: str
    sending_team: str
    receiving_team: str
    agent: Annotated[str | None, Field(description="Who accepted, once somebody has.")]
    offered_to: Annotated[str | None, Field(description="The one agent it is offered to; None: the team.")]
    customer: Annotated[CaseOf | None, Field(description="None for who may not know whose case it is.")]
    tier: str | None
    requested_at: datetime
    items_done: int
    items: Annotated[int, Field(description="How many checklist items it has.")]
    missing: Annotated[tuple[str, ...], Field(description="Required items that the sending team owes.")]
    bounces: Annotated[int, Field(description="How often the case was declined or returned before.")]
    questions: Annotated[int, Field(description="How many questions to the sending team are open.")]
    clocks: Annotated[tuple[OpenClock, ...], Field(description="The one that is due first first.")]
    risk: Annotated[Risk, Field(description="The worst of its clocks.")]
    due_at: Annotated[datetime | None, Field(description="When the first of them is due, or was.")]


class HandoffPage(Frozen):
    """Some of a list of handoffs."""

    items: list[HandoffLine]
    next: Annotated[str | None, Field(description="The address of the next page; None: this is the last.")]


class Clock(Frozen):
    """A promise, also one that has ended."""

    kind: str
    team: str
    risk: Risk
    started_at: datetime
    due_at: datetime | None
    ended_at: datetime | None
    outcome: Annotated[str | None, Field(description="`met` or `cancelled`, once it has ended.")]
    was_breached: bool
    acknowledged_until: datetime | None
    resumes_at: Annotated[datetime | None, Field(description="When a pause ends by itself.")]
    why_paused: str | None


class ChecklistItem(Frozen):
    """An item of the checklist."""

    id: str
    text: str
    stage: str
    team: Annotated[str, Field(description="Who owes it first and foremost.")]
    is_required: bool
    is_done: bool
    can_tick: Annotated[bool, Field(description="Whether you can tick it, or take its tick back.")]


class Possible(Frozen):
    """An action that the desk would take from you now."""

    action: str
    team: Annotated[str, Field(description="For which of your teams you would do it.")]
    unfinished: Annotated[tuple[str, ...], Field(description="Items that stay undone if you complete it.")]
    is_blocked: Annotated[bool, Field(description="Whether those have to be done first.")]
    codes: Annotated[tuple[str, ...], Field(description="The only reasons that are taken; empty: any.")]


class HandoffState(Frozen):
    """A handoff as it stands now."""

    id: UUID
    version: int
    case_id: str
    kind: str
    title: str
    status: Status
    priority: Priority
    reason: str
    sending_team: str
    receiving_team: str
    agent: str | None
    offered_to: str | None
    customer: Annotated[CaseOf | None, Field(description="None for who may not know whose case it is.")]
    tier: str | None
    requested_at: datetime
    ended_at: datetime | None
    outcome: Outcome | None
    policy_version: Annotated[str, Field(description="The version of the rules that it is under.")]
    has_packet: Annotated[bool, Field(description="Whether there is a packet that you may read.")]
    missing: tuple[str, ...]
    checklist: tuple[ChecklistItem, ...]
    clocks: tuple[Clock, ...]
    questions: Annotated[tuple[Question, ...], Field(description="None for who may not know the case.")]
    actions: Annotated[tuple[Possible, ...], Field(description="What you can do with it now.")]


def line_of(card: Card, viewer: Viewer) -> HandoffLine:
    """Return an open handoff as this viewer may read it."""
    facts = {name: getattr(card, name) for name in _SAME}
    customer = CaseOf(
        id=card.customer_id,
        account_id=card.account_id,
        name=card.customer if card.customer != card.customer_id else None,
    )
    return HandoffLine(
        **facts,
        customer=customer if knows_customer(viewer, card) else None,
        clocks=tuple(
            OpenClock(**{name: getattr(clock, name) for name in OpenClock.model_fields})
            for clock in card.clocks
        ),
    )


def clock_of(promise: Promise) -> Clock:
    """Return a clock."""
    return Clock(**{name: getattr(promise, name) for name in Clock.model_fields})


def item_of(line: Line) -> ChecklistItem:
    """Return an item of the checklist."""
    return ChecklistItem(**{name: getattr(line, name) for name in ChecklistItem.model_fields})


def possible(offer: Offer) -> Possible:
    """Return what can be done."""
    return Possible(**{name: getattr(offer, name) for name in Possible.model_fields})


_SAME = tuple(name for name in HandoffLine.model_fields if name not in ("customer", "clocks"))
