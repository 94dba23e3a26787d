"""A handoff begins."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from types import MappingProxyType
from typing import Final, NamedTuple
from uuid import UUID

from orchestrator.domain import checklist
from orchestrator.domain import events as e
from orchestrator.domain.clocks.clock import CarriedClock
from orchestrator.domain.clocks.deadlines import fire
from orchestrator.domain.clocks.escalation import notify
from orchestrator.domain.clocks.settling import settle
from orchestrator.domain.commands import RequestHandoff
from orchestrator.domain.context.record import Record
from orchestrator.domain.enrichment import enricher_of
from orchestrator.domain.handoff import Handoff, Status
from orchestrator.domain.identity import handoff_id
from orchestrator.domain.lifecycle.concurrent import tell_concurrent
from orchestrator.domain.lifecycle.decision import Decision
from orchestrator.domain.lifecycle.evolution import begin
from orchestrator.domain.lifecycle.holding import is_held_for_nothing, release, tell_held
from orchestrator.domain.lifecycle.packing import prepare_packet
from orchestrator.domain.lifecycle.story import SYSTEM, Story
from orchestrator.domain.model import Cause, Reason
from orchestrator.domain.open_work import NOTHING_OPEN, OpenHandoffs
from orchestrator.domain.policy import Policy
from orchestrator.domain.routing.routing import choose
from orchestrator.domain.routing.trail import NO_TRAIL, Trail
from orchestrator.domain.surroundings import Surroundings


class Earlier(NamedTuple):
    """What a request has to know of what was before it."""

    trail: Trail = NO_TRAIL
    open_counts: Mapping[str, int] = MappingProxyType({})
    """Team -> its open handoffs, of teams that can be full."""
    carried: CarriedClock | None = None
    """What the clock that all teams owe together has seen."""
    open_work: OpenHandoffs = NOTHING_OPEN
    """What is open for the account or customer, without the handoffs that the request goes on from."""
    ending: frozenset[UUID] = frozenset()
    """Ids of those that the request goes on from; they end with it unless its sender keeps the case."""
    records: Sequence[Record] = ()
    """What other systems said of the customer and the account."""


FIRST: Final = Earlier()


def request(
    command: RequestHandoff,
    *,
    cause: Cause,
    policy: Policy,
    now: datetime,
    earlier: Earlier = FIRST,
) -> Decision:
    """Open a handoff: route it, check what is missing, start its clocks and prepare its packet, or hold it.

    Raises:
        Refused: the event cannot be routed, or a clock cannot be armed.
    """
    at = min(cause.at, now)
    enricher = enricher_of(policy, policy.rules.version)
    entitled = enricher.entitled(command, earlier.records, now)
    route = choose(
        entitled, policy.rules, now=now, at=at, trail=earlier.trail, open_counts=earlier.open_counts
    )
    kind, team = route.kind, route.team
    done = checklist.fill(kind.checklist, command, enricher.known(kind.name, earlier.records, now))
    missing = checklist.missing(kind.checklist, done)
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
        receiver=command.receiver.model_copy(update={"team": team, "agent": route.agent}),
        reason=command.reason,
        done=tuple(item.id for item in kind.checklist if item.id in done),
        missing=missing,
        required=checklist.missing(kind.checklist, frozenset()),
        offered_at=now,
        is_held=kind.holds and bool(missing),
        sender_keeps_case=kind.sender_keeps_case,
        clock_policy=route.clock_policy,
        entitlement=route.entitlement,
        routing_notes=route.notes,
        is_bounced=route.is_bounced,
        carried=None if kind.sender_keeps_case else earlier.carried,
    )
    ending = () if kind.sender_keeps_case else earlier.ending
    around = Surroundings(earlier.records, earlier.open_work, earlier.trail, ending)
    story = Story(begin(first), policy=policy, actor=SYSTEM, cause=cause, now=now, at=now, around=around)
    settle(story)
    if not first.is_held:
        prepare_packet(story, command, agent=route.agent)
    if route.bounce is not None:
        _tell_leads(story, route.bounce)
    if first.is_held:
        if is_held_for_nothing(story):
            release(story, command)  # its clocks give the sender no time for it
        else:
            tell_held(story)
    elif missing:
        story.notify_sender(
            "items-missing",
            f"the packet for case {command.case_id} went to {team} incomplete: add {', '.join(missing)}",
            missing=missing,
        )
    tell_concurrent(story, earlier.open_work, earlier.trail)
    return Decision(story.handoff, [first, *story.events])


def _tell_leads(story: Story, bounce: str) -> None:
    handoff = story.handoff
    for team in (handoff.sending_team, handoff.receiving_team):
        notify(
            story,
            "bounced",
            team,
            "lead",
            f"Case {handoff.case_id} goes to and fro",
            f"{bounce[0].upper()}{bounce[1:]}. Agree with the other lead who keeps it: "
            "it is not routed by itself any more.",
        )


def goes_on(held: Handoff, command: RequestHandoff) -> bool:
    """Whether the case of `held` moves on with this request: the team that has it gives it away."""
    if held.sender_keeps_case:
        return held.status.is_with_receiver and held.receiving_team == command.sender.team
    match held.status:
        case Status.HELD:
            return held.sending_team == command.sender.team
        case Status.OFFERED | Status.ACCEPTED:
            return held.receiving_team == command.sender.team
        case Status.DECLINED | Status.RETURNED:
            return held.sending_team == command.sender.team and bool(held.open_clocks())
        case _:
            return False


def carried_from(ending: Iterable[Handoff]) -> CarriedClock | None:
    """Return what the clock that all teams owe together has seen, of handoffs whose case goes on."""
    for held in ending:
        if held.sender_keeps_case:
            continue
        for clock in held.open_clocks():
            if clock.is_shared:
                return CarriedClock(
                    opened_at=clock.started_at,
                    consumed=clock.carried,
                    generation=clock.generation,
                    fired=clock.fired,
                    suspensions=clock.suspensions,
                )
    return None


def tell_overdue(handoff: Handoff, *, cause: Cause, policy: Policy, now: datetime) -> Decision:
    """Tell what a handoff lost before its case moved on; the one that begins does not tell it again."""
    now = handoff.not_before(now)
    return fire(handoff, policy=policy, now=now, before=max(min(cause.at, now), handoff.requested_at))


def hand_on(handoff: Handoff, *, to: Handoff, cause: Cause, policy: Policy, now: datetime) -> Decision:
    """End a handoff whose case moved on to another team: its clocks end, and no team inherits one."""
    now = handoff.not_before(now)
    at = max(min(cause.at, now), handoff.requested_at)
    overdue = tell_overdue(handoff, cause=cause, policy=policy, now=now)
    story = Story(overdue.handoff, policy=policy, actor=SYSTEM, cause=cause, now=now, at=at)
    if handoff.status is Status.HELD:
        # Nobody has got its packet, and now nobody will.
        reason = Reason(text=f"the case goes to {to.receiving_team} with handoff {to.id}")
        story.tell_lifecycle(e.Withdrawn, reason=reason, is_automatic=True)
    else:
        is_open = handoff.status.is_open
        story.tell_lifecycle(e.HandedOn if is_open else e.CaseCarried, to_handoff=to.id)
    settle(story)
    return Decision(story.handoff, [*overdue.events, *story.events])
