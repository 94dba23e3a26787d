"""Why one run of a clock is where it is: what started and ended it, and how its budget was used."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from typing import Literal
from zoneinfo import ZoneInfo

from orchestrator.domain import events as e
from orchestrator.domain import identity
from orchestrator.domain.calendars.words import exceptions, week_in_words
from orchestrator.domain.clocks.clock import Clock, ClockState, Suspension
from orchestrator.domain.clocks.occasions import ACKNOWLEDGED, PAUSED, Mark
from orchestrator.domain.clocks.schedule import Keeper, Timing
from orchestrator.domain.clocks.spec import BREACH
from orchestrator.domain.clocks.timeline import Run, ends_pause
from orchestrator.domain.explanation.explained_clock import (
    Acknowledgement,
    CalendarInForce,
    ClockStory,
    Moved,
    RungStory,
    Still,
    Used,
)
from orchestrator.domain.explanation.rungs import rung_stories, skipped_steps
from orchestrator.domain.explanation.telling import Telling, calendars, working_time

_NOTHING = timedelta()


def clock_story(telling: Telling, run: Run) -> ClockStory:
    """Return why a run is where it is."""
    handoff, works, now = telling.handoff, telling.works, telling.now
    key = run.spec.kind, run.generation
    clock = next((c for c in handoff.clocks if (c.kind, c.generation) == key), None)
    told = list(telling.journal.of_clock(identity.clock_id(handoff.id, *key)))
    timing, plain = works.timing(run), working_time(telling, run)
    acknowledged = tuple(_acknowledged(telling, run))
    rungs = rung_stories(telling, run, clock, told, plain, [(a.since, a.until) for a in acknowledged])
    consumed = timing.consumed_at(now)
    due = timing.reach(run.spec.budget)
    return ClockStory(
        kind=run.spec.kind,
        generation=run.generation,
        team=run.team,
        is_shared=run.spec.owes == "all",
        state=_state(run, clock),
        budget=run.spec.budget,
        carried=timing.carried,
        consumed=consumed,
        left=run.spec.budget - consumed,
        due_at=due,
        calendars=tuple(_calendars(telling, run, _latest(run, rungs, now))),
        started=telling.journal.start_of(run),
        ended=telling.journal.end_of(run),
        outcome=run.outcome,
        stood_still=tuple(_still(telling, run, each, plain) for each in run.suspensions),
        acknowledged=acknowledged,
        rungs=rungs,
        skipped=skipped_steps(telling, run),
        moved=tuple(_moved(told)),
        used_by=tuple(_used_by(timing, run, telling)) if run.spec.owes == "all" else (),
    )


def _state(run: Run, clock: Clock | None) -> ClockState:
    if clock is not None and BREACH in clock.fired:
        return ClockState.BREACHED
    if run.outcome is not None:
        return ClockState(run.outcome)
    is_still = bool(run.suspensions) and run.suspensions[-1].until is None
    return ClockState.PAUSED if is_still else ClockState.RUNNING


def _still(telling: Telling, run: Run, each: Suspension, plain: Keeper) -> Still:
    until = each.until or telling.now
    pause = _pause_of(telling, run, each)
    return Still(
        since=each.since,
        until=each.until,
        resumes_at=run.resumes_at if each.until is None else None,
        why=each.reason,
        by=(telling.journal.who(pause) if pause is not None else None) or each.actor,
        ended_by=_ended_by(telling, run, each, pause),
        lasted=until - each.since,
        working=plain.between(each.since, until),
    )


def _pause_of(telling: Telling, run: Run, each: Suspension) -> Mark | None:
    """Return the newest pause before a suspension; None when it was carried from an earlier handoff."""
    pauses = [
        mark
        for mark in telling.handoff.marks
        if mark.what == PAUSED
        and mark.at <= each.since
        and mark.detail == each.reason
        and (run.spec.owes == "all" or mark.team == run.team)
    ]
    return pauses[-1] if pauses else None


def _ended_by(telling: Telling, run: Run, each: Suspension, pause: Mark | None) -> str | None:
    if each.until is None:
        return None
    handoff = telling.handoff
    team = pause.team if pause is not None else run.team
    for mark in handoff.marks:
        if mark.at == each.until and ends_pause(mark, team, handoff.sending_team):
            return mark.what
    return "end" if each.until == run.ended_at else "itself"


def _acknowledged(telling: Telling, run: Run) -> Iterator[Acknowledgement]:
    for mark in telling.handoff.marks:
        if mark.what != ACKNOWLEDGED or run.spec.kind not in (mark.detail or "").split(","):
            continue
        is_within = run.ended_at is None or mark.at < run.ended_at
        if mark.at >= run.started_at and is_within and mark.until is not None:
            event = telling.journal.event_of(mark)
            note = event.note if isinstance(event, e.Acknowledged) else None
            by = telling.journal.who(mark) or ""
            yield Acknowledgement(since=mark.at, until=mark.until, by=by, note=note)


def _latest(run: Run, rungs: Sequence[RungStory], now: datetime) -> datetime:
    if run.ended_at is not None:
        return run.ended_at
    return max([now, *(rung.instant for rung in rungs if rung.instant is not None)])


def _calendars(telling: Telling, run: Run, until: datetime) -> Iterator[CalendarInForce]:
    for since, calendar in calendars(telling, run):
        if since is None or since < until:
            zone = ZoneInfo(calendar.zone)
            first, last = (at.astimezone(zone).date() for at in (run.started_at, until))
            yield CalendarInForce(
                since=since,
                name=calendar.name,
                zone=calendar.zone,
                week=week_in_words(calendar),
                exceptions=exceptions(calendar, first, last),
            )


def _moved(told: Sequence[e.ClockEvent]) -> Iterator[Moved]:
    for event in told:
        what: Literal["reprojected", "breach-withdrawn", "met-late-delivery"]
        match event:
            case e.ClockReprojected():
                what = "reprojected"
            case e.BreachWithdrawn():
                what = "breach-withdrawn"
            case e.MetLateDelivery():
                what = "met-late-delivery"
            case _:
                continue
        yield Moved(
            at=event.at,
            what=what,
            due_before=event.due_before,
            due_after=event.clock.due_at,
            why=event.reason,
        )


def _used_by(timing: Timing, run: Run, telling: Telling) -> Iterator[Used]:
    """Return whose time a clock that all teams owe has used, second by second."""
    used: dict[str | None, timedelta] = {}
    for hold in telling.holds:
        until = min(hold.until or telling.now, telling.now)
        if until > run.started_at:
            span = timing.consumed_at(until) - timing.consumed_at(max(hold.since, run.started_at))
            used[hold.team] = used.get(hold.team, _NOTHING) + span
    used[None] = timing.consumed_at(telling.now) - timing.carried - sum(used.values(), _NOTHING)
    return (Used(team=team, consumed=consumed) for team, consumed in used.items() if consumed)
