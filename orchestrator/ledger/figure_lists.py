"""The runs of clocks behind a number, a page at a time, the newest first."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Final

from sqlalchemy import ColumnElement, Select, Text, cast, func, literal, select, tuple_
from sqlalchemy.ext.asyncio import AsyncConnection

from orchestrator.domain.figures.asked import Asked
from orchestrator.domain.figures.listed import Figure, Listed
from orchestrator.ledger.figures import only_decided, only_open, open_state
from orchestrator.ledger.figures_sql import decided_at, verdict
from orchestrator.ledger.tables import clocks as c
from orchestrator.ledger.tables import handoffs as h

_PLACE: Final = (
    cast(c.c.handoff_id, Text) + "/" + c.c.kind + "/" + cast(c.c.generation, Text) + "/" + c.c.team
).collate("C")
"""`Listed.place`, without its instant."""
_VERDICTS: Final = {Figure.MET: "met", Figure.BREACHED: "breached"}


async def runs(
    db: AsyncConnection,
    figure: Figure,
    asked: Asked,
    *,
    now: datetime,
    after: tuple[datetime, str] | None = None,
    limit: int | None = None,
) -> list[Listed]:
    """Return the runs that a figure counts, those behind the place `after`.

    Args:
        figure: one that `is_of_runs`.
        now: decides which of those that are open are overdue.
    """
    at: ColumnElement[Any] = c.c.started_at if figure.is_of_now else decided_at
    what: ColumnElement[Any] = open_state(now) if figure.is_of_now else verdict
    columns: list[Any] = [at.label("at"), what.label("what"), _PLACE.label("place"), c, h.c.case_id]
    columns += [h.c.kind.label("handoff_kind"), h.c.status, h.c.sending_team, h.c.receiving_team]
    query = _filtered(select(*columns), figure, asked, what)
    if after is not None:
        query = query.where(tuple_(at, _PLACE) < tuple_(literal(after[0]), literal(after[1])))
    rows = await db.execute(query.order_by(at.desc(), _PLACE.desc()).limit(limit))
    return [_listed(row) for row in rows]


async def count_runs(db: AsyncConnection, figure: Figure, asked: Asked, *, now: datetime) -> int:
    """Return how many runs a figure counts."""
    what = open_state(now) if figure.is_of_now else verdict
    counts: list[Any] = [func.count()]
    query = _filtered(select(*counts), figure, asked, what, with_handoff=False)
    count: int = (await db.execute(query)).scalar_one()
    return count


def _filtered(
    query: Select[Any], figure: Figure, asked: Asked, what: ColumnElement[Any], *, with_handoff: bool = True
) -> Select[Any]:
    if figure.is_of_now:
        return only_open(query, asked, with_handoff=with_handoff).where(what == figure.value)
    query = only_decided(query, asked, with_handoff=with_handoff)
    return query if figure is Figure.DECIDED else query.where(what == _VERDICTS[figure])


def _listed(row: Any) -> Listed:
    return Listed(
        at=row.at,
        what=Figure(row.what),
        id=row.handoff_id,
        case_id=row.case_id,
        kind=row.handoff_kind,
        sending_team=row.sending_team,
        receiving_team=row.receiving_team,
        status=row.status,
        team=row.team,
        clock=row.kind,
        generation=row.generation,
        due_at=row.due_at,
    )
