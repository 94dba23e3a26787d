"""The clocks of one handoff under its rules: what happened, measured."""

from __future__ import annotations

from datetime import datetime

from orchestrator.domain import identity
from orchestrator.domain.clocks.clock import Clock
from orchestrator.domain.clocks.ladder import climb
from orchestrator.domain.clocks.moments import Facts
from orchestrator.domain.clocks.occasions import ACKNOWLEDGED, RULES_CHANGED
from orchestrator.domain.clocks.schedule import (
    CalendarsInTurn,
    ElapsedTime,
    Keeper,
    Next,
    Spans,
    Step,
    Timing,
)
from orchestrator.domain.clocks.spec import BREACH, ELAPSED_TIME, WARN, ClockSpec
from orchestrator.domain.clocks.timeline import Run, runs
from orchestrator.domain.errors import Refused
from orchestrator.domain.handoff import Handoff
from orchestrator.domain.policy import Policy, Rules

_ELAPSED = ElapsedTime()


class Clockwork:
    """Derives clocks from the marks of a handoff, as far as they are known at `now`."""

    def __init__(self, handoff: Handoff, policy: Policy, now: datetime) -> None:
        self._handoff = handoff
        self._policy = policy
        self._rules = policy.rules_of(handoff.policy_version)
        self._now = now
        self._timings: dict[tuple[str, int], Timing] = {}
        self.has_rules_changed = any(mark.what == RULES_CHANGED for mark in handoff.marks)
        self._specs = self._rules.kinds[handoff.kind].clocks_of(handoff.clock_policy)

    def runs(self) -> list[Run]:
        """Return every run of every clock."""
        handoff = self._handoff
        facts = Facts(
            handoff.marks,
            handoff.sending_team,
            frozenset(handoff.required),
            frozenset(handoff.brought),
            handoff.carried,
        )
        found = runs(self._specs, facts, self._now)
        return [run for run in found if self._was_promised(run)] if self.has_rules_changed else found

    def require_calendars(self) -> None:
        """Make sure that every clock can run, also one that starts only later.

        Raises:
            Refused: `clock-cannot-be-armed`.
        """
        teams = {"sending": self._handoff.sending_team, "receiving": self._handoff.receiving_team}
        for spec in self._specs:
            for team in teams.values() if spec.owes == "all" else (teams[spec.owes],):
                self._calendar(self._rules, spec, team)

    def has(self, kind: str) -> bool:
        """Whether there is such a clock under the rules of now."""
        return any(spec.kind == kind for spec in self._specs)

    def run_of(self, clock: Clock) -> Run | None:
        """Return the run that `clock` tells of; None when its rules have no such clock any more."""
        key = clock.kind, clock.generation
        return next((run for run in self.runs() if (run.spec.kind, run.generation) == key), None)

    def timing(self, run: Run) -> Timing:
        """Return the instants of a run.

        Raises:
            Refused: `clock-cannot-be-armed`.
        """
        key = run.spec.kind, run.generation
        known = self._timings.get(key)
        if known is None:
            keeper = self._keeper(run.spec, run.team)
            known = self._timings[key] = Timing(run, keeper, self._acknowledged(run))
        return known

    def steps(self, run: Run) -> tuple[Step, ...]:
        """Return the rungs of a run, in the order in which they are reached."""
        return climb(run.spec, self._rules.teams.get(run.team), self._handoff.is_bounced)

    def step(self, run: Run, rung: str) -> Step:
        """Return a rung of a run by its name."""
        return next(step for step in self.steps(run) if step.rung.name == rung)

    def next(self, run: Run, fired: tuple[str, ...]) -> Next:
        """Return what comes next on a run of which these rungs have fired."""
        return self.timing(run).next(self.steps(run), fired, run.spec.budget)

    def activate(self, run: Run) -> Clock:
        """Return the clock of a run that nobody has heard of yet.

        Warnings whose instant is past are dropped; a breach never is.
        """
        timing, steps, budget = self.timing(run), self.steps(run), run.spec.budget
        fired = inherited = self.inherited(run)
        for step in steps:
            instant = timing.instant(step, budget)
            if step.rung.effect != WARN or instant is None or instant > self._now:
                break
            if step.rung.name not in fired:
                fired = (*fired, step.rung.name)
        return self._clock(run, timing, steps, fired, inherited, 0)

    def moved(self, run: Run, clock: Clock) -> Clock:
        """Return `clock` as its run is now; a breach that does not stand is undone with its ladder."""
        timing, steps, inherited = self.timing(run), self.steps(run), self.inherited(run)
        own = [name for name in clock.fired if name not in clock.inherited]
        fired = tuple(dict.fromkeys((*inherited, *own)))
        after = self._clock(run, timing, steps, fired, inherited, clock.withdrawn)
        if BREACH not in own or self._stands(after):
            return after
        undone = {BREACH, *(rung.name for rung in run.spec.rungs if rung.is_ladder)}.difference(inherited)
        fired = tuple(name for name in fired if name not in undone)
        return self._clock(run, timing, steps, fired, inherited, clock.withdrawn + 1)

    def inherited(self, run: Run) -> tuple[str, ...]:
        """Return the rungs that were reached before the run, in those from which it goes on."""
        if run.carried is not None:
            return run.carried.fired
        if not run.earlier:
            return ()
        last = run.earlier[-1]
        budget = last.spec.budget
        timing = self.timing(last)
        reached = [
            step.rung.name for step in self.steps(last) if _is_within(last, timing.instant(step, budget))
        ]
        return tuple(dict.fromkeys((*self.inherited(last), *reached)))

    def _stands(self, clock: Clock) -> bool:
        if clock.due_at is None:
            return False
        return clock.due_at < clock.ended_at if clock.ended_at is not None else clock.due_at <= self._now

    def _clock(
        self,
        run: Run,
        timing: Timing,
        steps: tuple[Step, ...],
        fired: tuple[str, ...],
        inherited: tuple[str, ...],
        withdrawn: int,
    ) -> Clock:
        spec = run.spec
        try:
            due_at, next_ = timing.reach(spec.budget), timing.next(steps, fired, spec.budget)
        except ValueError as error:
            raise Refused("clock-cannot-be-armed", f"the clock {spec.kind!r} cannot run: {error}") from error
        return Clock(
            id=identity.clock_id(self._handoff.id, spec.kind, run.generation),
            kind=spec.kind,
            team=run.team,
            generation=run.generation,
            budget=spec.budget,
            calendar=self._rules.calendar_name(spec, run.team),
            is_shared=spec.owes == "all",
            started_at=run.started_at,
            carried=timing.carried,
            fired=fired,
            inherited=inherited,
            withdrawn=withdrawn,
            suspensions=run.suspensions,
            acknowledged_until=timing.acknowledged_until(self._now),
            ended_at=run.ended_at,
            outcome=run.outcome,
            due_at=due_at,
            next_rung=next_.rung,
            next_at=next_.at,
        )

    def _clock_of(self, run: Run) -> Clock | None:
        key = run.spec.kind, run.generation
        return next((c for c in self._handoff.clocks if (c.kind, c.generation) == key), None)

    def _acknowledged(self, run: Run) -> Spans:
        return [
            (mark.at, mark.until)
            for mark in self._handoff.marks
            if mark.what == ACKNOWLEDGED
            and run.spec.kind in (mark.detail or "").split(",")
            and mark.at >= run.started_at
            and (run.ended_at is None or mark.at < run.ended_at)
        ]

    def _was_promised(self, run: Run) -> bool:
        """Whether a run that is over was promised by the rules of its time, by which it is measured then."""
        if run.ended_at is None:
            return True
        handoff = self._handoff
        version, policy = handoff.first_version, handoff.first_clock_policy
        for mark in handoff.marks:
            if mark.what == RULES_CHANGED and mark.policy is not None and mark.at < run.ended_at:
                version, policy = mark.detail or "", mark.policy
        promised = self._policy.kind_of(handoff.kind, version).clock(run.spec.kind, policy)
        if promised is None:
            return False
        run.spec = promised
        return True

    def _keeper(self, spec: ClockSpec, team: str) -> Keeper:
        if not self.has_rules_changed:
            return self._calendar(self._rules, spec, team)
        handoff, rules_of = self._handoff, self._policy.rules_of
        rules = rules_of(handoff.first_version)
        # What was consumed was consumed on the calendar that the clock had at that time.
        then = rules.kinds[handoff.kind].clock(spec.kind, handoff.first_clock_policy) or spec
        first, changes = self._calendar(rules, then, team), []
        for mark in handoff.marks:
            if mark.what == RULES_CHANGED:
                rules = rules_of(mark.detail or "")
                if mark.policy is not None:
                    then = rules.kinds[handoff.kind].clock(spec.kind, mark.policy) or then
                changes.append((mark.at, self._calendar(rules, then, team)))
        return CalendarsInTurn(first, changes)

    def _calendar(self, rules: Rules, spec: ClockSpec, team: str) -> Keeper:
        name = rules.calendar_name(spec, team)
        if name == ELAPSED_TIME:
            return _ELAPSED
        try:
            return rules.calendar(name)
        except KeyError:
            raise Refused(
                "clock-cannot-be-armed",
                f"the clock {spec.kind!r} of {team} runs on the calendar {name!r}, which is not in "
                f"version {rules.version} of calendars.yaml; add it there",
            ) from None


def _is_within(run: Run, instant: datetime | None) -> bool:
    return instant is not None and (run.ended_at is None or instant < run.ended_at)
