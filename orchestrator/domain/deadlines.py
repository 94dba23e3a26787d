"""What is due: every rung whose instant has come, each once, in the order of their instants."""

from __future__ import annotations

from datetime import datetime

from orchestrator.domain import events as e
from orchestrator.domain.clocks import BREACH, Clock, Rung
from orchestrator.domain.decision import Decision
from orchestrator.domain.handoff import Handoff
from orchestrator.domain.identity import rung_id
from orchestrator.domain.story import SYSTEM, Story, clock_facts


def fire(handoff: Handoff, *, now: datetime, before: datetime | None = None) -> Decision:
    """Fire all rungs that are due at `now`; an event carries the instant at which it became true.

    With `before`, only those whose instant came before it: what was lost when something happened then.
    """
    story = Story(handoff, actor=SYSTEM, cause=None, now=now, at=now)
    while (due := _earliest(story.handoff, now)) and (before is None or due[2] < before):
        clock, rung, instant = due
        _fire(story, clock, rung, instant)
    return Decision(story.handoff, story.events)


def _earliest(handoff: Handoff, now: datetime) -> tuple[Clock, Rung, datetime] | None:
    due = [(clock, *next_) for clock in handoff.clocks if (next_ := clock.next_rung()) and next_[1] <= now]
    return min(due, key=lambda each: each[2], default=None)


def _fire(story: Story, clock: Clock, rung: Rung, instant: datetime) -> None:
    handoff = story.handoff
    story.at = instant
    after = clock.model_copy(update={"fired": (*clock.fired, rung.name)}).next_rung()
    due_at = clock.due_at
    assert due_at is not None
    story.tell(
        e.ClockBreached if rung.effect == BREACH else e.ClockWarned,
        **clock_facts(clock, instant),
        sending_team=handoff.sending_team,
        receiving_team=handoff.receiving_team,
        priority=handoff.priority,
        rung=rung.name,
        rung_id=rung_id(handoff.id, clock.kind, clock.generation, rung.name),
        budget=clock.budget,
        due_at=due_at,
        fired_at=story.now,
        next_rung=after[0].name if after else None,
        next_at=after[1] if after else None,
    )
    if clock.kind == "accept" and rung.effect == BREACH:
        story.notify_sender(
            "timed-out",
            f"{handoff.receiving_team} has not accepted case {handoff.case_id} in time: "
            "the case is still yours; call them, or withdraw and hand it to another team",
        )
