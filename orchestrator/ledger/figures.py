"""The figures about clocks, counted in the database. The parts of the statements: `figures_sql.py`.

What they mean stands in `orchestrator.domain.figures.in_time`. A window is half open, and does not end later
than now: what is due later has not been decided.

    in_time(db, *, since, until, teams=None, clock="accept") -> InTime
    in_time_by(db, asked, by) -> {(value of by, clock): InTime}
    in_time_trend(db, asked, bounds) -> list[InTime], one for each two bounds
    open_runs(db, asked, now=now) -> {Figure: how many}
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any, Final, Literal

from sqlalchemy import ColumnElement, Select, and_, case, func, or_, select, text
from sqlalchemy.ext.asyncio import AsyncConnection

from orchestrator.domain.figures.asked import Asked
from orchestrator.domain.figures.in_time import InTime, Verdict
from orchestrator.domain.figures.listed import Figure
from orchestrator.ledger.figures_sql import decided_at, is_first_breach, is_late, receiving, sending, verdict
from orchestrator.ledger.tables import clocks as c
from orchestrator.ledger.tables import handoffs as h

By = Literal["team", "pair", "kind"]
Group = tuple[str, ...]
"""The team; or the sending and the receiving team; or the kind of the handoff."""
_GROUPS: Final[Mapping[By, tuple[ColumnElement[Any], ...]]] = {
    "team": (c.c.team,),
    "pair": (sending, receiving),
    "kind": (h.c.kind,),
}
_COUNTS: Final[tuple[ColumnElement[Any], ...]] = tuple(
    func.count().filter(verdict == each.value) for each in (Verdict.MET, Verdict.BREACHED)
)


async def in_time(
    db: AsyncConnection,
    *,
    since: datetime,
    until: datetime,
    teams: Collection[str] | None = None,
    clock: str | None = "accept",
) -> InTime:
    """Return how many runs of `clock` (None: of every clock) were met and breached.

    `teams`: of handoffs that one of these sends or receives.
    """
    asked = Asked(since, until, teams=None if teams is None else frozenset(teams), clock=clock)
    row = (await db.execute(only_decided(select(*_COUNTS), asked))).one()
    return InTime(row[0], row[1])


async def in_time_by(db: AsyncConnection, asked: Asked, by: By) -> dict[tuple[Group, str], InTime]:
    """Return (group, clock) -> how many runs were met and breached."""
    return (await in_time_by_and_trend(db, asked, by, (asked.since, asked.until)))[0]


async def in_time_trend(db: AsyncConnection, asked: Asked, bounds: Sequence[datetime]) -> list[InTime]:
    """Return how many were met and breached between each two of `bounds`, which are in order."""
    return (await in_time_by_and_trend(db, asked, "team", bounds))[1]


async def in_time_by_and_trend(
    db: AsyncConnection, asked: Asked, by: By, bounds: Sequence[datetime]
) -> tuple[dict[tuple[Group, str], InTime], list[InTime]]:
    """Return both, counted at once."""
    groups: list[Any] = [column.label(f"group_{n}") for n, column in enumerate(_GROUPS[by])]
    names = [*(each.name for each in groups), "clock", "span"]
    span = func.width_bucket(decided_at, list(bounds)).label("span")
    query = select(*groups, c.c.kind.label("clock"), span, *_COUNTS).group_by(*map(text, names))
    whole: defaultdict[tuple[Group, str], InTime] = defaultdict(InTime)
    trend: defaultdict[int, InTime] = defaultdict(InTime)
    for *group, clock, n, met, breached in await db.execute(
        only_decided(query, asked, with_handoff=by != "team")
    ):
        whole[tuple(group), clock] += InTime(met, breached)
        trend[n] += InTime(met, breached)
    return dict(whole), [trend[n] for n in range(1, len(bounds))]


async def open_runs(db: AsyncConnection, asked: Asked, *, now: datetime) -> dict[tuple[str, Figure], int]:
    """Return (clock, figure) -> how many runs are open now, whatever the window."""
    what = open_state(now)
    query = only_open(select(c.c.kind, what.label("what"), func.count()), asked)
    rows = await db.execute(query.group_by(c.c.kind, "what"))
    return {(row[0], Figure(row[1])): row[2] for row in rows}


def only_decided(query: Select[Any], asked: Asked, *, with_handoff: bool = False) -> Select[Any]:
    """Return `query` over the runs that were decided in the window."""

    def is_within(at: ColumnElement[Any]) -> ColumnElement[bool]:
        return and_(at >= asked.since, at < asked.until)

    # The indexes know the two instants; which of them decides, the rows tell.
    may_be = or_(is_within(c.c.due_at), is_within(c.c.ended_at))
    return _asked(query, asked, with_handoff).where(may_be, is_within(decided_at), is_first_breach)


def only_open(query: Select[Any], asked: Asked, *, with_handoff: bool = False) -> Select[Any]:
    """Return `query` over the runs that are open."""
    return _asked(query, asked, with_handoff).where(c.c.ended_at.is_(None))


def open_state(now: datetime) -> ColumnElement[str]:
    """Return how an open run stands, as the value of a `Figure`."""
    is_overdue = and_(is_late, or_(c.c.state == "breached", c.c.due_at <= now))
    paused = (c.c.state == "paused", Figure.PAUSED.value)
    return case((is_overdue, Figure.OVERDUE.value), paused, else_=Figure.RUNNING.value)


def _asked(query: Select[Any], asked: Asked, with_handoff: bool) -> Select[Any]:
    query = query.select_from(c)
    if with_handoff or (asked.teams, asked.kind, asked.sending, asked.receiving) != (None,) * 4:
        query = query.join(h, h.c.id == c.c.handoff_id)
    for column, wanted in (
        (c.c.kind, asked.clock),
        (c.c.team, asked.team),
        (h.c.kind, asked.kind),
        (sending, asked.sending),
        (receiving, asked.receiving),
    ):
        if wanted is not None:
            query = query.where(column == wanted)
    if asked.teams is None:
        return query
    teams = sorted(asked.teams)
    return query.where(or_(sending.in_(teams), receiving.in_(teams)))
