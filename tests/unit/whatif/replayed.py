"""One case through the replay, in the terms of the live desk."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any
from uuid import UUID

from orchestrator.domain import commands as c
from orchestrator.domain.clocks.spec import BREACH
from orchestrator.domain.policy import Rules
from tests.unit.whatif.live import NEVER, Told
from whatif.book import Book
from whatif.case_tale import Tale, tell
from whatif.log_events import Asked, Happening, Slimmer
from whatif.outcome import Outcome, outcome_of


def happenings(told: Iterable[Told], source: str) -> list[Happening]:
    """Return events as a log's reader gives them."""
    slimmer = Slimmer({})
    return [
        Asked(each.at, line, source, each.id, slimmer.slim(each.command))
        if isinstance(each.command, c.RequestHandoff)
        else slimmer.answered(each.command, each.at, line, source, each.id)
        for line, each in enumerate(told, start=1)
    ]


def replayed(
    rules: Rules, told: Iterable[Told], source: str, until: datetime, case: str = "case-1"
) -> tuple[Tale, list[Outcome]]:
    """Return what became of a case."""
    book = Book(rules)
    tale = tell(book, case, happenings(told, source))
    return tale, [outcome_of(held, book, until) for held in tale.handoffs]


def standing(outcomes: Iterable[Outcome]) -> list[tuple[Any, ...]]:
    """Return all that is comparable about the clocks of replayed handoffs, in one order."""
    return sorted(
        (
            str(handoff.id),
            handoff.kind,
            handoff.clock_policy,
            handoff.sending_team,
            handoff.receiving_team,
            handoff.status.value,
            *verdict.key,
            verdict.run.team,
            verdict.run.started_at,
            verdict.run.ended_at or NEVER,
            verdict.run.outcome or "",
            tuple((s.since, s.until, s.reason) for s in verdict.run.suspensions),
            verdict.due_at or NEVER,
            verdict.is_breached,
        )
        for handoff, verdicts, _ in outcomes
        for verdict in verdicts
    )


def counts(outcomes: Iterable[Outcome]) -> dict[tuple[UUID, str, int], tuple[int, bool]]:
    """Return the warnings of each clock, and whether its breach came in it."""
    return {
        (outcome.handoff.id, *verdict.key): (verdict.warned, verdict.over is not None)
        for outcome in outcomes
        for verdict in outcome.verdicts
        if verdict.warned or verdict.over is not None
    }


def live_counts(
    fired: Iterable[tuple[UUID, str, int, str]],
) -> dict[tuple[UUID, str, int], tuple[int, bool]]:
    """Return the same of what the live desk told."""
    found: dict[tuple[UUID, str, int], tuple[int, bool]] = {}
    for *key, rung in fired:
        handoff, clock, generation = key
        warned, is_breached = found.get((handoff, clock, generation), (0, False))
        is_breach = rung == BREACH
        found[handoff, clock, generation] = (warned + (not is_breach), is_breached or is_breach)
    return found
