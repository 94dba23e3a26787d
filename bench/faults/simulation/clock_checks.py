"""I3: every clock event against what the facts before it say, and every clock at rest against all facts."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime

from bench.faults.simulation.facts import Book
from bench.faults.simulation.promises import Promise
from bench.faults.simulation.reckoning import Reckoner
from bench.faults.simulation.remains import Step, Times
from bench.faults.simulation.walls import length, us, when
from orchestrator.domain import events as e
from orchestrator.domain.clocks.clock import Clock
from orchestrator.domain.clocks.occasions import Mark
from orchestrator.domain.handoff import Handoff
from orchestrator.domain.policy import Rules

Key = tuple[str, int]


class ClockChecks:
    """Walks through the journal of one handoff."""

    def __init__(self, journal: Sequence[Step], versions: Mapping[str, Rules], times: Times) -> None:
        self._journal = journal
        first = journal[0].event
        assert isinstance(first, e.HandoffRequested)
        self._book = Book(first)
        self._reckoner = Reckoner(self._book, versions, times)
        self._own: dict[Key, set[str]] = {}
        """Rungs that a run has told of itself, or passed over."""
        self.tally: Counter[str] = Counter()
        """What became of the rungs that were armed."""

    def walk(self) -> Iterator[str]:
        """Yield what is wrong with an entry when it was written."""
        known: Sequence[Mark] = ()
        for event, now, state in self._journal:
            if isinstance(event, e.ClockEvent):
                promise = self._reckoner.promises(now).get((event.kind, event.generation))
                for wrong in self._one(event, promise, now):
                    what = f"{event.type.split('.')[3]} {event.kind}/{event.generation}"
                    yield f"{what} at version {event.version}: {wrong}"
            elif state.marks is not known:
                known = state.marks
                self._book.know(known)
                self._reckoner.version, self._reckoner.policy = state.policy_version, state.clock_policy

    def at_rest(self, handoff: Handoff, now: datetime, *, is_at_rest: bool = True) -> Iterator[str]:
        """Yield what is wrong with the clocks while nothing is under way; at rest nothing is due either."""
        last = self._journal[-1]
        if last.state != handoff:
            yield "its journal gives another state"
        clocks = {(clock.kind, clock.generation): clock for clock in handoff.clocks}
        # Before the rest it is as late as the handoff has heard.
        until = us(now) if is_at_rest else last.now
        for key, promise in self._reckoner.promises(until).items():
            clock = clocks.pop(key, None)
            if clock is None:
                yield f"{key}: no clock"
                continue
            wrongs = [*self._compare(clock, promise, until)]
            if is_at_rest:
                wrongs += self._rungs(clock, promise, until)
            for wrong in wrongs:
                yield f"{key}: {wrong}"
        for key, clock in clocks.items():
            # What the rules do not know any more stays as it was when they lost it.
            is_known = self._reckoner.has(clock.kind)
            if clock.is_open or (is_known and (clock.outcome != "cancelled" or clock.is_breached)):
                yield f"{key}: a clock that nothing started"

    def _one(self, event: e.ClockEvent, promise: Promise | None, now: int) -> Iterator[str]:
        own = self._own.setdefault((event.kind, event.generation), set())
        self.tally[type(event).__name__] += 1
        if promise is None:
            # A fact that came late may leave nothing of a run; then it is taken back.
            if not isinstance(event, e.ClockCancelled | e.BreachWithdrawn):
                yield "no fact starts this clock"
            if isinstance(event, e.BreachWithdrawn):
                own.clear()
            return
        match event:
            case e.ClockActivated():
                own |= self._passed_over(promise, now) - self._inherited(promise, now)
                yield from self._compare(event.clock, promise, now, is_open=True)
            case e.RungFired():
                yield from self._rung(event, promise, own, now)
                own.add(event.rung)
            case e.ClockMoved():
                if isinstance(event, e.BreachUndone):
                    yield from self._undone(event, promise, own, now)
                # A pause that lasts until the end is told before the end.
                is_last = isinstance(event, e.ClockResumed) and promise.end == us(event.at)
                yield from self._compare(event.clock, promise, now, is_open=is_last)
            case _:
                if (promise.end, promise.is_kept) != (us(event.at), isinstance(event, e.ClockFulfilled)):
                    yield f"ended at {event.at}, not {when(promise.end)}, kept: {promise.is_kept}"

    def _passed_over(self, promise: Promise, now: int) -> set[str]:
        """Return the warnings whose time was over before anybody heard of the clock."""
        passed = set()
        for place in self._reckoner.places(promise):
            at = self._reckoner.instant(promise, place)
            if place.rung.effect != "warn" or at is None or at > now:
                break
            passed.add(place.rung.name)
        return passed

    def _undone(self, event: e.BreachUndone, promise: Promise, own: set[str], now: int) -> Iterator[str]:
        places = self._reckoner.places(promise)
        if any(p.rung.effect == "breach" and self._reckoner.is_reached(promise, p, now) for p in places):
            yield f"the breach of {when(us(event.breached_at))} stands"
        if "breach" not in own:
            yield "a breach is taken back that was never told"
        own -= {rung.name for rung in promise.spec.rungs if rung.effect != "warn"}

    def _inherited(self, promise: Promise, now: int) -> set[str]:
        """Return the rungs that were reached in the runs from which this one goes on."""
        reckoner, carried = self._reckoner, self._book.first.carried
        first = promise.before[0] if promise.before else promise
        found = set(carried.fired) if first.is_carried and carried is not None else set()
        for earlier in promise.before:
            found |= {p.rung.name for p in reckoner.places(earlier) if reckoner.is_reached(earlier, p, now)}
        return found

    def _rung(self, event: e.RungFired, promise: Promise, own: set[str], now: int) -> Iterator[str]:
        fired = own | self._inherited(promise, now)
        places = self._reckoner.places(promise)
        before: list[str] = []
        for place in places:
            if place.rung.name == event.rung:
                break
            before.append(place.rung.name)
        else:
            yield f"it has no rung {event.rung}"
            return
        if event.rung in fired:
            yield f"{event.rung} fired again"
        if missed := [name for name in before if name not in fired]:
            yield f"{event.rung} fired before {missed}"
        at = self._reckoner.instant(promise, place)
        if at != us(event.at):
            yield f"{event.rung} fired for {event.at}, not {when(at)}"
        if promise.end is not None and us(event.at) >= promise.end:
            yield f"{event.rung} fired for {event.at}, after the end at {when(promise.end)}"
        if self._reckoner.waits(promise):
            yield f"{event.rung} fired though the clock stands still"
        if us(event.fired_at) != now or us(event.at) > now:
            yield f"{event.rung} fired for {event.at} when it was {when(now)}"
        if self._reckoner.due(promise) != us(event.due_at):
            yield f"due at {event.due_at}, not {when(self._reckoner.due(promise))}"
        if (used := self._reckoner.used(promise, us(event.at))) != length(event.consumed):
            yield f"{event.consumed} used, not {used / 6e7:.3f} minutes"

    def _compare(self, clock: Clock, promise: Promise, now: int, *, is_open: bool = False) -> Iterator[str]:
        reckoner = self._reckoner
        fired = self._own[promise.key] | self._inherited(promise, now)
        pauses = [(us(s.since), us(s.until) if s.until else None) for s in clock.suspensions]
        pairs: list[tuple[str, object, object]] = [
            ("team", clock.team, promise.team),
            ("start", us(clock.started_at), promise.start),
            ("carried", length(clock.carried), reckoner.carried(promise)),
            ("pauses", pauses, promise.stills),
            ("fired", sorted(clock.fired), sorted(fired)),
            ("end", us(clock.ended_at) if clock.ended_at else None, None if is_open else promise.end),
            ("kept", clock.outcome == "met", promise.is_kept and not is_open),
        ]
        if promise.end is None or not any(fact.word == "rules-changed" for fact in self._book.facts):
            # Where rules changed since, nobody asks any more when a clock that has ended would have been due.
            pairs.append(("budget", clock.budget, promise.spec.budget))
            pairs.append(("due", us(clock.due_at) if clock.due_at else None, reckoner.due(promise)))
        for what, there, expected in pairs:
            if there != expected:
                yield f"{what} {_words(there)}, expected {_words(expected)}"

    def _rungs(self, clock: Clock, promise: Promise, now: int) -> Iterator[str]:
        fired, inherited = set(clock.fired), self._inherited(promise, now)
        if clock.next_at is not None and us(clock.next_at) <= now:
            yield f"{clock.next_rung} is due and never fired"
        for place in self._reckoner.places(promise):
            name, is_fired = place.rung.name, place.rung.name in fired
            is_reached = self._reckoner.is_reached(promise, place, now)
            self.tally["armed"] += 1
            self.tally["fired" if is_fired else "cancelled" if promise.end is not None else "waiting"] += 1
            if is_reached and not is_fired and not self._reckoner.waits(promise):
                yield f"{name} never fired for {when(self._reckoner.instant(promise, place))}"
            # A warning or a notification that went out cannot be taken back; a breach can.
            if is_fired and not is_reached and place.rung.effect == "breach" and name not in inherited:
                yield f"the breach stands, though nothing is due before {when(self._reckoner.due(promise))}"


def _words(value: object) -> str:
    if isinstance(value, int) and not isinstance(value, bool) and value > 1 << 48:
        return when(value)
    if isinstance(value, list) and value and isinstance(value[0], tuple):
        return str([tuple(when(each) for each in span) for span in value])
    return str(value)
