"""`/reports`: what was promised and kept, and every case behind every number."""

from __future__ import annotations

from typing import Final

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from orchestrator.board.look.catalogue import gettext
from orchestrator.board.parts import Parts, parts_of
from orchestrator.board.problems import NotFound
from orchestrator.board.reports import cases
from orchestrator.board.reports.chart import chart_of, label_of
from orchestrator.board.reports.choices import choices_of, titles_of
from orchestrator.board.reports.output import (
    LONG_HEADER,
    as_json,
    csv_answer,
    json_answer,
    long_rows,
    table_rows,
)
from orchestrator.board.reports.question import Question, iso, question_of
from orchestrator.board.reports.readers import teams_of
from orchestrator.board.reports.report import Report, pasts_of, report_of
from orchestrator.board.reports.table import Table
from orchestrator.board.reports.tables import tables_of
from orchestrator.board.reports.window import PRESETS
from orchestrator.board.reports.words import Numbers
from orchestrator.board.said import Problem, Unclear
from orchestrator.domain.sentence import Sentence
from orchestrator.ledger.pasts import MOST


async def page(request: Request) -> Response:
    """Show the report that the query string asks for; what it cannot mean is said, beside the usual one."""
    parts = parts_of(request)
    problems: tuple[Problem, ...] = ()
    try:
        question = _question(request, parts)
    except Unclear as error:
        question, problems = _question(request, parts, is_usual=True), error.problems
    report = await report_of(parts.readers, pasts_of(request), question)
    _ = gettext(request.state.preferences.language)
    tables = tables_of(report, _)
    return parts.renderer.page(
        request,
        "reports/report.html.j2",
        status=422 if problems else 200,
        question=question,
        problems=problems,
        presets=PRESETS,
        choices=choices_of(parts.policy.rules, question, report),
        tables={table.id: table for table in tables},
        chart=chart_of(report),
        span=question.span(request.state.preferences.language),
        kinds=titles_of(parts.policy.rules),
        numbers=Numbers(request.state.preferences.language),
        bar_label=label_of(report, request.state.preferences.language),
        is_too_much=report.history is None,
        most=MOST,
        exports={form: question.fixed(f"/reports.{form}", by=question.by) for form in ("csv", "json")},
    )


async def as_csv(request: Request) -> Response:
    """Return every number as a row; `?table=` returns one table as it is shown."""
    _report, tables = await _told(request)
    wanted = request.query_params.get("table")
    if wanted is None:
        return csv_answer(LONG_HEADER, long_rows(tables), "report")
    table = next((each for each in tables if each.id == wanted), None)
    if table is None:
        raise NotFound(
            Sentence(
                "there is no such table; there are: {tables}", tables=", ".join(each.id for each in tables)
            )
        )
    rows = [[cell.value for cell in row] for row in table_rows(table)]
    return csv_answer([column.id for column in table.columns], rows, f"report-{table.id}")


async def as_data(request: Request) -> Response:
    """Return every table as JSON, with what was asked and the addresses of what is behind each number."""
    report, tables = await _told(request)
    told = {
        "asked": report.question.parameters()
        | {"since": iso(report.question.window.since), "until": iso(report.question.window.until)},
        "now": iso(report.question.now),
        "step": report.step.value,
        "is_too_much": report.history is None,
        "tables": [as_json(table) for table in tables],
    }
    return json_answer(told, "report")


async def _told(request: Request) -> tuple[Report, list[Table]]:
    parts = parts_of(request)
    question = cases.clearly(lambda: _question(request, parts))
    report = await report_of(parts.readers, pasts_of(request), question)
    _ = gettext(request.state.preferences.language)
    return report, tables_of(report, _)


def _question(request: Request, parts: Parts, *, is_usual: bool = False) -> Question:
    teams = teams_of(request.state.viewer)
    said = {} if is_usual else request.query_params
    return question_of(said, request.state.preferences.zone, teams, now=parts.clock.now())


routes: Final[list[BaseRoute]] = [
    Route("/reports", page),
    Route("/reports.csv", as_csv),
    Route("/reports.json", as_data),
    *cases.routes,
]
