"""The warm-handoff packet: all that the receiving team needs to know, in one record."""

from __future__ import annotations

from datetime import datetime
from typing import Final, Literal
from uuid import UUID

from orchestrator.domain.checklist import ChecklistLine
from orchestrator.domain.clocks.clock import Clock
from orchestrator.domain.commands import RequestHandoff
from orchestrator.domain.context.shown import Bundle
from orchestrator.domain.enrichment import NO_ENRICHMENT, Enrichment
from orchestrator.domain.errors import WordingError
from orchestrator.domain.identity import packet_id
from orchestrator.domain.knowledge import Found
from orchestrator.domain.model import (
    Actor,
    Customer,
    Frozen,
    Priority,
    Reason,
    Receiver,
    Sender,
    Sentiment,
    Severity,
    Turn,
)
from orchestrator.domain.open_work import EarlierList, OpenWorkList
from orchestrator.domain.policy import Kind, Wording, Words
from orchestrator.domain.routing.entitlement import Entitlement
from orchestrator.domain.scripts import Script
from orchestrator.domain.summary.engineering import EngineeringBrief
from orchestrator.domain.summary.summary import Summary

_UNKNOWN: Final = Entitlement()


class PacketClock(Frozen):
    """A promise that was open when the packet was prepared; `due_at` is None while it is paused."""

    kind: str
    team: str
    due_at: datetime | None


class Packet(Frozen):
    """One rendering of a handoff for its receiving team. Rendered once, stored, sent as stored."""

    packet_id: UUID
    packet_version: int
    handoff_id: UUID
    case_id: str
    kind: str
    title: str
    mode: Literal["warm", "cold"]
    is_escalation: bool
    priority: Priority
    severity: Severity | None
    incident: str | None
    customer: Customer
    sender: Sender
    receiver: Receiver
    reason: Reason
    requested_by: Actor
    requested_at: datetime
    sentiment: Sentiment | None
    opening_line: str
    """For the agent to say first; the last of the `scripts`."""
    scripts: tuple[Script, ...] = ()
    """What to say before, during and after the handoff, in the customer's language where there are words."""
    body: str
    """Markdown: the summary, what was done so far, the cited turns."""
    customer_note: str
    """What the customer may be told."""
    wording_error: str | None
    """Set when a template failed on these facts: the body then holds the plain facts."""
    next_step: str
    done_so_far: tuple[str, ...]
    logs: str | None
    """What engineering was given, whole; the body shows its end."""
    turns: tuple[Turn, ...]
    checklist: tuple[ChecklistLine, ...]
    missing: tuple[str, ...]
    """Ids of required items that the sending team still owes."""
    clocks: tuple[PacketClock, ...]
    links: dict[str, str]
    policy_version: str
    entitlement: Entitlement = _UNKNOWN
    """Which tier decided the clocks, and what somebody has to confirm about it."""
    routing_notes: tuple[str, ...] = ()
    """Why it came here and not elsewhere, where that is not as the sender asked."""
    context: Bundle = Bundle()
    """The customer in half a minute: each field with its source, its age, and what to do when it is stale."""
    summary: Summary | None = None
    """Three to five sentences, each with what it cites, and the customer's mood."""
    engineering: EngineeringBrief | None = None
    """Severity, incident and trimmed logs, where there are any."""
    open_work: OpenWorkList = OpenWorkList()
    """What all teams have open for the customer beside this."""
    earlier: EarlierList = EarlierList()
    """The handoffs that the case had before, and what became of them."""
    articles: tuple[Found, ...] = ()
    """What people wrote down that may help, the best first."""


def prepare(
    request: RequestHandoff,
    *,
    handoff_id: UUID,
    version: int,
    kind: Kind,
    receiver: Receiver,
    done: frozenset[str],
    missing: tuple[str, ...],
    clocks: tuple[Clock, ...],
    requested_at: datetime,
    policy_version: str,
    words: Words,
    entitlement: Entitlement = _UNKNOWN,
    notes: tuple[str, ...] = (),
    enrichment: Enrichment = NO_ENRICHMENT,
) -> Packet:
    """Put a packet together and word it; `notes` are what the route has to say."""
    checklist = tuple(item.lines[item.id in done] for item in kind.checklist)
    turns = request.turns[-kind.turns_shown :] if kind.turns_shown else ()
    said = (entitlement.note, *notes) if entitlement.note else notes
    wording, wording_error = _word(
        request, kind, receiver, checklist, missing, turns, said, enrichment, words
    )
    return Packet(
        packet_id=packet_id(handoff_id, version),
        packet_version=version,
        handoff_id=handoff_id,
        case_id=request.case_id,
        kind=kind.name,
        title=kind.title,
        mode=request.mode,
        is_escalation=request.is_escalation,
        priority=request.priority,
        severity=request.severity,
        incident=request.incident,
        customer=request.customer,
        sender=request.sender,
        receiver=receiver,
        reason=request.reason,
        requested_by=request.actor,
        requested_at=requested_at,
        sentiment=request.sentiment,
        opening_line=wording.opening_line,
        scripts=wording.scripts,
        body=wording.body,
        customer_note=wording.customer_note,
        wording_error=wording_error,
        next_step=kind.next_step,
        done_so_far=request.done_so_far,
        logs=request.logs,
        turns=turns,
        checklist=checklist,
        missing=missing,
        clocks=tuple(PacketClock(kind=c.kind, team=c.team, due_at=c.due_at) for c in clocks if c.is_open),
        links=request.links,
        policy_version=policy_version,
        entitlement=entitlement,
        routing_notes=notes,
        **enrichment._asdict(),
    )


def _word(
    request: RequestHandoff,
    kind: Kind,
    receiver: Receiver,
    checklist: tuple[ChecklistLine, ...],
    missing: tuple[str, ...],
    turns: tuple[Turn, ...],
    notes: tuple[str, ...],
    enrichment: Enrichment,
    words: Words,
) -> tuple[Wording, str | None]:
    facts: dict[str, object] = {
        "request": request,
        "customer": request.customer,
        "sender": request.sender,
        "receiver": receiver,
        "reason": request.reason,
        "title": kind.title,
        "next_step": kind.next_step,
        "turns": turns,
        "checklist": checklist,
        "missing": missing,
        "notes": notes,
        **enrichment.facts,
    }
    try:
        return words.render(kind.name, facts), None
    except WordingError as error:
        plain = [
            *notes,
            request.reason.text or request.reason.code or "",
            request.summary or "",
            *request.done_so_far,
        ]
        return Wording(opening_line="", body="\n\n".join(filter(None, plain)), customer_note=""), str(error)
