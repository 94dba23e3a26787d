"""The tables about promises: decided in the window, by the hour or day, and open now."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime

from orchestrator.board.reports.formulas import formula_of
from orchestrator.board.reports.question import Question, iso
from orchestrator.board.reports.report import Report
from orchestrator.board.reports.table import Cell, Column, Form, Table
from orchestrator.board.reports.words import Words, columns_of
from orchestrator.domain.figures.in_time import InTime
from orchestrator.domain.figures.listed import Figure
from orchestrator.ledger.figures import By, Group

LIST = "/reports/cases"
_PARAMETERS: Mapping[By, Sequence[str]] = {"team": ("team",), "pair": ("from", "to"), "kind": ("kind",)}


def group_parameters(by: By, group: Group) -> dict[str, str]:
    """Return what narrows a list down to a group."""
    return dict(zip(_PARAMETERS[by], group, strict=True))


def in_time_cells(question: Question, rate: InTime, **narrowed: str | None) -> list[Cell]:
    """Return what was decided, met and breached, and the share, each with the address of its list."""

    def link(figure: Figure, count: int) -> str | None:
        return question.fixed(LIST, figure=figure.value, **narrowed) if count else None

    decided = link(Figure.DECIDED, rate.decided)
    return [
        Cell(rate.decided, decided),
        Cell(rate.met, link(Figure.MET, rate.met)),
        Cell(rate.breached, link(Figure.BREACHED, rate.breached)),
        Cell(rate.share, decided),
    ]


def clocks(report: Report, _: Words) -> Table:
    """Return how many promises were kept, by group and clock."""
    question = report.question
    named = columns_of(question.by, _)
    rows = []
    for (group, clock), rate in sorted(report.runs.items()):
        narrowed = group_parameters(question.by, group) | {"clock": clock}
        rows.append([*map(Cell, group), Cell(clock), *in_time_cells(question, rate, **narrowed)])
    total = sum(report.runs.values(), start=InTime())
    return Table(
        "clocks",
        _("Promises kept"),
        formula_of("clocks", _),
        [*named, Column("clock", _("Clock"), Form.CLOCK), *_in_time_columns(_)],
        rows,
        empty=_("No promise was decided in this window: choose a longer one, or fewer filters."),
        total=[Cell(_("All")), *[Cell(None)] * len(named), *in_time_cells(question, total)] if rows else (),
    )


def trend(report: Report, _: Words) -> Table:
    """Return the same by hour or day."""
    rows = [
        [Cell(since), Cell(until), *in_time_cells(report.question, rate, **bar)]
        for since, until, rate, bar in bars(report)
    ]
    return Table(
        "trend",
        _("Promises kept by the hour") if report.step == "hour" else _("Promises kept by the day"),
        formula_of("trend", _),
        [
            Column("since", _("From"), Form.INSTANT),
            Column("until", _("Until"), Form.INSTANT),
            *_in_time_columns(_),
        ],
        rows,
    )


def bars(report: Report) -> Iterator[tuple[datetime, datetime, InTime, dict[str, str | None]]]:
    """Return since, until, count and narrowed window of each bar of the trend."""
    for since, until, rate in zip(report.bounds, report.bounds[1:], report.trend, strict=False):
        yield since, until, rate, {"since": iso(since), "until": iso(until)}


def open_now(report: Report, _: Words) -> Table:
    """Return how the promises stand that are open now."""
    found = report.open_now
    figures = (Figure.RUNNING, Figure.PAUSED, Figure.OVERDUE)

    def cells(clock: str | None) -> Iterator[Cell]:
        for figure in figures:
            count = sum(n for (each, what), n in found.items() if what is figure and clock in (None, each))
            narrowed = {} if clock is None else {"clock": clock}
            link = report.question.fixed(LIST, figure=figure.value, **narrowed) if count else None
            yield Cell(count, link)

    rows = [[Cell(clock), *cells(clock)] for clock in sorted({clock for clock, _figure in found})]
    return Table(
        "open-now",
        _("Open now"),
        formula_of("open-now", _),
        [
            Column("clock", _("Clock"), Form.CLOCK),
            Column("running", _("Running"), Form.COUNT),
            Column("paused", _("Paused"), Form.COUNT),
            Column("overdue", _("Overdue"), Form.COUNT),
        ],
        rows,
        empty=_("No promise is open now."),
        total=[Cell(_("All")), *cells(None)] if rows else (),
    )


def _in_time_columns(_: Words) -> list[Column]:
    return [
        Column("decided", _("Decided"), Form.COUNT),
        Column("met", _("Met"), Form.COUNT),
        Column("breached", _("Breached"), Form.COUNT),
        Column("in_time", _("In time"), Form.SHARE),
    ]
