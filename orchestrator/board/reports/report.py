"""What is read for a report."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from starlette.requests import HTTPConnection

from orchestrator.board.reports.question import Question
from orchestrator.domain.figures.asked import Asked
from orchestrator.domain.figures.history import History
from orchestrator.domain.figures.in_time import InTime
from orchestrator.domain.figures.listed import Figure
from orchestrator.domain.figures.periods import Step, bounds, step_for
from orchestrator.ledger import figures
from orchestrator.ledger.figures import Group
from orchestrator.ledger.pasts import Pasts, TooMany
from orchestrator.ledger.readers import Readers


@dataclass(frozen=True, slots=True)
class Report:
    """What was counted."""

    question: Question
    runs: Mapping[tuple[Group, str], InTime]
    """(group, clock) -> runs that were decided."""
    step: Step
    bounds: Sequence[datetime]
    trend: Sequence[InTime]
    """One for each two of `bounds`."""
    open_now: Mapping[tuple[str, Figure], int]
    """(clock, figure) -> how many."""
    history: History | None
    """None where more handoffs are asked for than are read at once."""


async def report_of(readers: Readers, pasts: Pasts, question: Question) -> Report:
    """Read a report.

    Raises:
        LedgerUnavailable: the database cannot be reached.
    """
    asked, window = question.asked(), question.window
    step = step_for(window.until - window.since)
    spans = bounds(window.since, window.until, step, question.zone)

    async def of_clocks() -> tuple[
        dict[tuple[Group, str], InTime], list[InTime], dict[tuple[str, Figure], int]
    ]:
        async with readers.connection() as db:
            runs, trend = await figures.in_time_by_and_trend(db, asked, question.by, spans)
            return runs, trend, await figures.open_runs(db, asked, now=question.now)

    (runs, trend, open_now), history = await asyncio.gather(of_clocks(), history_of(readers, pasts, asked))
    return Report(question, runs, step, spans, trend, open_now, history)


async def history_of(readers: Readers, pasts: Pasts, asked: Asked) -> History | None:
    """Return what became of handoffs; None where they are too many.

    Raises:
        LedgerUnavailable: the database cannot be reached.
    """
    async with readers.connection() as db:
        try:
            found = await pasts.of(db, asked)
        except TooMany:
            return None
    history = History(found, asked, pasts.holds_of)
    # Thousands of cases take a while: meanwhile others are answered.
    await asyncio.to_thread(history.count)
    return history


def pasts_of(connection: HTTPConnection) -> Pasts:
    """Return what the application that answers has read of handoffs."""
    state = connection.app.state
    pasts = getattr(state, "pasts", None)
    if pasts is None:
        pasts = state.pasts = Pasts()
    assert isinstance(pasts, Pasts)
    return pasts
