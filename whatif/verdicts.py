"""What became of the clocks of one handoff, each evaluated once from what happened.

The same functions as in the live desk decide it: `timeline.runs`, `schedule.Timing`, `ladder.climb`.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Final, NamedTuple
from uuid import UUID

from orchestrator.domain.clocks.clock import Clock
from orchestrator.domain.clocks.moments import Facts
from orchestrator.domain.clocks.occasions import ACKNOWLEDGED
from orchestrator.domain.clocks.schedule import Spans, Step, Timing
from orchestrator.domain.clocks.spec import BREACH, WARN, Rung
from orchestrator.domain.clocks.timeline import Run, runs
from orchestrator.domain.handoff import Handoff
from whatif.book import Book

_BLANK: Final = Clock(
    id=UUID(int=0),
    kind="",
    team="",
    generation=1,
    budget=timedelta(seconds=1),
    calendar="",
    started_at=datetime.min.replace(tzinfo=UTC),
)


class Reached(NamedTuple):
    """A step of a ladder that was taken."""

    rung: Rung
    at: datetime


class Verdict(NamedTuple):
    """What became of one run of a clock."""

    run: Run
    timing: Timing
    fired: tuple[str, ...]
    """Names of its rungs that have fired, were past when it started, or fired in what it goes on from."""
    warned: int
    """How many warnings fired in this run."""
    ladder: tuple[Reached, ...]
    """The steps taken after its breach."""
    over: timedelta | None
    """How much more than its budget was used when it ended, or up to now, on its own calendar; None where it
    was not breached in this run."""

    @property
    def due_at(self) -> datetime | None:
        """When its budget is used up; None where a pause that came before it is still open."""
        return self.timing.reach(self.run.spec.budget)

    @property
    def key(self) -> tuple[str, int]:
        """What names the run within its handoff."""
        return self.run.spec.kind, self.run.generation

    @property
    def is_breached(self) -> bool:
        """Whether a breach stands, be it of this run or of one that it goes on from."""
        return BREACH in self.fired


def runs_of(handoff: Handoff, book: Book, now: datetime) -> list[Run]:
    """Return every run of every clock, as far as things are known at `now`."""
    facts = Facts(
        handoff.marks,
        handoff.sending_team,
        frozenset(handoff.required),
        frozenset(handoff.brought),
        handoff.carried,
    )
    return runs(book.specs(handoff.kind, handoff.clock_policy), facts, now)


def verdicts_of(handoff: Handoff, book: Book, now: datetime) -> list[Verdict]:
    """Return a verdict on each run of each clock, as things stand at `now`.

    Raises:
        Refused: `clock-cannot-be-armed`.
        ValueError: a calendar has not so much working time.
    """
    is_acknowledged = any(mark.what == ACKNOWLEDGED for mark in handoff.marks)
    found: list[Verdict] = []
    fired_of: dict[int, tuple[str, ...]] = {}
    for run in runs_of(handoff, book, now):
        spec = run.spec
        spans = _acknowledged(handoff, run) if is_acknowledged else ()
        keeper, steps = book.measure(spec, run.team, handoff.is_bounced)
        timing = Timing(run, keeper, spans)
        if run.carried is not None:
            fired, since = run.carried.fired, handoff.requested_at
        else:
            fired = fired_of[id(run.earlier[-1])] if run.earlier else ()
            since = run.started_at
        verdict = _judge(run, timing, steps, fired, since, now)
        fired_of[id(run)] = verdict.fired
        found.append(verdict)
    return found


def clocks_of(handoff: Handoff, book: Book, now: datetime) -> tuple[Clock, ...]:
    """Return the clocks as those who ask what a team owes have to see them: without instants."""
    return tuple(clock_of(handoff, run, ()) for run in runs_of(handoff, book, now))


def clock_of(handoff: Handoff, run: Run, fired: tuple[str, ...], carried: timedelta = timedelta()) -> Clock:
    """Return the clock of a run; it tells of no instant."""
    return _BLANK.model_copy(
        update={
            "id": handoff.id,
            "kind": run.spec.kind,
            "team": run.team,
            "generation": run.generation,
            "is_shared": run.spec.owes == "all",
            "started_at": run.started_at,
            "ended_at": run.ended_at,
            "outcome": run.outcome,
            "suspensions": run.suspensions,
            "fired": fired,
            "carried": carried,
        }
    )


def _acknowledged(handoff: Handoff, run: Run) -> Spans:
    return [
        (mark.at, mark.until)
        for mark in handoff.marks
        if mark.what == ACKNOWLEDGED
        and run.spec.kind in (mark.detail or "").split(",")
        and mark.at >= run.started_at
        and (run.ended_at is None or mark.at < run.ended_at)
    ]


def _judge(
    run: Run, timing: Timing, steps: Sequence[Step], fired: tuple[str, ...], since: datetime, now: datetime
) -> Verdict:
    """Return the verdict on a run that came to light at `since`, before which `fired` had fired.

    Warnings that were past by then are dropped, a breach never is.
    """
    budget = run.spec.budget
    end = run.ended_at if run.ended_at is not None and run.ended_at <= now else None
    is_fresh = run.carried is None and not timing.carried
    if is_fresh and (not steps or (end or now) - run.started_at < steps[0].offset):
        # No calendar has more working time than passes: nothing was reached, whatever it says.
        return Verdict(run, timing, fired, 0, (), None)
    used = timing.consumed_at(end or now)
    used_before = timing.carried if run.carried is None else timing.consumed_at(since)
    told: list[str] = list(fired)
    ladder: list[Reached] = []
    over: timedelta | None = None
    warned = 0
    is_before_breach = True
    for step in steps:
        rung, offset = step.rung, step.offset
        is_before_breach = is_before_breach and rung.effect == WARN
        if rung.name in fired:
            continue
        if is_before_breach and used_before >= offset and _is_past(timing, step, since):
            told.append(rung.name)
            continue
        if rung.is_ladder:
            at = timing.instant(step, budget)
            if at is None or at > now or (end is not None and at >= end):
                break
            ladder.append(Reached(rung, at))
        elif used < offset or not _is_reached(timing, step, used, end, now):
            break
        elif rung.effect == BREACH:
            over = used - budget
        else:
            warned += 1
        told.append(rung.name)
    return Verdict(run, timing, tuple(told), warned, tuple(ladder), over)


def _is_past(timing: Timing, step: Step, since: datetime) -> bool:
    """Whether a warning was past when its run came to light."""
    at = timing.reach(step.offset)
    return at is not None and at <= since


def _is_reached(timing: Timing, step: Step, used: timedelta, end: datetime | None, now: datetime) -> bool:
    """Whether a rung was reached: what was used says so more cheaply than an instant, but for a draw."""
    if used > step.offset > timing.carried:
        return True
    at = timing.reach(step.offset)
    return at is not None and at <= now and (end is None or at < end)
