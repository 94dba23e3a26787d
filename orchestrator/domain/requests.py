"""A handoff begins."""

from __future__ import annotations

from datetime import datetime

from orchestrator.domain import checklist, packet
from orchestrator.domain import events as e
from orchestrator.domain.commands import RequestHandoff
from orchestrator.domain.deadlines import fire
from orchestrator.domain.decision import Decision
from orchestrator.domain.handoff import Handoff, begin
from orchestrator.domain.identity import handoff_id
from orchestrator.domain.model import Cause
from orchestrator.domain.policy import Kind, Policy
from orchestrator.domain.routing import choose
from orchestrator.domain.story import SYSTEM, Story


def request(command: RequestHandoff, *, cause: Cause, policy: Policy, now: datetime) -> Decision:
    """Open a handoff: route it, check what is missing, start its clocks and prepare its packet.

    Raises:
        Refused: the event cannot be routed.
    """
    kind, team = choose(command, policy.rules)
    done = checklist.fill(kind.checklist, command)
    missing = checklist.missing(kind.checklist, done)
    at = min(cause.at, now)
    first = e.HandoffRequested(
        handoff_id=handoff_id(cause.source, cause.id),
        case_id=command.case_id,
        version=1,
        at=at,
        actor=command.actor,
        cause=cause,
        sending_team=command.sender.team,
        receiving_team=team,
        kind=kind.name,
        policy_version=policy.rules.version,
        mode=command.mode,
        is_escalation=command.is_escalation,
        priority=command.priority,
        severity=command.severity,
        incident=command.incident,
        customer=command.customer,
        sender=command.sender,
        receiver=command.receiver.model_copy(update={"team": team}),
        reason=command.reason,
        done=tuple(item.id for item in kind.checklist if item.id in done),
        missing=missing,
    )
    story = Story(begin(first), actor=SYSTEM, cause=cause, now=now, at=at)
    story.start_clock(kind, "notes", at=at)
    if not missing:
        story.fulfil("notes")
    story.at = now
    story.start_clock(kind, "accept", at=now)
    prepare_packet(story, command, kind, policy)
    if missing:
        story.notify_sender(
            "items-missing",
            f"the packet for case {command.case_id} went to {team} incomplete: add {', '.join(missing)}",
            missing=missing,
        )
    return Decision(story.handoff, [first, *story.events])


def prepare_packet(story: Story, command: RequestHandoff, kind: Kind, policy: Policy) -> None:
    """Render the packet anew from the handoff as it is now."""
    handoff = story.handoff
    done = frozenset(handoff.done)
    prepared = packet.prepare(
        command,
        handoff_id=handoff.id,
        version=handoff.packet_version + 1,
        kind=kind,
        receiver=command.receiver.model_copy(update={"team": handoff.receiving_team}),
        done=done,
        missing=checklist.missing(kind.checklist, done),
        clocks=handoff.clocks,
        requested_at=handoff.requested_at,
        policy_version=handoff.policy_version,
        words=policy.words,
    )
    story.tell(e.PacketPrepared, packet=prepared)


def hand_on(handoff: Handoff, *, to: Handoff, cause: Cause, now: datetime) -> Decision:
    """End a handoff whose receiving team moved the case on: its clocks end, none is inherited."""
    at = max(min(cause.at, now), handoff.requested_at)
    overdue = fire(handoff, now=now, before=at)
    story = Story(overdue.handoff, actor=SYSTEM, cause=cause, now=now, at=at)
    story.tell_lifecycle(e.HandedOn, to_handoff=to.id)
    story.fulfil("resolve")
    story.cancel_all()
    return Decision(story.handoff, [*overdue.events, *story.events])
