"""What became of each clock, from what happened and when: the order of arrival has no part in it.

The marks of a handoff, in the order of their own times, go in; the runs of its clocks come out. Reopening,
pauses and their longest length are decided here, instants and rungs in `schedule`.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final, Literal

from orchestrator.domain.clocks.clock import CarriedClock, Suspension
from orchestrator.domain.clocks.moments import Facts, Moment, moments_of
from orchestrator.domain.clocks.occasions import PAUSED, RESUMED, Mark, Occasion
from orchestrator.domain.clocks.spec import ClockSpec

AUTOMATIC_RESUME: Final = "resume"
"""What is next for a clock that stands still and goes on by itself."""
_ENDINGS: Final = frozenset(
    {
        Occasion.ACCEPTED,
        Occasion.DECLINED,
        Occasion.RETURNED,
        Occasion.WITHDRAWN,
        Occasion.HANDED_ON,
        Occasion.COMPLETED,
    }
)


@dataclass(slots=True)
class Run:
    """One run of a clock, from its start to its end."""

    spec: ClockSpec
    generation: int
    team: str
    started_at: datetime
    ended_at: datetime | None = None
    outcome: Literal["met", "cancelled"] | None = None
    suspensions: tuple[Suspension, ...] = ()
    resumes_at: datetime | None = None
    """When its open suspension ends by itself."""
    earlier: list[Run] = field(default_factory=list)
    """The generations whose consumption counts too."""
    carried: CarriedClock | None = None

    def end(self, at: datetime, outcome: Literal["met", "cancelled"]) -> None:
        """End it."""
        self.ended_at, self.outcome = at, outcome


def runs(specs: Iterable[ClockSpec], facts: Facts, now: datetime) -> list[Run]:
    """Return every run of the clocks, by clock and generation; `now` decides which pauses have ended."""
    moments = list(moments_of(facts))
    has_pauses = any(mark.what == PAUSED for mark in facts.marks)
    found: list[Run] = []
    for spec in specs:
        of_spec = _runs(spec, moments, facts)
        for run in of_spec:
            if has_pauses or run.carried is not None:
                _suspend(run, facts, now)
        found += of_spec
    return found


def _runs(spec: ClockSpec, moments: list[Moment], facts: Facts) -> list[Run]:
    found: list[Run] = []
    receiver = facts.sending_team
    if spec.owes == "receiving":
        receiver = next(
            (each.team for each in moments if each.what is Occasion.OFFERED and each.team), receiver
        )
    run: Run | None = None
    for at, what, offered_to, is_automatic in moments:
        if what is Occasion.OFFERED and offered_to is not None:
            if run is not None and spec.owes == "receiving" and run.team != offered_to:
                run.end(at, "cancelled")  # a team never inherits a clock that another has burnt
                run = None
            receiver = offered_to
        is_reset = False
        if run is not None:
            outcome, is_reset = _ends(spec, what, is_automatic)
            if outcome is not None:
                run.end(at, outcome)
                run = None
        if run is None and (is_reset or what in spec.starts):
            team = facts.sending_team if spec.owes == "sending" else receiver
            run = _start(spec, at, team, found, facts, is_reset=is_reset)
            if run is not None:
                found.append(run)
    return found


def _ends(
    spec: ClockSpec, what: Occasion, is_automatic: bool
) -> tuple[Literal["met", "cancelled"] | None, bool]:
    """Return how `what` ends an open run, and whether a new one starts with it."""
    if what in spec.stops:
        if not is_automatic:
            return "met", False
        # What the system did is never the team's action; where nothing is left to do, the promise lapses.
        return ("cancelled", False) if what in _ENDINGS else (None, False)
    if what in spec.resets and not is_automatic:
        return "met", True
    return ("cancelled", False) if what in spec.cancels else (None, False)


def _start(
    spec: ClockSpec, at: datetime, team: str, before: list[Run], facts: Facts, *, is_reset: bool
) -> Run | None:
    own = [each for each in before if each.team == team or spec.owes == "all"]
    if own and spec.reopening == "first" and not is_reset:
        return None
    carried = facts.carried if spec.owes == "all" and not before else None
    run = Run(
        spec=spec,
        generation=len(before) + 1 + (carried.generation if carried else 0),
        team=team,
        started_at=carried.opened_at if carried else at,
        carried=carried,
    )
    if before:
        run.generation = before[-1].generation + 1
        if own and spec.reopening == "total" and not is_reset:
            # Only what the same team consumed: none pays for another.
            run.earlier = [*own[-1].earlier, own[-1]]
    return run


def _suspend(run: Run, facts: Facts, now: datetime) -> None:
    """Give the run the times at which its team paused, as far as they lie within it."""
    teams = {run.team} if run.spec.owes != "all" else {m.team for m in facts.marks if m.what == PAUSED}
    spans = _carried(facts) if run.carried else []
    ends: list[datetime | None] = []
    for team in sorted(filter(None, teams)):
        more, end = _pauses(run.spec, team, facts, now)
        spans += more
        if more and more[-1].until is None:
            ends.append(end)
    run.suspensions = _within(run, spans)
    if run.suspensions and run.suspensions[-1].until is None:
        # It goes on when the last of the teams does.
        run.resumes_at = None if None in ends else max(filter(None, ends), default=None)


def _carried(facts: Facts) -> list[Suspension]:
    """Return the pauses of earlier handoffs of the case: none of them lasts longer than its handoff."""
    assert facts.carried is not None
    requested_at = next(mark.at for mark in facts.marks if mark.what == Occasion.REQUESTED)
    return [
        span if span.until is not None else span.model_copy(update={"until": requested_at})
        for span in facts.carried.suspensions
    ]


def ends_pause(mark: Mark, team: str | None, sending_team: str) -> bool:
    """Whether a pause of `team` ends with `mark`: it goes on, has or loses the work, or nobody has it."""
    if mark.what in (RESUMED, Occasion.ACCEPTED):
        return mark.team == team
    if mark.what == Occasion.OFFERED:
        return team not in (mark.team, sending_team)
    return mark.what in _ENDINGS


def _pauses(
    spec: ClockSpec, team: str, facts: Facts, now: datetime
) -> tuple[list[Suspension], datetime | None]:
    """Return the pauses of a team that this clock takes, and when the last one ends by itself."""
    spans: list[Suspension] = []
    since: Mark | None = None
    for mark in facts.marks:
        if mark.what == PAUSED and mark.team == team:
            if since is not None and (end := _longest(spec, since)) is not None and end <= mark.at:
                spans.append(_suspension(since, end))
                since = None
            if since is None and (spec.pauses is None or mark.detail in spec.pauses):
                since = mark
        elif since is not None and ends_pause(mark, team, facts.sending_team):
            end = _longest(spec, since)
            spans.append(_suspension(since, mark.at if end is None else min(mark.at, end)))
            since = None
    if since is None:
        return spans, None
    end = _longest(spec, since)
    spans.append(_suspension(since, end if end is not None and end <= now else None))
    return spans, end


def _longest(spec: ClockSpec, pause: Mark) -> datetime | None:
    ends = [pause.until, pause.at + spec.longest_pause if spec.longest_pause else None]
    return min(filter(None, ends), default=None)


def _suspension(pause: Mark, until: datetime | None) -> Suspension:
    return Suspension(since=pause.at, until=until, reason=pause.detail or "", actor=pause.actor or "")


def _within(run: Run, spans: list[Suspension]) -> tuple[Suspension, ...]:
    """Cut the spans to the run, in order, those of different teams that overlap joined into one."""
    cut: list[Suspension] = []
    for span in sorted(spans, key=lambda each: each.since):
        since = max(span.since, run.started_at)
        until = span.until
        if run.ended_at is not None:
            until = run.ended_at if until is None else min(until, run.ended_at)
        if until is not None and until <= since:
            continue
        if cut and ((last := cut[-1].until) is None or since < last):
            until = max(last, until) if last is not None and until is not None else None
            cut[-1] = cut[-1].model_copy(update={"until": until})
        elif since == span.since and until == span.until:
            cut.append(span)
        else:
            cut.append(span.model_copy(update={"since": since, "until": until}))
    return tuple(cut)
