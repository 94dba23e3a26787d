"""What clocks had to do, worked out again from facts and rules as they are stored, without the domain's code.

Slow and plain on purpose. Instants and durations are whole microseconds; time is elapsed time, since no team
of the suite ever closes. Carried clocks, acknowledgements and changed rules do not occur in it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, NamedTuple

_DURATION = re.compile(r"(-)?P(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:([\d.]+)S)?)?")
_OPENINGS = ("case-opened", "requested", "items-missing", "items-complete", "offered")
_ENDINGS = ("declined", "returned", "withdrawn", "handed-on", "completed")
_OTHERS = ("reopened", "ticked", "unticked", "paused", "resumed")
_ORDER = (*_OPENINGS, "accepted", "contacted", *_ENDINGS, *_OTHERS)
"""Of facts with the same instant."""

Span = tuple[int, int | None]


def micros(text: str) -> int:
    """Return an instant as microseconds."""
    return of_instant(datetime.fromisoformat(text))


def of_instant(at: datetime) -> int:
    """Return an instant as microseconds."""
    return round(at.timestamp() * 1_000_000)


def duration(text: str | float) -> int:
    """Return a duration as microseconds, from ISO 8601 or from seconds."""
    if not isinstance(text, str):
        return round(text * 1_000_000)
    match = _DURATION.fullmatch(text)
    assert match is not None, text
    sign, days, hours, minutes, seconds = match.groups()
    whole = ((int(days or 0) * 24 + int(hours or 0)) * 60 + int(minutes or 0)) * 60
    return (-1 if sign else 1) * round((whole + float(seconds or 0)) * 1_000_000)


class Fact(NamedTuple):
    """Something that happened."""

    at: int
    what: str
    team: str | None = None
    detail: str = ""
    until: int | None = None
    is_automatic: bool = False
    happened: int | None = None
    """When a pause really began or ended, where that was before the work was offered."""

    @property
    def place(self) -> tuple[int, bool, int, int, str, str]:
        """Its place in the order of time; pauses at the same instant keep the order they really had."""
        is_pause, really = (
            self.what in ("paused", "resumed"),
            self.at if self.happened is None else self.happened,
        )
        return self.at, is_pause, really, _ORDER.index(self.what), self.team or "", self.detail


@dataclass
class Run:
    """One run of a clock."""

    spec: dict[str, Any]
    generation: int
    team: str
    started: int
    ended: int | None = None
    outcome: str | None = None
    earlier: list[Run] = field(default_factory=list)
    """The runs of the same team that it goes on from."""
    still: list[Span] = field(default_factory=list)
    carried: int = 0
    """What earlier runs have used up."""

    @property
    def budget(self) -> int:
        """How much time it has."""
        return duration(self.spec["budget"])

    @property
    def due(self) -> int | None:
        """When it is used up; None while it stands still for good."""
        return self.reach(self.budget)

    def reach(self, offset: int) -> int | None:
        """Return when so much is used up."""
        at, left = self.started, max(0, offset - self.carried)
        for since, until in self.still:
            if at + left < since:
                return at + left
            if until is None:
                return None
            left -= since - at
            at = until
        return at + left

    def used(self, at: int) -> int:
        """Return how much is used up at an instant."""
        stood = sum(max(0, min(until or at, at) - since) for since, until in self.still if since < at)
        return self.carried + at - self.started - stood

    def stands(self, at: int | None, now: int) -> bool:
        """Whether what is reached at an instant counts."""
        return at is not None and (at < self.ended if self.ended is not None else at <= now)


def rungs(spec: dict[str, Any], team: dict[str, Any]) -> list[tuple[int, dict[str, Any]]]:
    """Return the rungs with the time used up at each; steps that nobody can take are left out."""
    budget = duration(spec["budget"])

    def offset(rung: dict[str, Any]) -> int:
        share = rung["share"]
        return round(budget * share) if share is not None else budget - duration(rung["before"] or 0)

    found = [(offset(rung), rung) for rung in spec["rungs"] if rung["effect"] in ("warn", "breach")]
    ladder = sorted((r for r in spec["rungs"] if r["effect"] not in ("warn", "breach")), key=offset)
    sooner = 0
    for step, after in zip(ladder, [*ladder[1:], ladder[-1:]], strict=False):
        needs = {"notify": step["to"], "reoffer": "fallback"}.get(step["effect"])
        if needs is None or team.get(needs):
            found.append((offset(step) - sooner, step))
        elif isinstance(after, dict):
            sooner += offset(after) - offset(step)
    return sorted(found, key=lambda each: (each[0], each[1]["effect"] not in ("warn", "breach")))


def runs(
    specs: Iterable[dict[str, Any]], facts: list[Fact], *, sender: str, required: set[str], brought: set[str]
) -> list[Run]:
    """Return every run of every clock; of the items `required` the request came with those `brought`."""
    facts = sorted(facts, key=lambda fact: fact.place)
    moments = list(_moments(facts, required, required - brought))
    return [run for spec in specs for run in _runs(spec, moments, facts, sender)]


def _moments(facts: list[Fact], required: set[str], missing: set[str]) -> Iterator[Fact]:
    for fact in facts:
        match fact.what:
            case "ticked":
                were, missing = missing, missing - {fact.detail}
                if were and not missing:
                    yield fact._replace(what="items-complete")
            case "unticked" if fact.detail in required:
                if not missing:
                    yield fact._replace(what="items-missing")
                missing = missing | {fact.detail}
            case "unticked" | "paused" | "resumed":
                pass
            case "requested":
                yield fact._replace(what="case-opened")
                yield fact
                if not missing:
                    yield fact._replace(what="items-complete")
            case _:
                yield fact


def _runs(spec: dict[str, Any], moments: list[Fact], facts: list[Fact], sender: str) -> list[Run]:
    found: list[Run] = []
    now: Run | None = None
    offered = [fact.team for fact in moments if fact.what == "offered" and fact.team is not None]
    receiver = offered[0] if offered and spec["owes"] == "receiving" else sender
    for fact in moments:
        if fact.what == "offered" and fact.team is not None:
            receiver = fact.team
            if now is not None and spec["owes"] == "receiving" and now.team != receiver:
                now.ended, now.outcome, now = fact.at, "cancelled", None
        is_reset = False
        if now is not None and (outcome := _outcome(spec, fact)) is not None:
            is_reset = fact.what in spec["resets"] and fact.what not in spec["stops"]
            now.ended, now.outcome, now = fact.at, outcome, None
        if now is None and (is_reset or fact.what in spec["starts"]):
            team = sender if spec["owes"] == "sending" else receiver
            own = [run for run in found if run.team == team or spec["owes"] == "all"]
            if is_reset or not own or spec["reopening"] != "first":
                goes_on = own and not is_reset and spec["reopening"] == "total"
                earlier = [*own[-1].earlier, own[-1]] if goes_on else []
                now = Run(spec, len(found) + 1, team, fact.at, earlier=earlier)
                found.append(now)
    for run in found:
        run.still = _still(run, facts, sender)
        # What each used by itself: its own carried time is that of the ones before it.
        run.carried = sum(each.used(each.ended or 0) - each.carried for each in run.earlier)
    return found


def _outcome(spec: dict[str, Any], fact: Fact) -> str | None:
    if fact.what in spec["stops"] and fact.is_automatic:
        return "cancelled" if fact.what in ("accepted", *_ENDINGS) else None
    if fact.what in spec["stops"] or (fact.what in spec["resets"] and not fact.is_automatic):
        return "met"
    return "cancelled" if fact.what in spec["cancels"] else None


def _still(run: Run, facts: list[Fact], sender: str) -> list[Span]:
    """Return when the run stood still: its team's pauses, cut to it, those that touch as one."""
    teams = {fact.team for fact in facts if fact.what == "paused"}
    owing = [team for team in teams if run.spec["owes"] == "all" or team == run.team]
    spans = [span for team in owing for span in _pauses(run, team, facts, sender)]
    joined: list[Span] = []
    for since, until in sorted(spans, key=lambda span: span[0]):
        since = max(since, run.started)
        if run.ended is not None:
            until = run.ended if until is None else min(until, run.ended)
        if until is not None and until <= since:
            continue
        if joined and ((last := joined[-1][1]) is None or since < last):
            longer = None if last is None or until is None else max(last, until)
            joined[-1] = (joined[-1][0], longer)
        else:
            joined.append((since, until))
    return joined


def _pauses(run: Run, team: str | None, facts: list[Fact], sender: str) -> Iterator[Span]:
    allowed, longest = run.spec["pauses"], run.spec["longest_pause"]
    since: int | None = None
    latest: int | None = None
    for fact in facts:
        if since is not None and latest is not None and latest <= fact.at:
            yield since, latest
            since = None
        is_own = fact.team == team
        if fact.what == "paused" and is_own and since is None and (allowed is None or fact.detail in allowed):
            since = fact.at
            ends = [fact.until, fact.at + duration(longest) if longest is not None else None]
            latest = min((end for end in ends if end is not None), default=None)
        elif since is not None and _goes_on(fact, is_own, team == sender):
            yield since, fact.at
            since = None
    if since is not None:
        yield since, latest


def _goes_on(fact: Fact, is_own: bool, is_sender: bool) -> bool:
    """Whether a pause ends: its team goes on or has the work, or lost it to another, or nobody has it."""
    if fact.what in ("resumed", "accepted"):
        return is_own
    if fact.what == "offered":
        return not is_own and not is_sender
    return fact.what in _ENDINGS
