"""The very things that a number counts, a page at a time."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final

from orchestrator.board.reports.history_tables import NO_CODE
from orchestrator.board.reports.place import Place, place_of
from orchestrator.board.reports.question import Question
from orchestrator.board.reports.report import history_of
from orchestrator.domain.figures.history import History
from orchestrator.domain.figures.listed import Figure, Listed
from orchestrator.domain.figures.past import Past
from orchestrator.ledger import figure_lists
from orchestrator.ledger.pasts import Pasts
from orchestrator.ledger.readers import Readers

MOST: Final = 100
"""Rows of one page."""
_BACK: Final = (Figure.BOUNCED, Figure.DECLINED, Figure.RETURNED)


@dataclass(frozen=True, slots=True)
class Listing:
    """A page of a list."""

    figure: Figure
    items: Sequence[Listed]
    count: int
    """Of all pages."""
    next: Place | None
    """Where the next page begins; None on the last."""
    whole: timedelta | None = None
    """How long all of them were held together."""


async def listing_of(
    readers: Readers,
    pasts: Pasts,
    question: Question,
    figure: Figure,
    *,
    reason: str | None = None,
    after: Place | None = None,
    most: int | None = MOST,
) -> Listing | None:
    """Return what a number counts, behind the place `after`; None where it is too much to be read at once.

    Args:
        reason: only what came back for this code; `NO_CODE`: without one.
        most: rows at most; None: all.

    Raises:
        LedgerUnavailable: the database cannot be reached.
    """
    if figure.is_of_runs:
        return await _runs(readers, question, figure, after, most)
    history = await history_of(readers, pasts, question.asked())
    if history is None:
        return None
    code = "" if reason == NO_CODE else reason
    items = await asyncio.to_thread(_in_order, history, figure, question.many, code)
    behind = items if after is None else [item for item in items if place_of(item) < after]
    page = _page(figure, behind, len(items), most)
    if figure is not Figure.HELD:
        return page
    return replace(page, whole=sum((item.length or timedelta() for item in items), timedelta()))


def _in_order(history: History, figure: Figure, many: int, code: str | None) -> list[Listed]:
    found = (each for each in things(history, figure, many) if code is None or each.reason == code)
    return sorted(found, key=place_of, reverse=True)


async def _runs(
    readers: Readers, question: Question, figure: Figure, after: Place | None, most: int | None
) -> Listing:
    asked, now = question.asked(), question.now
    limit = None if most is None else most + 1
    at = None if after is None else (after.at, after.tie)
    async with readers.connection() as db:
        count = await figure_lists.count_runs(db, figure, asked, now=now)
        items = await figure_lists.runs(db, figure, asked, now=now, after=at, limit=limit)
    return _page(figure, items, count, most)


def _page(figure: Figure, items: Sequence[Listed], count: int, most: int | None) -> Listing:
    if most is None or len(items) <= most:
        return Listing(figure, items, count, None)
    shown = items[:most]
    return Listing(figure, shown, count, place_of(shown[-1]))


def things(history: History, figure: Figure, many: int) -> Iterator[Listed]:
    """Return what a figure about handoffs counts; `many`: see `History.longer_than`."""
    match figure:
        case Figure.ACCEPTED:
            for past, taken in history.accepted:
                yield _listed(past, figure, taken.at, taken.team, length=taken.waited)
        case Figure.HELD:
            for past, team, time in history.held:
                yield _listed(past, figure, past.requested_at, team, length=time.whole)
        case Figure.MANY_HANDOFFS:
            for past, count in history.longer_than(many):
                yield _listed(past, figure, past.requested_at, past.receiving_team, count=count)
        case _ if figure in _BACK:
            for past, bounce in history.bounced:
                if figure in (Figure.BOUNCED, bounce.what):
                    yield _listed(past, Figure(bounce.what), bounce.at, bounce.team, reason=past.reason)
        case _:
            for past in history.requested:
                yield _listed(past, Figure.REQUESTED, past.requested_at, past.receiving_team)


def _listed(
    past: Past,
    what: Figure,
    at: datetime,
    team: str,
    *,
    reason: str = "",
    length: timedelta | None = None,
    count: int = 0,
) -> Listed:
    return Listed(
        at=at,
        what=what,
        id=past.id,
        case_id=past.case_id,
        kind=past.kind,
        sending_team=past.sending_team,
        receiving_team=past.receiving_team,
        status=past.status,
        team=team,
        reason=reason,
        length=length,
        count=count,
    )
