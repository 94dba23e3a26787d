"""The few numbers at the top of a report."""

from __future__ import annotations

from typing import Final

from orchestrator.board.reports.clock_tables import LIST
from orchestrator.board.reports.formulas import formula_of
from orchestrator.board.reports.report import Report
from orchestrator.board.reports.table import Cell, Column, Form, Table
from orchestrator.board.reports.words import Words
from orchestrator.domain.figures.in_time import InTime
from orchestrator.domain.figures.listed import Figure
from orchestrator.domain.figures.waits import percentile

ACCEPT: Final = "accept"
"""The clock of the figure that the board shows."""


def cards(report: Report, _: Words) -> Table:
    """Return one row: what matters most, with the address of what is behind it."""
    question, history = report.question, report.history
    rate = sum(report.runs.values(), start=InTime())

    def link(figure: Figure, count: int, **narrowed: str) -> str | None:
        return question.fixed(LIST, figure=figure.value, **narrowed) if count else None

    accepted = sum((each for (_group, clock), each in report.runs.items() if clock == ACCEPT), start=InTime())
    columns = [
        Column("accepted_in_time", _("Accepted in time"), Form.SHARE),
        Column("in_time", _("All promises in time"), Form.SHARE),
        Column("decided", _("Promises decided"), Form.COUNT),
        Column("breached", _("Breached"), Form.COUNT),
    ]
    cells = [
        Cell(accepted.share, link(Figure.DECIDED, accepted.decided, clock=ACCEPT)),
        Cell(rate.share, link(Figure.DECIDED, rate.decided)),
        Cell(rate.decided, link(Figure.DECIDED, rate.decided)),
        Cell(rate.breached, link(Figure.BREACHED, rate.breached)),
    ]
    if history is not None:
        waited = [taken.waited for _past, taken in history.accepted]
        longer = history.longer_than(question.many)
        columns += [
            Column("requested", _("Handoffs requested"), Form.COUNT),
            Column("half_accepted_within", _("Half accepted within"), Form.LENGTH),
            Column("came_back", _("Came back"), Form.COUNT),
            Column("many_handoffs", _("Cases with more than {many} handoffs"), Form.COUNT),
        ]
        columns[-1] = columns[-1]._replace(title=columns[-1].title.format(many=question.many))
        cells += [
            Cell(len(history.requested), link(Figure.REQUESTED, len(history.requested))),
            Cell(percentile(waited, 0.5), link(Figure.ACCEPTED, len(waited))),
            Cell(len(history.bounced), link(Figure.BOUNCED, len(history.bounced))),
            Cell(len(longer), link(Figure.MANY_HANDOFFS, len(longer))),
        ]
    return Table("summary", _("At a glance"), formula_of("summary", _), columns, [cells])
