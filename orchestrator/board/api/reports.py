"""What was promised and kept: the tables of `/reports`, and every case behind each of their numbers."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Annotated, Final, Literal
from uuid import UUID
from zoneinfo import ZoneInfo

from pydantic import AwareDatetime, Field, TypeAdapter

from orchestrator.board.access.viewer import Viewer
from orchestrator.board.api.cursor import decode, encode, next_page
from orchestrator.board.api.endpoint import ROOT, Answer, Call
from orchestrator.board.api.handoff_queries import Page
from orchestrator.board.api.query import Query, Word
from orchestrator.board.look.catalogue import gettext
from orchestrator.board.reports.cases import TooMuch
from orchestrator.board.reports.listing import listing_of
from orchestrator.board.reports.place import Place
from orchestrator.board.reports.question import Question, question_of
from orchestrator.board.reports.readers import teams_of
from orchestrator.board.reports.report import pasts_of, report_of
from orchestrator.board.reports.table import Cell, Form, Table, plain
from orchestrator.board.reports.tables import tables_of
from orchestrator.domain.figures.listed import Figure, Listed
from orchestrator.domain.model import Frozen

_PLACE: Final = TypeAdapter(tuple[timedelta, AwareDatetime, str])
_UTC: Final = ZoneInfo("UTC")


class ReportQuery(Query):
    """A window of the past, and which part of it; absent: all of the last 24 hours."""

    window: Annotated[Literal["today", "24h", "7d", "30d", "custom"] | None, Field()] = None
    since: Annotated[Word | None, Field(description="An instant; of a custom window.")] = None
    until: Annotated[Word | None, Field(description="An instant; now at the latest.")] = None
    team: Annotated[Word | None, Field(description="Whose promises and handoffs these are.")] = None
    kind: Word | None = None
    clock: Word | None = None
    from_: Annotated[Word | None, Field(alias="from", description="The sending team.")] = None
    to: Annotated[Word | None, Field(description="The receiving team.")] = None
    by: Annotated[str | None, Field(description="`team`, `pair` or `kind`: what rows are about.")] = None
    many: Annotated[int | None, Field(description="How many handoffs of a case are not many yet.")] = None


class CasesQuery(ReportQuery, Page):
    """What a number counts."""

    figure: Figure = Figure.DECIDED
    reason: Annotated[Word | None, Field(description="Only what came back for this code.")] = None


class Column(Frozen):
    """A column of a table."""

    id: str
    title: str
    form: Annotated[Form, Field(description="How values are written: a `length` in seconds, a `share` 0..1.")]


class Row(Frozen):
    """A row of a table."""

    values: Annotated[dict[str, str | int | float | None], Field(description="Column -> value.")]
    links: Annotated[dict[str, str], Field(description="Column -> the address of what the number counts.")]


class ReportTable(Frozen):
    """A table of figures."""

    id: str
    title: str
    formula: Annotated[str, Field(description="What its figures mean, in words.")]
    columns: list[Column]
    rows: list[Row]
    total: Row | None


class Report(Frozen):
    """What was counted."""

    since: datetime
    until: datetime
    now: datetime
    is_too_much: Annotated[bool, Field(description="Whether handoffs were too many, and are left out.")]
    tables: list[ReportTable]


class Case(Frozen):
    """One of the things that a number counts; None where it is not yours to see any more."""

    at: datetime
    what: Figure
    team: Annotated[str, Field(description="Whom it is counted for.")]
    handoff_id: UUID | None
    case_id: str | None
    kind: str | None
    sending_team: str | None
    receiving_team: str | None
    status: str | None
    clock: str
    generation: int
    due_at: datetime | None
    reason: str
    length: Annotated[timedelta | None, Field(description="How long it was held, or waited for.")]
    count: Annotated[int, Field(description="How many handoffs the case has, where that is counted.")]


class Cases(Frozen):
    """What a number counts."""

    since: datetime
    until: datetime
    count: Annotated[int, Field(description="Of all pages: the number.")]
    items: list[Case]
    next: Annotated[str | None, Field(description="The address of the next page; None: this is the last.")]


async def report(call: Call) -> Report:
    """Return the tables.

    Raises:
        NotAllowed: reports are not for them.
        Unclear: the window is none.
    """
    question = _question(call)
    found = await report_of(call.parts.readers, pasts_of(call.request), question)
    return Report(
        since=question.window.since,
        until=question.window.until,
        now=question.now,
        is_too_much=found.history is None,
        tables=[_table(table) for table in tables_of(found, gettext("en"))],
    )


async def cases(call: Call) -> Answer:
    """Return a page of what a number counts.

    Raises:
        NotAllowed: reports are not for them.
        Unclear: the window is none.
        TooMuch: the window has more handoffs than are read at once.
    """
    query, question = call.query, _question(call)
    assert isinstance(query, CasesQuery)
    kind = f"case-{query.figure}"
    place = decode(query.cursor, kind, _PLACE)
    after = None if place is None else Place(*place)
    readers, pasts = call.parts.readers, pasts_of(call.request)
    found = await listing_of(
        readers, pasts, question, query.figure, reason=query.reason, after=after, most=query.limit
    )
    if found is None:
        raise TooMuch
    at_end = None if found.next is None else encode(kind, tuple(found.next))
    address, headers = next_page(call.request, at_end)
    page = Cases(
        since=question.window.since,
        until=question.window.until,
        count=found.count,
        items=[_case(item, call.viewer) for item in found.items],
        next=address,
    )
    return Answer(page, headers)


def _question(call: Call) -> Question:
    teams = teams_of(call.viewer)
    return question_of(call.request.query_params, _UTC, teams, now=call.parts.clock.now())


def _table(table: Table) -> ReportTable:
    columns = [Column(id=each.id, title=each.title, form=each.form) for each in table.columns]
    return ReportTable(
        id=table.id,
        title=table.title,
        formula=table.formula,
        columns=columns,
        rows=[_row(columns, row) for row in table.rows],
        total=_row(columns, table.total) if table.total else None,
    )


def _row(columns: Sequence[Column], row: Sequence[Cell]) -> Row:
    named = list(zip(columns, row, strict=True))
    return Row(
        values={column.id: plain(cell.value) for column, cell in named},
        links={column.id: f"{ROOT}{cell.link}" for column, cell in named if cell.link is not None},
    )


def _case(item: Listed, viewer: Viewer) -> Case:
    may_see = viewer.may_see(item)
    return Case(
        at=item.at,
        what=item.what,
        team=item.team,
        handoff_id=item.id if may_see else None,
        case_id=item.case_id if may_see else None,
        kind=item.kind if may_see else None,
        sending_team=item.sending_team if may_see else None,
        receiving_team=item.receiving_team if may_see else None,
        status=item.status if may_see else None,
        clock=item.clock,
        generation=item.generation,
        due_at=item.due_at,
        reason=item.reason,
        length=item.length,
        count=item.count,
    )
