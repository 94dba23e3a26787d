"""Every table of a report, in the order in which they are shown."""

from __future__ import annotations

from orchestrator.board.reports import clock_tables, history_tables
from orchestrator.board.reports.cards import cards
from orchestrator.board.reports.report import Report
from orchestrator.board.reports.table import Table
from orchestrator.board.reports.words import Words


def tables_of(report: Report, _: Words) -> list[Table]:
    """Return the tables, in words of the reader's language."""
    question, history = report.question, report.history
    found = [
        cards(report, _),
        clock_tables.clocks(report, _),
        clock_tables.trend(report, _),
        clock_tables.open_now(report, _),
    ]
    if history is None:
        return found
    return [
        *found,
        history_tables.waits(history, question, _),
        history_tables.held(history, question, _),
        history_tables.bounces(history, question, _),
        history_tables.reasons(history, question, _),
    ]
