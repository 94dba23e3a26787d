"""When each rung of a run is reached, and how much of its budget is used: only here is time measured."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import NamedTuple, Protocol

from orchestrator.domain.clocks.spec import Rung
from orchestrator.domain.clocks.timeline import AUTOMATIC_RESUME, Run

_NOTHING = timedelta()
Spans = Sequence[tuple[datetime, datetime | None]]


class Keeper(Protocol):
    """Measures working time: a calendar, or several of them one after the other."""

    def add(self, start: datetime, working: timedelta) -> datetime:
        """Return the instant by which `working` has passed since `start`."""
        ...

    def between(self, start: datetime, end: datetime) -> timedelta:
        """Return the working time from `start` to `end`."""
        ...


class ElapsedTime:
    """Time as it passes."""

    def add(self, start: datetime, working: timedelta) -> datetime:
        """Return the instant by which `working` has passed since `start`."""
        return start + working

    def between(self, start: datetime, end: datetime) -> timedelta:
        """Return the time from `start` to `end`."""
        return end - start


class CalendarsInTurn:
    """A keeper whose calendar changed at certain instants: each time is measured by the one of its day."""

    def __init__(self, first: Keeper, later: Sequence[tuple[datetime, Keeper]]) -> None:
        self._keepers = [first, *(keeper for _, keeper in later)]
        self._changes = [at for at, _ in later]

    def add(self, start: datetime, working: timedelta) -> datetime:
        """Return the instant by which `working` has passed since `start`."""
        for keeper, change in zip(self._keepers, self._changes, strict=False):
            if change <= start:
                continue
            here = keeper.between(start, change)
            # No working time at all may lead to an opening that the calendar had only before the change.
            if working <= here and (reached := keeper.add(start, working)) <= change:
                return reached
            working -= here
            start = change
        return self._keepers[-1].add(start, working)

    def between(self, start: datetime, end: datetime) -> timedelta:
        """Return the working time from `start` to `end`."""
        total = _NOTHING
        for keeper, change in zip(self._keepers, self._changes, strict=False):
            if change <= start:
                continue
            total += keeper.between(start, min(change, end))
            if end <= change:
                return total
            start = change
        return total + self._keepers[-1].between(start, end)


class Step(NamedTuple):
    """A rung at the consumed time at which it is reached, and the steps before it that nobody could take."""

    offset: timedelta
    rung: Rung
    skipped: tuple[str, ...] = ()


class Next(NamedTuple):
    """What comes next on a clock."""

    rung: str | None = None
    at: datetime | None = None
    skipped: tuple[str, ...] = ()


class Timing:
    """The instants of one run."""

    def __init__(self, run: Run, keeper: Keeper, acknowledged: Spans = ()) -> None:
        self._run = run
        self._keeper = keeper
        self._still: Spans = [(s.since, s.until) for s in run.suspensions] if run.suspensions else ()
        self._acknowledged = acknowledged
        self.carried = run.carried.consumed if run.carried is not None else _NOTHING
        if run.earlier:
            last = run.earlier[-1]  # which carries what was consumed before it
            self.carried = Timing(last, keeper).consumed_at(last.ended_at)

    def consumed_at(self, now: datetime | None) -> timedelta:
        """Return how much of the budget this run and those it goes on from have used up to `now`."""
        run = self._run
        end = run.ended_at if now is None or (run.ended_at and run.ended_at < now) else now
        assert end is not None
        if end <= run.started_at:
            return self.carried
        used = self._keeper.between(run.started_at, end)
        for since, until in self._still:
            if since < end:
                used -= self._keeper.between(since, end if until is None else min(until, end))
        return self.carried + used

    def reach(self, offset: timedelta) -> datetime | None:
        """Return when so much is consumed; None while a pause that came before it is open."""
        return self._reach(self._run.started_at, max(_NOTHING, offset - self.carried), self._still)

    def instant(self, step: Step, budget: timedelta) -> datetime | None:
        """Return when a rung is reached; acknowledgements hold up what comes after the breach."""
        if not self._acknowledged or step.offset <= budget or not step.rung.is_ladder:
            return self.reach(step.offset)
        due = self.reach(budget)
        if due is None:
            return None
        still = _joined([*self._still, *self._acknowledged], after=due)
        return self._reach(due, max(_NOTHING, step.offset - max(budget, self.carried)), still)

    def acknowledged_until(self, now: datetime) -> datetime | None:
        """Return until when an acknowledgement that has not expired at `now` holds the ladder up."""
        if not self._acknowledged:
            return None
        return max((until for _, until in self._acknowledged if until and until > now), default=None)

    def next(self, steps: Sequence[Step], fired: Sequence[str], budget: timedelta) -> Next:
        """Return the first rung of `steps`, which are in order, that has not fired and can be reached.

        A warning that was reached before a pause and is not told yet waits: nobody is warned of a clock that
        stands still.
        """
        run = self._run
        is_still = bool(run.suspensions) and run.suspensions[-1].until is None
        for step in steps:
            if step.rung.name in fired:
                continue
            at = self.instant(step, budget)
            if at is None or (is_still and self.reach(budget) is None):
                return Next(AUTOMATIC_RESUME, run.resumes_at) if run.resumes_at else Next()
            if run.ended_at is not None and at >= run.ended_at:
                return Next()
            return Next(step.rung.name, at, step.skipped)
        # All have fired, and what stands still goes on and says so none the less.
        return Next(AUTOMATIC_RESUME, run.resumes_at) if run.resumes_at else Next()

    def _reach(self, at: datetime, left: timedelta, still: Spans) -> datetime | None:
        for since, until in still:
            if until is not None and until <= at:
                continue
            reached = self._keeper.add(at, left)
            if reached < since:
                return reached
            if since > at:
                left -= self._keeper.between(at, since)
            if until is None:
                return None
            at = until
        return self._keeper.add(at, left)


def _joined(spans: Spans, *, after: datetime) -> Spans:
    """Return the parts of `spans` after an instant, in order, those that overlap as one."""
    joined: list[tuple[datetime, datetime | None]] = []
    for since, until in sorted(spans, key=lambda span: span[0]):
        if until is not None and until <= after:
            continue
        since = max(since, after)
        if joined and ((last := joined[-1][1]) is None or since <= last):
            until = max(last, until) if last is not None and until is not None else None
            since = joined.pop()[0]
        joined.append((since, until))
    return joined
