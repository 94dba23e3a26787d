"""Where each rung of a run stands, and how its instant is computed."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from orchestrator.domain import events as e
from orchestrator.domain.calendars.working_spans import working_spans
from orchestrator.domain.clocks.clock import Clock
from orchestrator.domain.clocks.ladder import climb
from orchestrator.domain.clocks.schedule import Keeper, Next, Spans, Step
from orchestrator.domain.clocks.spec import Rung
from orchestrator.domain.clocks.timeline import Run
from orchestrator.domain.explanation.explained_clock import Firing, RungState, RungStory
from orchestrator.domain.explanation.telling import Telling

_LAST = Rung(name="", effect="raise-priority", before=timedelta(days=-1_000_000))
"""A step that can always be taken, after all others: it knows of those that were skipped before it."""


def rung_stories(
    telling: Telling,
    run: Run,
    clock: Clock | None,
    told: Sequence[e.ClockEvent],
    plain: Keeper,
    acknowledged: Spans,
) -> tuple[RungStory, ...]:
    """Return the rungs of a run in the order in which they are reached."""
    fired = clock.fired if clock is not None else ()
    timing, steps = telling.works.timing(run), telling.works.steps(run)
    next_ = telling.works.next(run, fired)
    still = [(each.since, each.until) for each in run.suspensions]
    stories: list[RungStory] = []
    for step in steps:
        rung, instant = step.rung, timing.instant(step, run.spec.budget)
        due = timing.reach(run.spec.budget)
        holes = [*still, *_after(due, acknowledged)] if rung.is_ladder else still
        firings = tuple(_firings(told, rung.name))
        goes_on = step.offset > timing.carried and instant is not None
        stories.append(
            RungStory(
                name=rung.name,
                effect=rung.effect,
                to=rung.to,
                loop=rung.loop,
                share=rung.share,
                before=rung.before,
                moved_up=rung.offset(run.spec.budget) - step.offset,
                offset=step.offset,
                instant=instant,
                spans=working_spans(plain, run.started_at, instant, holes) if goes_on and instant else (),
                state=_state(telling, run, step, instant, clock, told, next_),
                firings=firings,
            )
        )
    return tuple(stories)


def skipped_steps(telling: Telling, run: Run) -> tuple[str, ...]:
    """Return the steps of the ladder that nobody can take, each with the reason."""
    if not any(rung.is_ladder for rung in run.spec.rungs):
        return ()
    teams = telling.policy.rules_of(telling.handoff.policy_version).teams
    spec = run.spec.model_copy(update={"rungs": (*run.spec.rungs, _LAST)})
    steps = climb(spec, teams.get(run.team), telling.handoff.is_bounced)
    return tuple(why for step in steps for why in step.skipped)


def _after(due: datetime | None, spans: Spans) -> list[tuple[datetime, datetime | None]]:
    if due is None:
        return []
    return [(max(since, due), until) for since, until in spans if until is None or until > due]


def _firings(told: Sequence[e.ClockEvent], rung: str) -> list[Firing]:
    """Return each time a rung fired; when a breach is taken back, so is its ladder."""
    firings: list[Firing] = []
    is_late = False
    for event in told:
        if isinstance(event, e.RungFired) and event.rung == rung:
            is_late = not isinstance(event, e.ClockWarned)
            firings.append(Firing(at=event.at, noticed_at=event.fired_at))
        elif isinstance(event, e.BreachUndone) and firings and is_late and firings[-1].withdrawn is None:
            firings[-1] = firings[-1].model_copy(update={"withdrawn": event.reason})
    return firings


def _state(
    telling: Telling,
    run: Run,
    step: Step,
    instant: datetime | None,
    clock: Clock | None,
    told: Sequence[e.ClockEvent],
    next_: Next,
) -> RungState:
    name = step.rung.name
    firings = _firings(told, name)
    is_after_end = run.ended_at is not None and instant is not None and instant >= run.ended_at
    if clock is not None and name in clock.fired:
        if any(each.withdrawn is None for each in firings):
            return RungState.FIRED
        if name in clock.inherited:
            return RungState.BEFORE
        return RungState.NEVER if is_after_end else RungState.DROPPED
    if instant is None:
        return RungState.HELD
    if is_after_end:
        return RungState.WITHDRAWN if firings else RungState.NEVER
    if instant <= telling.now:
        return RungState.DUE
    return RungState.NEXT if next_.rung == name else RungState.TO_COME
