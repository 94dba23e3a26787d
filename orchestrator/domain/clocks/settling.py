"""Tells what changed about the clocks of a handoff, so that they are as its marks say."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from orchestrator.domain import events as e
from orchestrator.domain.clocks.clock import Clock
from orchestrator.domain.clocks.clockwork import Clockwork
from orchestrator.domain.clocks.spec import BREACH
from orchestrator.domain.clocks.timeline import AUTOMATIC_RESUME, Run
from orchestrator.domain.identity import rung_id
from orchestrator.domain.lifecycle.story import Story


def settle(
    story: Story, why: str = "", *, is_remeasured: bool = False, as_of: datetime | None = None
) -> None:
    """Tell which clocks started, ended or moved; `why` is for those that moved for no other reason.

    With `is_remeasured`, the instants of open clocks are derived anew also where the run is as before. With
    `as_of`, pauses that end by themselves later than that still last.

    Raises:
        Refused: `clock-cannot-be-armed`.
    """
    works = Clockwork(story.handoff, story.policy, as_of or story.now)
    known = {(clock.kind, clock.generation): clock for clock in story.handoff.clocks}
    if not known:
        works.require_calendars()
    new: list[Run] = []
    old: list[tuple[Run, Clock]] = []
    for run in works.runs():
        clock = known.pop((run.spec.kind, run.generation), None)
        if clock is None:
            new.append(run)
        elif run.outcome == "met":
            old.insert(0, (run, clock))  # what was kept is told before what lapses with it
        else:
            old.append((run, clock))
    for run, clock in old:
        _compare(story, works, run, clock, why, is_remeasured)
    for clock in known.values():
        _drop(story, works, clock, why)
    for run in new:
        _activate(story, works, run)


def clock_facts(works: Clockwork, run: Run, clock: Clock, at: datetime) -> dict[str, Any]:
    """Return what every clock event says about its clock at `at`."""
    return _facts(clock, works.timing(run).consumed_at(at), at)


def breach_id(clock: Clock, story: Story, rung: str = BREACH) -> UUID:
    """Return the id of a rung; one that fires after its breach was taken back has another."""
    name = rung if not clock.withdrawn else f"{rung}\n{clock.withdrawn + 1}"
    return rung_id(story.handoff.id, clock.kind, clock.generation, name)


def _facts(clock: Clock, consumed: timedelta, at: datetime) -> dict[str, Any]:
    return {
        "clock_id": clock.id,
        "kind": clock.kind,
        "generation": clock.generation,
        "team": clock.team,
        "consumed": consumed,
        "paused": clock.paused_for(at) if clock.suspensions else timedelta(),
    }


def _activate(story: Story, works: Clockwork, run: Run) -> None:
    clock = works.activate(run)
    started = clock
    if run.ended_at is not None:
        started = clock.model_copy(update={"ended_at": None, "outcome": None})
    at = run.started_at
    story.tell(e.ClockActivated, at=at, clock=started, **_facts(clock, clock.carried, at))
    if run.ended_at is not None:
        _end(story, works, run, clock)
    elif clock.is_paused:
        # Its team waits already; whoever hears that it goes on has heard that it stood still.
        moved = {"clock": clock, "due_before": None, "reason": clock.suspensions[-1].reason}
        story.tell(e.ClockPaused, at=at, **_facts(clock, clock.carried, at), **moved)


def _end(story: Story, works: Clockwork, run: Run, clock: Clock) -> None:
    assert run.ended_at is not None
    event = e.ClockFulfilled if run.outcome == "met" else e.ClockCancelled
    story.tell(event, at=run.ended_at, **clock_facts(works, run, clock, run.ended_at))


def _compare(story: Story, works: Clockwork, run: Run, clock: Clock, why: str, is_remeasured: bool) -> None:
    is_same = (
        run.started_at == clock.started_at and run.team == clock.team and run.suspensions == clock.suspensions
    )
    if clock.next_rung == AUTOMATIC_RESUME and clock.next_at != run.resumes_at:
        is_same = False  # another team waits too, in the same span, and for longer
    is_over = clock.is_open and run.ended_at is not None
    is_ended_alike = (run.ended_at, run.outcome) == (clock.ended_at, clock.outcome)
    if run.earlier:
        # What was before it may have come to light only now.
        before = works.timing(run).carried, works.inherited(run)
        is_same = is_same and before == (clock.carried, clock.inherited)
    if is_same and is_ended_alike and not (is_remeasured and clock.is_open):
        return
    if is_over:
        if clock.is_paused and run.suspensions and run.suspensions[-1].until == run.ended_at:
            _resume_at_the_end(story, works, run, clock)
        _end(story, works, run, clock)
        # It may have ended before its rules changed, by which it was measured up to now.
        if is_same and not (clock.is_breached or is_remeasured or works.has_rules_changed):
            return
    _move(story, works, run, clock, why)


def _resume_at_the_end(story: Story, works: Clockwork, run: Run, clock: Clock) -> None:
    """Tell that the pause lasted until the clock ended: whoever hears of the one hears of the other."""
    assert run.ended_at is not None
    after = works.moved(run, clock).model_copy(update={"ended_at": None, "outcome": None})
    if after.withdrawn == clock.withdrawn:
        facts = clock_facts(works, run, after, run.ended_at)
        why = "the pause lasted until the clock ended"
        moved = {"clock": after, "due_before": clock.due_at, "reason": why}
        story.tell(e.ClockResumed, at=run.ended_at, **facts, **moved)


def _drop(story: Story, works: Clockwork, clock: Clock, why: str) -> None:
    """Tell that a clock is no more: its rules have no such clock, or a late fact left nothing of its run."""
    if not works.has(clock.kind):
        if clock.is_open:
            story.tell(e.ClockCancelled, at=story.at, **_facts(clock, clock.carried, story.at))
        return
    at = clock.started_at
    if (clock.ended_at, clock.outcome) != (at, "cancelled"):
        story.tell(e.ClockCancelled, at=at, **_facts(clock, clock.carried, at))
    if clock.is_breached and BREACH not in clock.inherited:
        after = next(c for c in story.handoff.clocks if c.id == clock.id)
        after = after.model_copy(update={"fired": clock.inherited, "withdrawn": clock.withdrawn + 1})
        story.tell(
            e.BreachWithdrawn,
            clock=after,
            due_before=clock.due_at,
            reason=why,
            rung_id=breach_id(clock, story),
            breached_at=clock.due_at,
            **_facts(after, clock.carried, at),
        )


def _move(story: Story, works: Clockwork, run: Run, clock: Clock, why: str) -> None:
    after = works.moved(run, clock)
    now_known = next(c for c in story.handoff.clocks if c.id == clock.id)
    as_told = after
    if after.acknowledged_until is None:
        # An acknowledgement that has expired moves nothing.
        as_told = after.model_copy(update={"acknowledged_until": now_known.acknowledged_until})
    if after.withdrawn == clock.withdrawn and now_known == as_told:
        return
    facts = clock_facts(works, run, after, story.at) | {
        "clock": after,
        "due_before": clock.due_at,
        "reason": why,
    }
    if after.withdrawn > clock.withdrawn:
        assert clock.due_at is not None
        kept = after.outcome == "met" and after.ended_at is not None and clock.is_open
        event = e.MetLateDelivery if kept else e.BreachWithdrawn
        story.tell(event, rung_id=breach_id(clock, story), breached_at=clock.due_at, **facts)
    elif after.is_paused and not clock.is_paused:
        story.tell(e.ClockPaused, **facts)
    elif clock.is_paused and not after.is_paused and after.is_open:
        at = after.suspensions[-1].until or story.at if after.suspensions else story.at
        story.tell(e.ClockResumed, at=at, **facts | clock_facts(works, run, after, at))
    else:
        story.tell(e.ClockReprojected, **facts)
