"""The other teams' answers: every legal transition, and a clear refusal of the others."""

from __future__ import annotations

from datetime import datetime
from difflib import get_close_matches

from orchestrator.domain import checklist
from orchestrator.domain import commands as c
from orchestrator.domain import events as e
from orchestrator.domain.checklist import Stage
from orchestrator.domain.deadlines import fire
from orchestrator.domain.decision import Decision
from orchestrator.domain.errors import Refused, TooEarly
from orchestrator.domain.handoff import Handoff, Status
from orchestrator.domain.model import Cause
from orchestrator.domain.policy import Kind, Policy
from orchestrator.domain.requests import prepare_packet
from orchestrator.domain.story import Story, words_of

OPEN = frozenset({Status.OFFERED, Status.ACCEPTED})

LEGAL: dict[type[c.Reply], frozenset[Status]] = {
    c.Accept: frozenset({Status.OFFERED}),
    c.Decline: frozenset({Status.OFFERED}),
    c.Withdraw: frozenset({Status.OFFERED}),
    c.Return: frozenset({Status.ACCEPTED}),
    c.Contact: frozenset({Status.ACCEPTED}),
    c.Complete: frozenset({Status.ACCEPTED}),
    c.TickItem: OPEN,
    c.Pause: OPEN,
    c.Resume: OPEN,
}
"""Reply -> the statuses in which it is legal. What needs an accepted handoff waits while it is offered."""


def reply(
    handoff: Handoff,
    command: c.Reply,
    *,
    cause: Cause,
    policy: Policy,
    now: datetime,
    request: c.RequestHandoff | None = None,
) -> Decision:
    """Apply a reply at the time at which it happened, never later than `now`.

    `request` is what the handoff began with; a tick that completes the sender's items needs it to
    prepare the packet again.

    Raises:
        TooEarly: another reply has to come first.
        Refused: `illegal-transition`, `wrong-team`, `unknown-item`, `already-contacted`,
            `already-paused` or `nothing-to-pause`.
    """
    _require_legal(handoff, command)
    _require_team(handoff, command, policy)
    kind = policy.kind_of(handoff.kind, handoff.policy_version)
    at = max(min(cause.at, now), handoff.requested_at)
    # A promise that ran out before the reply is told first, even if no sweep has noticed it yet.
    overdue = fire(handoff, now=now, before=at)
    story = Story(overdue.handoff, actor=command.actor, cause=cause, now=now, at=at)
    match command:
        case c.Accept():
            story.tell_lifecycle(e.Accepted)
            story.fulfil("accept")
            story.start_clock(kind, "first_contact", at=at)
            story.start_clock(kind, "resolve", at=at)
        case c.Decline():
            story.tell_lifecycle(e.Declined, reason=command.reason)
            story.fulfil("accept")
            story.cancel_all()
            story.notify_sender("declined", _sent_back(handoff, "declined", command), reason=command.reason)
        case c.Return():
            story.tell_lifecycle(e.Returned, reason=command.reason)
            story.cancel_all()
            story.notify_sender("returned", _sent_back(handoff, "returned", command), reason=command.reason)
        case c.Withdraw():
            story.tell_lifecycle(e.Withdrawn, reason=command.reason)
            story.cancel_all()
        case c.Contact():
            _contact(story)
        case c.Complete():
            story.tell_lifecycle(e.Completed, disposition=command.disposition, note=command.note)
            story.fulfil("resolve")
            story.cancel_all()
        case c.Pause():
            _pause(story, command)
        case c.Resume():
            _resume(story, command)
        case c.TickItem():
            _tick(story, command, kind, policy, request)
    return Decision(story.handoff, [*overdue.events, *story.events])


def _require_legal(handoff: Handoff, command: c.Reply) -> None:
    if handoff.status in LEGAL[type(command)]:
        return
    word = command.type.split(".")[3]
    by = f" by {handoff.receiving_agent}" if handoff.receiving_agent else ""
    message = f"{word!r} is not legal for handoff {handoff.id}: it is {handoff.status.value}{by}"
    if handoff.status is Status.OFFERED:
        raise TooEarly("illegal-transition", f"{message}; it must be accepted first")
    raise Refused("illegal-transition", message)


