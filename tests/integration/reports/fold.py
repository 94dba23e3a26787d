"""Figures the slow way: a plain fold over whole handoffs and their journals, one at a time."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from orchestrator.domain.clocks.clock import Clock, ClockState
from orchestrator.domain.clocks.custody import holds
from orchestrator.domain.clocks.spec import BREACH
from orchestrator.domain.figures.asked import Asked
from orchestrator.domain.handoff import Handoff
from orchestrator.ledger.reading import Entry


@dataclass(frozen=True)
class Told:
    """A handoff with its whole journal."""

    handoff: Handoff
    journal: Sequence[Entry]

    def first(self, word: str) -> Entry | None:
        """Return the first entry of its lifecycle with this word."""
        return next((e for e in self.journal if e.type == f"support.handoff.lifecycle.{word}.v1"), None)


def verdict(clock: Clock, now: datetime) -> tuple[str, datetime] | None:
    """Return what became of a run, by its state and what was told of it."""
    if BREACH in clock.inherited:
        return None
    if clock.state is ClockState.BREACHED:
        return ("breached", clock.due_at) if clock.due_at else None
    end = clock.ended_at or now
    if clock.due_at and (clock.due_at < end or (clock.is_open and clock.due_at == now)):
        return "breached", clock.due_at  # no worker has noticed it yet
    return ("met", clock.ended_at) if clock.state is ClockState.MET and clock.ended_at else None


def owed_to(handoff: Handoff, clock: Clock) -> str:
    """Return the receiving team of the pair that a run counts for."""
    return handoff.receiving_team if clock.team == handoff.sending_team else clock.team


def runs(told: Iterable[Told], asked: Asked, now: datetime) -> list[tuple[str, datetime, Handoff, Clock]]:
    """Return every run that was decided in the window."""
    found = []
    for handoff in (each.handoff for each in told):
        for clock in handoff.clocks:
            decided = verdict(clock, now)
            if decided is None or not asked.since <= decided[1] < asked.until:
                continue
            pair = handoff.sending_team, owed_to(handoff, clock)
            if (
                asked.kind in (None, handoff.kind)
                and asked.clock in (None, clock.kind)
                and asked.team in (None, clock.team)
                and asked.sending in (None, pair[0])
                and asked.receiving in (None, pair[1])
                and (asked.teams is None or asked.teams & set(pair))
            ):
                found.append((*decided, handoff, clock))
    return found


def requested(told: Iterable[Told], asked: Asked) -> list[Told]:
    """Return what was requested in the window and may be seen."""
    return [
        each
        for each in told
        if asked.since <= each.handoff.requested_at < asked.until
        and asked.kind in (None, each.handoff.kind)
        and (asked.teams is None or asked.teams & {each.handoff.sending_team, each.handoff.receiving_team})
    ]


def back(told: Iterable[Told], asked: Asked) -> Counter[tuple[UUID, str, str]]:
    """Return (handoff, what, code) of all that came back, from the journals."""
    found: Counter[tuple[UUID, str, str]] = Counter()
    for each in requested(told, asked):
        for what in ("declined", "returned"):
            if (entry := each.first(what)) is not None:
                found[each.handoff.id, what, entry.data["reason"].get("code") or ""] += 1
    return found


def accepted(told: Iterable[Told], asked: Asked) -> set[UUID]:
    """Return the handoffs that somebody accepted, from the journals."""
    return {each.handoff.id for each in requested(told, asked) if each.first("accepted") is not None}


def time_by_team(told: Sequence[Told], asked: Asked) -> dict[str, timedelta]:
    """Return how long each team held the cases of what was requested, second by second, within the window."""
    cases: defaultdict[str, list[Handoff]] = defaultdict(list)
    for each in told:
        cases[each.handoff.case_id].append(each.handoff)
    sums: defaultdict[str, timedelta] = defaultdict(timedelta)
    for case in {each.handoff.case_id for each in requested(told, asked)}:
        for hold in holds(cases[case]):
            end = min(hold.until or asked.until, asked.until)
            sums[hold.team] += max(timedelta(), end - max(hold.since, asked.since))
    return {team: time for team, time in sums.items() if time}
