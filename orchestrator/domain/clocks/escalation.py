"""What a rung does beside being told: notify somebody, offer the work to another team, raise the priority."""

from __future__ import annotations

from typing import Final, Literal

from orchestrator.domain import events as e
from orchestrator.domain.clocks.clock import Clock
from orchestrator.domain.clocks.occasions import Occasion
from orchestrator.domain.clocks.settling import settle
from orchestrator.domain.clocks.spec import Rung
from orchestrator.domain.commands import RequestHandoff
from orchestrator.domain.handoff import Status
from orchestrator.domain.lifecycle.holding import is_held_for_nothing, release
from orchestrator.domain.lifecycle.packing import prepare_packet
from orchestrator.domain.lifecycle.story import Story
from orchestrator.domain.model import Priority
from orchestrator.domain.routing.substitutes import takes_over

_HIGHER: Final = dict(zip(Priority, list(Priority)[1:], strict=False))
_PROMISES: Final = {
    "notes": "to hand over the notes",
    "accept": "to accept the case",
    "first_contact": "to speak to the customer",
    "resolve": "to resolve the case",
    "customer": "to the customer",
}


def take(story: Story, clock: Clock, rung: Rung, request: RequestHandoff | None) -> None:
    """Do what `rung` of `clock` says."""
    match rung.effect:
        case "breach" if clock.kind == "accept":
            handoff = story.handoff
            story.notify_sender(
                "timed-out",
                f"{handoff.receiving_team} has not accepted case {handoff.case_id} in time: "
                "the case is still yours; call them, or withdraw and hand it to another team",
            )
        case "breach" if request is not None and is_held_for_nothing(story):
            release(story, request)
        case "notify":
            _notify(story, clock, rung)
        case "raise-priority":
            before = story.handoff.priority
            if before in _HIGHER:
                story.tell_lifecycle(e.PriorityRaised, priority=_HIGHER[before], priority_before=before)
        case "reoffer" if request is not None:
            _offer_again(story, request)
        case _:
            pass


def notify(
    story: Story,
    topic: Literal["breached", "bounced"],
    team: str,
    role: Literal["lead", "manager"],
    title: str,
    message: str,
    **details: object,
) -> None:
    """Tell whoever has `role` in `team`; nobody when the team has none."""
    handoff = story.handoff
    known = story.policy.rules_of(handoff.policy_version).teams.get(team)
    to = getattr(known, role, None)
    if to is None:
        return
    story.tell(
        e.Notified,
        topic=topic,
        to_role=role,
        to=to,
        team=team,
        title=title,
        message=message,
        kind=handoff.kind,
        sending_team=handoff.sending_team,
        receiving_team=handoff.receiving_team,
        customer_id=handoff.customer_id,
        priority=handoff.priority,
        **details,
    )


def _notify(story: Story, clock: Clock, rung: Rung) -> None:
    handoff = story.handoff
    assert rung.to is not None
    assert clock.due_at is not None
    promise = _PROMISES.get(clock.kind, f"({clock.kind})")
    notify(
        story,
        "breached",
        clock.team,
        rung.to,
        f"{clock.team} is late {promise}: case {handoff.case_id}",
        f"The promise of {clock.team} {promise} ran out at {clock.due_at.isoformat(timespec='seconds')}. "
        "Acknowledge it to stop the ladder for a while, and see that somebody takes the case.",
        clock=clock.kind,
        rung=rung.name,
        loop=rung.loop,
        due_at=clock.due_at,
    )


def _offer_again(story: Story, request: RequestHandoff) -> None:
    """Offer the work to the fallback of the team that let it lie: one that is open, and not asked before."""
    handoff, instant = story.handoff, story.at
    if handoff.status is not Status.OFFERED:
        return  # somebody has it, or nobody was offered it yet
    if instant < max(mark.at for mark in handoff.marks if mark.what == Occasion.OFFERED):
        return  # another team was asked after this rung was reached
    team = _fallback(story, request)
    if team is None:
        return
    story.at = story.now  # the packet goes out now, however long ago it should have
    story.tell(
        e.Reoffered,
        sending_team=handoff.sending_team,
        receiving_team=team,
        from_team=handoff.receiving_team,
    )
    settle(story)
    note = f"Offered to {team}, since {handoff.receiving_team} did not accept in time"
    prepare_packet(story, request, note=note)
    story.at = instant


def _fallback(story: Story, request: RequestHandoff) -> str | None:
    """Return who is asked next: never the sender, nor a team that was asked already.

    How much open work a team has is not known here: that it is full keeps only new requests from it.
    """
    handoff = story.handoff
    rules = story.policy.rules_of(handoff.policy_version)
    asked = {mark.team for mark in handoff.marks if mark.what == Occasion.OFFERED} | {handoff.sending_team}
    needs_person = request.reason.code in rules.routing.person_only_reasons
    return takes_over(
        handoff.receiving_team,
        rules,
        now=story.now,
        open_counts={},
        is_fit=lambda team: team.id not in asked and not (needs_person and team.is_automated),
    )
