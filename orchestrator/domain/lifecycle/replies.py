"""The other teams' answers: every legal transition, and a clear refusal of the others."""

from __future__ import annotations

from datetime import datetime
from difflib import get_close_matches

from orchestrator.domain import checklist
from orchestrator.domain import commands as c
from orchestrator.domain import events as e
from orchestrator.domain.checklist import Stage
from orchestrator.domain.clocks.deadlines import fire
from orchestrator.domain.clocks.occasions import TICKED, UNTICKED, Mark, Occasion, insert
from orchestrator.domain.clocks.pauses import acknowledge, pause, resume
from orchestrator.domain.clocks.settling import settle
from orchestrator.domain.errors import Refused, TooEarly
from orchestrator.domain.handoff import Handoff, Status
from orchestrator.domain.lifecycle.asking import answer, ask
from orchestrator.domain.lifecycle.decision import Decision
from orchestrator.domain.lifecycle.evolution import done_after
from orchestrator.domain.lifecycle.holding import is_held_for_nothing, release
from orchestrator.domain.lifecycle.legality import BACK, LATE, LEGAL, require_legal, word_of
from orchestrator.domain.lifecycle.packing import prepare_packet
from orchestrator.domain.lifecycle.story import Story, words_of
from orchestrator.domain.model import Actor, Cause
from orchestrator.domain.policy import Policy, Rules
from orchestrator.domain.surroundings import NOTHING_AROUND, Surroundings

__all__ = ["BACK", "LATE", "LEGAL", "reply"]


def reply(
    handoff: Handoff,
    command: c.Reply,
    *,
    cause: Cause,
    policy: Policy,
    now: datetime,
    request: c.RequestHandoff | None = None,
    around: Surroundings = NOTHING_AROUND,
) -> Decision:
    """Apply a reply at the time at which it happened, never later than `now`.

    `request` is what the handoff began with; a tick that completes the sender's items needs it, and what is
    `around` it, to prepare the packet again, or to let go one that was held.

    Raises:
        TooEarly: another reply has to come first, among them `packet-held`, `items-unfinished`,
            `already-paused`, `nothing-to-pause` and `nothing-asked`.
        Refused: `illegal-transition`, `wrong-team`, `unknown-item`, `already-contacted` or
            `already-answered`.
    """
    now = handoff.not_before(now)
    at = max(min(cause.at, now), handoff.requested_at)
    require_legal(handoff, command, at)
    _require_team(handoff, command, policy)
    # A promise that ran out before the reply is told first, even if no sweep has noticed it yet.
    overdue = fire(handoff, policy=policy, now=now, before=at)
    story = Story(
        overdue.handoff, policy=policy, actor=command.actor, cause=cause, now=now, at=at, around=around
    )
    how = {"is_automatic": _is_automatic(command.actor, policy.rules_of(handoff.policy_version))}
    match command:
        case c.Accept():
            story.tell_lifecycle(e.Accepted, **how)
        case c.Decline():
            story.tell_lifecycle(e.Declined, reason=command.reason, **how)
        case c.Return():
            story.tell_lifecycle(e.Returned, reason=command.reason, **how)
        case c.Withdraw():
            story.tell_lifecycle(e.Withdrawn, reason=command.reason, **how)
        case c.Contact():
            _contact(story, how)
        case c.Complete():
            _complete(story, command, how)
        case c.Reopen():
            story.tell_lifecycle(e.Reopened, reason=command.reason, **how)
        case c.Pause():
            pause(story, command)
        case c.Resume():
            resume(story, command)
        case c.Acknowledge():
            acknowledge(story, command)
        case c.TickItem():
            _tick(story, command)
        case c.Ask():
            ask(story, command)
        case c.Answer():
            answer(story, command)
    settle(story, _why(command), is_remeasured=isinstance(command, c.Acknowledge))
    _follow(story, overdue.handoff, command, request)
    return Decision(story.handoff, [*overdue.events, *story.events])


def _follow(story: Story, before: Handoff, command: c.Reply, request: c.RequestHandoff | None) -> None:
    """Tell who has to know of it, and give the receiver the packet that is whole now."""
    match command:
        case c.Decline():
            message = _sent_back(before, "declined", command)
            story.notify_sender("declined", message, reason=command.reason)
        case c.Return():
            message = _sent_back(before, "returned", command)
            story.notify_sender("returned", message, reason=command.reason)
        case c.TickItem() if before.status is Status.HELD:
            if request is not None and is_held_for_nothing(story):
                release(story, request)
        case c.TickItem():
            owed = set(before.required)
            is_whole = owed - set(before.done) and not owed - set(story.handoff.done)
            if is_whole and story.handoff.status.is_open and request is not None:
                prepare_packet(story, request, agent=story.handoff.offered_to)
        case _:
            pass


