"""What the filters of a report can be set to."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from orchestrator.board.reports.question import Question
from orchestrator.board.reports.report import Report
from orchestrator.domain.policy import Rules


def choices_of(rules: Rules, question: Question, report: Report | None) -> Mapping[str, list[str]]:
    """Return field -> its values: those of the rules, of the report, and what is chosen."""
    teams = rules.teams.keys() if question.teams is None else question.teams
    clocks = {spec.kind for kind in rules.kinds.values() for spec in kind.clocks}
    if report is not None:
        clocks |= {clock for _group, clock in report.runs}
    return {
        "team": _sorted(teams, question.team),
        "kind": _sorted(rules.kinds, question.kind),
        "clock": _sorted(clocks, question.clock),
    }


def titles_of(rules: Rules) -> Mapping[str, str]:
    """Return what people call each kind of handoff."""
    return {name: kind.title for name, kind in rules.kinds.items()}


def _sorted(values: Iterable[str], chosen: str | None) -> list[str]:
    return sorted({*values, *([chosen] if chosen else [])})
