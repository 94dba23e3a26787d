"""What a team has to know of another team's work, and what the two teams of a handoff ask each other."""

from __future__ import annotations

from typing import ClassVar
from uuid import UUID

from orchestrator.domain.events.event import Event, Stream
from orchestrator.domain.model import Priority


class ConcurrentWork(Event):
    """Two teams are at work on one customer at once; each of them is told of the other's handoff, once.

    It stands in the journal of the handoff that came last, whichever of the two teams it is for.
    """

    type: ClassVar[str] = "support.handoff.notice.concurrent-work.v1"
    stream: ClassVar[Stream | None] = Stream.NOTICES
    pair_id: UUID
    """Follows from the two handoffs: both notices have the same."""
    team: str
    """The team that is told."""
    own_handoff_id: UUID
    own_case_id: str
    other_team: str
    other_handoff_id: UUID
    other_case_id: str
    customer_id: str
    account_id: str | None
    priority: Priority
    """That of the other team's handoff."""
    reason: str
    """That of the other team's handoff, in one line."""
    message: str
    """What it is about, and what to do."""


class QuestionAsked(Event):
    """The receiving team asks the sending team something, and keeps the case; `actor` is who asks."""

    type: ClassVar[str] = "support.handoff.notice.question-asked.v1"
    stream: ClassVar[Stream | None] = Stream.NOTICES
    team: str
    """The team that is told: the sending team."""
    question_id: UUID
    """An answer names it."""
    question: str
    message: str
    """Who asks what, and what to do."""


class QuestionAnswered(Event):
    """The sending team has answered; `actor` is who answers."""

    type: ClassVar[str] = "support.handoff.notice.question-answered.v1"
    stream: ClassVar[Stream | None] = Stream.NOTICES
    team: str
    """The team that is told: the receiving team."""
    question_id: UUID
    question: str
    """What was asked."""
    answer: str
    message: str
    """Who answers what, and what to do."""