def _why(command: c.Reply) -> str:
    match command:
        case c.Pause() | c.Resume():
            return words_of(command.reason)
        case c.Acknowledge():
            return f"acknowledged by {command.actor.name or command.actor.id}"
        case _:
            return f"{word_of(command)!r} came to light late"


def _is_automatic(actor: Actor, rules: Rules) -> bool:
    if actor.kind == "bot":
        team = rules.teams.get(actor.team or "")
        return team is None or not team.is_automated
    return actor.kind == "system"


def _require_team(handoff: Handoff, command: c.Reply, policy: Policy) -> None:
    match command:
        case c.Withdraw() | c.Answer():
            allowed: tuple[str, ...] = (handoff.sending_team,)
        case c.Pause() | c.Resume():
            allowed = (handoff.receiving_team, handoff.sending_team)
        case c.TickItem():
            allowed = _ticking_teams(handoff, command, policy)
        case c.Complete() if handoff.status in BACK:
            allowed = (handoff.sending_team,)
        case c.Acknowledge():
            return  # a manager of another team may deal with it
        case _:
            allowed = (handoff.receiving_team,)
    if command.actor.team in allowed:
        return
    message = (
        f"actor.team is {command.actor.team!r}, but this answer to handoff {handoff.id} "
        f"belongs to {' or '.join(allowed)}"
    )
    if isinstance(command, c.Complete) and command.actor.team == handoff.sending_team:
        raise TooEarly("wrong-team", f"{message}, until the case is given back")
    raise Refused("wrong-team", message)


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


def _contact(story: Story, how: dict[str, bool]) -> None:
    handoff = story.handoff
    story.at = max(story.at, *(m.at for m in handoff.marks if m.what == Occasion.ACCEPTED))
    # One that happened before those that we know of is the first.
    spoken = any(
        m.what == Occasion.CONTACTED and not m.is_automatic and m.at <= story.at for m in handoff.marks
    )
    if spoken and not how["is_automatic"] and not _counts_every_contact(story):
        raise Refused("already-contacted", f"handoff {handoff.id}: the customer was contacted already")
    story.tell_lifecycle(e.Contacted, **how)


def _counts_every_contact(story: Story) -> bool:
    handoff = story.handoff
    kind = story.policy.kind_of(handoff.kind, handoff.policy_version)
    return any(Occasion.CONTACTED in spec.resets for spec in kind.clocks_of(handoff.clock_policy))


def _complete(story: Story, command: c.Complete, how: dict[str, bool]) -> None:
    handoff = story.handoff
    kind = story.policy.kind_of(handoff.kind, handoff.policy_version)
    unfinished: tuple[str, ...] = ()
    if handoff.status not in BACK:
        done = done_after(handoff.brought, [mark for mark in handoff.marks if mark.at <= story.at])
        unfinished = checklist.unfinished(kind.checklist, done)
    if unfinished and kind.when_unfinished == "refuse":
        # The tick may be on its way.
        raise TooEarly(
            "items-unfinished",
            f"'completed' is not legal for handoff {handoff.id}: {handoff.receiving_team} has not done "
            f"{', '.join(unfinished)}; tick them first",
        )
    what = {"disposition": command.disposition, "note": command.note, "unfinished": unfinished}
    story.tell_lifecycle(e.Completed, **what, **how)


def _tick(story: Story, command: c.TickItem) -> None:
    handoff = story.handoff
    kind = story.policy.kind_of(handoff.kind, handoff.policy_version)
    mark = Mark(story.at, TICKED if command.done else UNTICKED, detail=command.item)
    done = done_after(handoff.brought, insert(handoff.marks, mark))
    missing = checklist.missing(kind.checklist, frozenset(done))
    story.tell_lifecycle(e.ItemTicked, item=command.item, done=command.done, missing=missing)


def _sent_back(handoff: Handoff, verb: str, command: c.Decline | c.Return) -> str:
    who = command.actor.name or command.actor.id
    return (
        f"{who} of {handoff.receiving_team} {verb} case {handoff.case_id}: {words_of(command.reason)}. "
        "The case is yours again"
    )
