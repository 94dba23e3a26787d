"""What is due: every rung whose instant has come, each once, in the order of their instants."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from orchestrator.domain import events as e
from orchestrator.domain.clocks.clock import Clock
from orchestrator.domain.clocks.clockwork import Clockwork
from orchestrator.domain.clocks.escalation import take
from orchestrator.domain.clocks.schedule import Next, Step
from orchestrator.domain.clocks.settling import breach_id, clock_facts, settle
from orchestrator.domain.clocks.spec import BREACH, WARN, Rung
from orchestrator.domain.clocks.timeline import AUTOMATIC_RESUME, Run
from orchestrator.domain.commands import RequestHandoff
from orchestrator.domain.handoff import Handoff, Status
from orchestrator.domain.lifecycle.decision import Decision
from orchestrator.domain.lifecycle.holding import NOTES
from orchestrator.domain.lifecycle.story import SYSTEM, Story
from orchestrator.domain.policy import Policy
from orchestrator.domain.surroundings import NOTHING_AROUND, Surroundings


def fire(
    handoff: Handoff,
    *,
    policy: Policy,
    now: datetime,
    before: datetime | None = None,
    request: RequestHandoff | None = None,
    around: Surroundings = NOTHING_AROUND,
) -> Decision:
    """Fire all rungs that are due at `now`; an event carries the instant at which it became true.

    With `before`, only those whose instant came before it: what was lost when something happened then; a
    pause that has ended by itself has ended all the same. Work is offered to another team, or a packet that
    was held goes out, only with the `request` it began with, from which the packet is made with what is
    `around` it; without it that rung waits.
    """
    now = handoff.not_before(now)
    story = Story(handoff, policy=policy, actor=SYSTEM, cause=None, now=now, at=now, around=around)
    waiting: set[UUID] = set()
    while (clock := _earliest(story.handoff, now, before, waiting)) is not None:
        assert clock.next_at is not None
        story.at = clock.next_at
        if clock.next_rung == AUTOMATIC_RESUME:
            before_it = story.handoff
            settle(story, "the pause has lasted as long as it may", as_of=story.at)
            if story.handoff is before_it:
                waiting.add(clock.id)  # whatever is wrong with it: a sweep must end
            continue
        works = Clockwork(story.handoff, policy, now)
        run = works.run_of(clock)
        if run is None:
            waiting.add(clock.id)
            continue
        step = works.step(run, clock.next_rung or "")
        if request is None and _sends_packet(story.handoff, clock, step.rung):
            waiting.add(clock.id)
            continue
        _tell(story, works, run, clock, step)
        take(story, clock, step.rung, request)
    return Decision(story.handoff, story.events)


def offers_again(handoff: Handoff, *, policy: Policy, now: datetime) -> bool:
    """Whether a rung that is due, or may be in the same go, needs the request that the handoff began with."""
    specs = policy.kind_of(handoff.kind, handoff.policy_version).clocks_of(handoff.clock_policy)
    offering = {spec.kind for spec in specs if any(rung.effect == "reoffer" for rung in spec.rungs)}
    if handoff.status is Status.HELD:
        offering.add(NOTES)
    return any(c.kind in offering and c.next_at is not None and c.next_at <= now for c in handoff.clocks)


def _sends_packet(handoff: Handoff, clock: Clock, rung: Rung) -> bool:
    is_release = rung.effect == BREACH and clock.kind == NOTES and handoff.status is Status.HELD
    return is_release or rung.effect == "reoffer"


def _earliest(handoff: Handoff, now: datetime, before: datetime | None, waiting: set[UUID]) -> Clock | None:
    due = [
        (clock.next_at, clock.kind, clock)
        for clock in handoff.clocks
        if clock.next_at is not None
        and clock.next_at <= now
        and (before is None or clock.next_at < before or clock.next_rung == AUTOMATIC_RESUME)
        and clock.id not in waiting
    ]
    return min(due, key=lambda each: each[:2])[2] if due else None


def _tell(story: Story, works: Clockwork, run: Run, clock: Clock, step: Step) -> None:
    handoff, rung = story.handoff, step.rung
    after = works.next(run, (*clock.fired, rung.name))
    if clock.is_paused and (until := run.suspensions[-1].until) and (after.at is None or until <= after.at):
        after = Next(AUTOMATIC_RESUME, until)  # it has ended by itself meanwhile, which is told in its turn
    facts = clock_facts(works, run, clock, story.at) | {
        "sending_team": handoff.sending_team,
        "receiving_team": handoff.receiving_team,
        "priority": handoff.priority,
        "rung": rung.name,
        "rung_id": breach_id(clock, story, rung.name),
        "budget": clock.budget,
        "due_at": clock.due_at,
        "fired_at": story.now,
        "next_rung": after.rung,
        "next_at": after.at,
    }
    if rung.is_ladder:
        how = {"effect": rung.effect, "to": rung.to, "loop": rung.loop, "skipped": step.skipped}
        story.tell(e.ClockEscalated, **facts, **how)
    else:
        story.tell(e.ClockWarned if rung.effect == WARN else e.ClockBreached, **facts)
