"""When each rung of a promise is reached, and how much of it is used up: the oracle's word on instants."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from bench.faults.simulation.facts import Book
from bench.faults.simulation.promises import Course, Promise, Span, promises
from bench.faults.simulation.remains import Times
from bench.faults.simulation.walls import hours, length
from orchestrator.domain.clocks.spec import ClockSpec, Rung
from orchestrator.domain.policy import Rules, Team


class Place(NamedTuple):
    """A rung, and how much has to be used up for it."""

    need: int
    rung: Rung


class Reckoner:
    """Works out the clocks of one handoff from its book."""

    def __init__(self, book: Book, versions: Mapping[str, Rules], times: Times) -> None:
        self._book = book
        self._versions = versions
        self._times = times
        self.version, self.policy = book.first.policy_version, book.first.clock_policy
        self._known: tuple[object, dict[tuple[str, int], Promise]] = (None, {})
        self._courses: dict[tuple[str, str], Course] = {}
        self._reached: dict[tuple[str, int, int], int | None] = {}
        self._places: dict[tuple[str, str, int], list[Place]] = {}

    def promises(self, now: int) -> dict[tuple[str, int], Promise]:
        """Return every run."""
        # What time it is matters only to pauses that end by themselves.
        asked = (len(self._book.facts), now if self._book.has_pauses else 0, self.version, self.policy)
        if self._known[0] != asked:
            found = promises(self._specs(self.version, self.policy), self._book, now)
            self._known = asked, {p.key: p for p in found if self._was_made(p)}
            self._courses.clear()
            self._reached.clear()
        return self._known[1]

    def _specs(self, version: str, policy: str) -> tuple[ClockSpec, ...]:
        return self._versions[version].kinds[self._book.first.kind].clocks_of(policy)

    def has(self, kind: str) -> bool:
        """Whether there is such a clock under the rules in force."""
        return any(spec.kind == kind for spec in self._specs(self.version, self.policy))

    def _was_made(self, promise: Promise) -> bool:
        """Whether a run that has ended was promised by the rules of its time, by which it is measured."""
        if promise.end is None:
            return True
        version, policy = self._book.first.policy_version, self._book.first.clock_policy
        for fact in self._book.facts:
            if fact.word == "rules-changed" and fact.policy is not None and fact.at < promise.end:
                version, policy = fact.detail, fact.policy
        for spec in self._specs(version, policy):
            if spec.kind == promise.spec.kind:
                promise.spec = spec
                return True
        return False

    def places(self, promise: Promise) -> list[Place]:
        """Return the rungs in the order in which they are reached; a step that nobody can take falls out."""
        key = self.version, promise.team, id(promise.spec)
        if key not in self._places:
            self._places[key] = self._climb(promise)
        return self._places[key]

    def _climb(self, promise: Promise) -> list[Place]:
        budget = promise.spec.budget
        team = self._versions[self.version].teams.get(promise.team)
        ordered = sorted(promise.spec.rungs, key=lambda rung: rung.offset(budget))
        found, ladder = [], []
        for rung in ordered:
            place = Place(length(rung.offset(budget)), rung)
            (found if rung.effect in ("warn", "breach") else ladder).append(place)
        at = ladder[0].need if ladder else 0
        for number, place in enumerate(ladder):
            if self._is_idle(place.rung, team):
                continue  # what comes next moves up to where it stood
            found.append(Place(at, place.rung))
            at += ladder[number + 1].need - place.need if number + 1 < len(ladder) else 0
        return found

    def due(self, promise: Promise) -> int | None:
        """Return when the budget is used up."""
        return self._reach(promise, length(promise.spec.budget))

    def waits(self, promise: Promise) -> bool:
        """Whether it stands still before its budget is used up: nobody hears of it meanwhile."""
        is_still = bool(promise.stills) and promise.stills[-1][1] is None
        return is_still and self.due(promise) is None

    def instant(self, promise: Promise, place: Place) -> int | None:
        """Return when a rung is reached."""
        budget = length(promise.spec.budget)
        seen = [
            (fact.at, fact.until)
            for fact in self._book.facts
            if fact.word == "acknowledged" and promise.spec.kind in fact.detail.split(",")
            if promise.start <= fact.at and (promise.end is None or fact.at < promise.end)
        ]
        if not seen or place.need <= budget or place.rung.effect in ("warn", "breach"):
            return self._reach(promise, place.need)
        due = self.due(promise)
        if due is None:
            return None
        stills: list[Span] = [span for span in [*promise.stills, *seen] if span[1] is None or span[1] > due]
        return self._course(promise).reach(due, place.need - budget, stills)

    def is_reached(self, promise: Promise, place: Place, now: int) -> bool:
        """Whether a rung was reached before the run ended, or by now."""
        at = self.instant(promise, place)
        return at is not None and (at <= now if promise.end is None else at < promise.end)

    def used(self, promise: Promise, now: int) -> int:
        """Return how much of the budget is used up, with what earlier runs used."""
        end = now if promise.end is None else min(now, promise.end)
        own = self._course(promise).used(promise.start, end, promise.stills) if end > promise.start else 0
        return self.carried(promise) + own

    def carried(self, promise: Promise) -> int:
        """Return what earlier runs used, in earlier handoffs of the case too."""
        course, given = self._course(promise), self._book.first.carried
        oldest = [*promise.before, promise][0]
        used = sum(course.used(b.start, b.end, b.stills) for b in promise.before if b.end is not None)
        return used + (length(given.consumed) if given is not None and oldest.is_carried else 0)

    def _reach(self, promise: Promise, need: int) -> int | None:
        key = (*promise.key, need)
        if key not in self._reached:
            left = max(0, need - self.carried(promise))
            self._reached[key] = self._course(promise).reach(promise.start, left, promise.stills)
        return self._reached[key]

    def _course(self, promise: Promise) -> Course:
        key = promise.spec.kind, promise.team
        if key not in self._courses:
            self._courses[key] = self._hours(promise)
        return self._courses[key]

    def _hours(self, promise: Promise) -> Course:
        changes = [(f.at, f.detail) for f in self._book.facts if f.word == "rules-changed"]
        found = []
        for at, version in [(-(1 << 62), self._book.first.policy_version), *changes]:
            rules = self._versions[version]
            name = rules.calendar_name(promise.spec, promise.team)
            found.append((at, hours(rules.calendar(name), version, *self._times)))
        return Course(found)

    def _is_idle(self, rung: Rung, team: Team | None) -> bool:
        if team is None:
            return True
        if rung.effect == "notify":
            return (team.lead if rung.to == "lead" else team.manager) is None
        return rung.effect == "reoffer" and (self._book.first.is_bounced or team.fallback is None)
