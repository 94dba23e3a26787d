"""What each clock should be, worked out a second time by walking forward through the facts.

The domain computes instants backwards from a budget; this goes from fact to fact and counts what is used up.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from bench.faults.simulation.facts import ENDINGS, Book, Fact, Happening
from bench.faults.simulation.walls import Hours, length, us
from orchestrator.domain.clocks.spec import ClockSpec

Span = tuple[int, int | None]


@dataclass
class Promise:
    """One run of a clock."""

    spec: ClockSpec
    team: str
    generation: int
    start: int
    end: int | None = None
    is_kept: bool = False
    stills: list[Span] = field(default_factory=list)
    goes_on_at: int | None = None
    """When the pause in which it stands ends by itself."""
    before: list[Promise] = field(default_factory=list)
    """Runs that used up a part of its budget."""
    is_carried: bool = False

    @property
    def key(self) -> tuple[str, int]:
        """Which one it is."""
        return self.spec.kind, self.generation


def promises(specs: tuple[ClockSpec, ...], book: Book, now: int) -> list[Promise]:
    """Return every run of every clock of a handoff, as far as is known by `now`."""
    happenings = list(book.happenings())
    found = []
    for spec in specs:
        for promise in _of(spec, book, happenings):
            _stand_still(promise, book, now)
            found.append(promise)
    return found


def _of(spec: ClockSpec, book: Book, happenings: list[Happening]) -> list[Promise]:
    found: list[Promise] = []
    is_running = False
    receiver = book.first.receiving_team if spec.owes == "receiving" else book.first.sending_team
    for at, word, team, is_automatic in happenings:
        starts, is_reset = word in spec.starts, False
        if word == "offered":
            if is_running and spec.owes == "receiving" and found[-1].team != team:
                found[-1].end, is_running = at, False
            receiver = team
        if is_running:
            promise = found[-1]
            is_stop = word in spec.stops
            is_reset = word in spec.resets and not is_stop and not is_automatic
            kept = (is_stop and not is_automatic) or is_reset
            lapses = word in ENDINGS if is_stop else word in spec.cancels
            if kept or lapses:
                promise.end, promise.is_kept, is_running = at, kept, False
        if (starts or is_reset) and not is_running:
            owes = book.first.sending_team if spec.owes == "sending" else receiver
            new = _begin(spec, owes, at, found, book, is_reset=is_reset)
            found += new
            is_running = bool(new)
    return found


def _begin(
    spec: ClockSpec, team: str, at: int, before: list[Promise], book: Book, *, is_reset: bool
) -> list[Promise]:
    """Return the run that starts, if one does."""
    if not before:
        carried = book.first.carried if spec.owes == "all" else None
        if carried is None:
            return [Promise(spec, team, 1, at)]
        return [Promise(spec, team, carried.generation + 1, us(carried.opened_at), is_carried=True)]
    own = [p for p in before if spec.owes == "all" or p.team == team]
    if own and spec.reopening == "first" and not is_reset:
        return []
    new = Promise(spec, team, before[-1].generation + 1, at)
    if own and spec.reopening == "total" and not is_reset:
        new.before = [*own[-1].before, own[-1]]
    return [new]


def _stand_still(promise: Promise, book: Book, now: int) -> None:
    spec = promise.spec
    teams = {promise.team}
    if spec.owes == "all":
        teams = {fact.team for fact in book.facts if fact.word == "paused"}
    spans: list[Span] = []
    waiting: list[int | None] = []
    for team in teams:
        for since, until, limit in _pauses(spec, team, book):
            if until is None and (limit is None or limit > now):
                waiting.append(limit)
                spans.append((since, None))
            else:
                spans.append((since, until if until is not None else limit))
    if promise.is_carried and (carried := book.first.carried) is not None:
        # Who hands a case on waits for nobody any more.
        begun = us(book.first.at)
        spans += [(us(s.since), us(s.until) if s.until else begun) for s in carried.suspensions]
    promise.stills = _cut(spans, promise)
    if promise.stills and promise.stills[-1][1] is None and None not in waiting:
        promise.goes_on_at = max(filter(None, waiting))


def _pauses(spec: ClockSpec, team: str, book: Book) -> Iterator[tuple[int, int | None, int | None]]:
    """Return since when a team paused, when that was ended, and when at the latest it ends by itself."""
    since: int | None = None
    limit: int | None = None
    for fact in book.facts:
        if since is not None and limit is not None and limit <= fact.at:
            yield since, limit, limit
            since = None
        if fact.word == "paused":
            if fact.team == team and since is None and (spec.pauses is None or fact.detail in spec.pauses):
                since = fact.at
                longest = since + length(spec.longest_pause) if spec.longest_pause else None
                limit = min(filter(None, (fact.until, longest)), default=None)
        elif since is not None and _goes_on(fact, team, book.first.sending_team):
            yield since, fact.at, limit
            since = None
    if since is not None:
        yield since, None, limit


def _goes_on(fact: Fact, team: str, sender: str) -> bool:
    """Whether a pause of a team ends with this: it says so, or has the work anew, or has it no more."""
    match fact.word:
        case "resumed" | "accepted":
            return fact.team == team
        case "offered":
            return team not in (fact.team, sender)
        case word:
            return word in ENDINGS


def _cut(spans: list[Span], promise: Promise) -> list[Span]:
    """Return the parts of spans that lie within a run, in order, none touching the next from within."""
    end = promise.end if promise.end is not None else 1 << 62
    cut: list[list[int]] = []
    for since, until in sorted((a, 1 << 62 if b is None else b) for a, b in spans):
        since, until = max(since, promise.start), min(until, end)
        if until <= since:
            continue
        if cut and since < cut[-1][1]:
            cut[-1][1] = max(cut[-1][1], until)
        else:
            cut.append([since, until])
    return [(a, b if b < 1 << 62 else None) for a, b in cut]


@dataclass(frozen=True)
class Course:
    """Where time passes for a run: which hours count from when on."""

    hours: list[tuple[int, Hours]]

    def parts(self, start: int, stills: list[Span]) -> Iterator[tuple[int, int | None, Hours | None]]:
        """Cut the time from `start` on into parts of one calendar each, or of none where it stands still."""
        edges = sorted({start, *(at for at, _ in self.hours if at > start), *_edges(stills, start)})
        for since, until in zip(edges, [*edges[1:], None], strict=True):
            if any(a <= since and (b is None or since < b) for a, b in stills):
                yield since, until, None
            else:
                yield since, until, next(h for at, h in reversed(self.hours) if at <= since)

    def used(self, start: int, stop: int, stills: list[Span]) -> int:
        """Return how much working time passes."""
        total = 0
        for since, until, hours in self.parts(start, stills):
            if since >= stop:
                break
            if hours is not None:
                total += hours.between(since, stop if until is None else min(until, stop))
        return total

    def reach(self, start: int, need: int, stills: list[Span]) -> int | None:
        """Return when so much working time has passed; None when it stands still for ever before that."""
        parts = list(self.parts(start, stills))
        for number, (since, until, hours) in enumerate(parts):
            if hours is None:
                continue
            at = hours.add(since, need)
            if until is None or at < until:
                return at
            # What runs out in the very instant in which it comes to stand still has not run out yet.
            if at == until and parts[number + 1][2] is not None:
                return at
            need -= hours.between(since, until)
        return None


def _edges(stills: list[Span], start: int) -> Iterator[int]:
    for span in stills:
        for edge in span:
            if edge is not None and edge > start:
                yield edge
