"""What is asked of the desk: one class for each CloudEvents type that comes in.

A command carries what its producer knows. Ids and times of the envelope travel beside it as a `Cause`.
"""

from __future__ import annotations

from typing import Annotated, ClassVar, Literal, Self
from uuid import UUID

from pydantic import AwareDatetime, Field, StringConstraints, model_validator

from orchestrator.domain.identity import handoff_id
from orchestrator.domain.model import (
    Actor,
    Customer,
    Frozen,
    Id,
    LongText,
    Priority,
    Reason,
    Receiver,
    Sender,
    Sentiment,
    Severity,
    ShortText,
    Turn,
)

_SaidText = Annotated[ShortText, StringConstraints(min_length=1, strip_whitespace=True)]
"""Words that have to be there."""


class RequestHandoff(Frozen):
    """A channel transfer: responsibility for the case is to move to another team."""

    type: ClassVar[str] = "support.handoff.transfer.requested.v1"
    is_escalation: ClassVar[bool] = False

    case_id: Id
    customer: Customer
    sender: Sender
    receiver: Receiver = Receiver()
    actor: Actor
    kind: Id | None = None
    """The kind of handoff (a folder of handoff_templates); chosen by policy when absent."""
    mode: Literal["warm", "cold"] = "warm"
    reason: Reason = Reason()
    priority: Priority = Priority.NORMAL
    severity: Severity | None = None
    incident: Id | None = None
    """The incident or issue reference that engineering knows it by."""
    logs: LongText | None = None
    summary: LongText | None = None
    sentiment: Sentiment | None = None
    turns: Annotated[tuple[Turn, ...], Field(max_length=500)] = ()
    done_so_far: Annotated[tuple[ShortText, ...], Field(max_length=100)] = ()
    """What the sender already did or tried, one step a line."""
    checklist: dict[Id, bool] = Field(default_factory=dict, max_length=100)
    """Item id -> done, as the sender ticked them."""
    links: dict[Id, ShortText] = Field(default_factory=dict, max_length=50)


class RaiseEscalation(RequestHandoff):
    """An escalation: upward, forced by severity, a breach or a decline."""

    type: ClassVar[str] = "support.handoff.escalation.raised.v1"
    is_escalation: ClassVar[bool] = True


class Reply(Frozen):
    """An answer to a handoff.

    It names the handoff by the id that came with the packet, or by the (source, id) of the CloudEvent
    that requested it: the id is derived from them, so a channel needs to look up nothing.
    """

    type: ClassVar[str]

    handoff_id: UUID | None = None
    request_source: ShortText | None = None
    request_id: ShortText | None = None
    actor: Actor

    @model_validator(mode="after")
    def _names_a_handoff(self) -> Self:
        if self.handoff_id is None and not (self.request_source and self.request_id):
            raise ValueError("name the handoff: handoff_id, or request_source and request_id")
        return self

    @property
    def handoff(self) -> UUID:
        """The id of the handoff this reply is about."""
        if self.handoff_id is not None:
            return self.handoff_id
        return handoff_id(self.request_source or "", self.request_id or "")


class Accept(Reply):
    """The receiving team takes responsibility."""

    type: ClassVar[str] = "support.handoff.reply.accepted.v1"


class Decline(Reply):
    """The receiving team refuses an offered handoff, and says why."""

    type: ClassVar[str] = "support.handoff.reply.declined.v1"
    reason: Reason


class Return(Reply):
    """The receiving team gives an accepted handoff back to the sending team."""

    type: ClassVar[str] = "support.handoff.reply.returned.v1"
    reason: Reason


class Pause(Reply):
    """The work waits for somebody outside; its clocks stop."""

    type: ClassVar[str] = "support.handoff.reply.paused.v1"
    reason: Reason
    until: AwareDatetime | None = None
    """When the clocks go on by themselves; until somebody resumes them when absent."""


class Resume(Reply):
    """The wait is over; the clocks go on."""

    type: ClassVar[str] = "support.handoff.reply.resumed.v1"
    reason: Reason = Reason()


class TickItem(Reply):
    """A checklist item is done (or, with `done` false, not done after all)."""

    type: ClassVar[str] = "support.handoff.reply.item-ticked.v1"
    item: Id
    done: bool = True


class Contact(Reply):
    """The receiver spoke to the customer for the first time."""

    type: ClassVar[str] = "support.handoff.reply.contacted.v1"


class Complete(Reply):
    """The work is finished."""

    type: ClassVar[str] = "support.handoff.reply.completed.v1"
    disposition: Id
    note: ShortText | None = None


class Reopen(Reply):
    """The work was not finished after all."""

    type: ClassVar[str] = "support.handoff.reply.reopened.v1"
    reason: Reason = Reason()


class Acknowledge(Reply):
    """A lead has seen a breach and deals with it; the ladder stands still for a while."""

    type: ClassVar[str] = "support.handoff.reply.acknowledged.v1"
    clock: Id | None = None
    """The kind of the clock; all that are breached when absent."""
    note: ShortText | None = None


class Ask(Reply):
    """The receiving team asks the sending team something, and keeps the case; no clock stops."""

    type: ClassVar[str] = "support.handoff.reply.question-asked.v1"
    question: _SaidText


class Answer(Reply):
    """The sending team answers a question of the receiving team."""

    type: ClassVar[str] = "support.handoff.reply.question-answered.v1"
    answer: _SaidText
    question: UUID | None = None
    """The `question_id` of the notice that asked; the newest that is open when absent."""


class Withdraw(Reply):
    """The sending team takes an offered handoff back."""

    type: ClassVar[str] = "support.handoff.reply.withdrawn.v1"
    reason: Reason = Reason()


Command = RequestHandoff | Reply

COMMANDS: dict[str, type[RequestHandoff] | type[Reply]] = {
    command.type: command
    for command in (
        RequestHandoff,
        RaiseEscalation,
        Accept,
        Decline,
        Return,
        Pause,
        Resume,
        TickItem,
        Contact,
        Complete,
        Withdraw,
        Reopen,
        Acknowledge,
        Ask,
        Answer,
    )
}
"""CloudEvents type -> command."""