def _require_team(handoff: Handoff, command: c.Reply, policy: Policy) -> None:
    match command:
        case c.Withdraw():
            allowed: tuple[str, ...] = (handoff.sending_team,)
        case c.Pause() | c.Resume():
            allowed = (handoff.receiving_team, handoff.sending_team)
        case c.TickItem():
            allowed = _ticking_teams(handoff, command, policy)
        case _:
            allowed = (handoff.receiving_team,)
    if command.actor.team not in allowed:
        raise Refused(
            "wrong-team",
            f"actor.team is {command.actor.team!r}, but this answer to handoff {handoff.id} "
            f"belongs to {' or '.join(allowed)}",
        )


def _ticking_teams(handoff: Handoff, command: c.TickItem, policy: Policy) -> tuple[str, ...]:
    items = {i.id: i for i in policy.kind_of(handoff.kind, handoff.policy_version).checklist}
    item = items.get(command.item)
    if item is None:
        close = get_close_matches(command.item, list(items), n=1)
        hint = f"did you mean {close[0]!r}?" if close else f"it has {', '.join(items)}"
        raise Refused("unknown-item", f"kind {handoff.kind!r} has no checklist item {command.item!r}; {hint}")
    match item.stage:
        case Stage.BEFORE:
            return (handoff.sending_team,)
        case Stage.AFTER:
            return (handoff.receiving_team,)
        case Stage.DURING:
            return (handoff.sending_team, handoff.receiving_team)


def _contact(story: Story) -> None:
    clock = story.handoff.clock("first_contact")
    if clock is not None and not clock.is_open:
        raise Refused("already-contacted", f"handoff {story.handoff.id}: the customer was contacted already")
    story.tell_lifecycle(e.Contacted)
    story.fulfil("first_contact")


def _pause(story: Story, command: c.Pause) -> None:
    owed = [k for k in story.handoff.open_clocks() if k.team == command.actor.team]
    running = tuple(k.kind for k in owed if not k.is_paused)
    if not owed:
        raise Refused(
            "nothing-to-pause", f"{command.actor.team} owes no open clock on handoff {story.handoff.id}"
        )
    if not running:
        raise Refused("already-paused", f"the clocks of handoff {story.handoff.id} stand still already")
    story.tell_lifecycle(e.Paused, team=command.actor.team, reason=command.reason, clocks=running)


def _resume(story: Story, command: c.Resume) -> None:
    paused = tuple(
        k.kind for k in story.handoff.open_clocks() if k.is_paused and k.team == command.actor.team
    )
    if not paused:
        raise TooEarly("not-paused", f"no clock of handoff {story.handoff.id} is paused: nothing to resume")
    story.tell_lifecycle(e.Resumed, team=command.actor.team, reason=command.reason, clocks=paused)


def _tick(
    story: Story, command: c.TickItem, kind: Kind, policy: Policy, request: c.RequestHandoff | None
) -> None:
    owed_before = checklist.missing(kind.checklist, frozenset(story.handoff.done))
    done = (
        set(story.handoff.done) | {command.item} if command.done else set(story.handoff.done) - {command.item}
    )
    missing = checklist.missing(kind.checklist, frozenset(done))
    story.tell_lifecycle(e.ItemTicked, item=command.item, done=command.done, missing=missing)
    if owed_before and not missing:
        story.fulfil("notes")
        if request is not None:
            prepare_packet(story, request, kind, policy)


def _sent_back(handoff: Handoff, verb: str, command: c.Decline | c.Return) -> str:
    who = command.actor.name or command.actor.id
    return (
        f"{who} of {handoff.receiving_team} {verb} case {handoff.case_id}: {words_of(command.reason)}. "
        "The case is yours again"
    )
