"""What reports call things, in the reader's language."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from babel.numbers import format_decimal

from orchestrator.board.reports.table import Column, Form
from orchestrator.domain.figures.listed import Figure
from orchestrator.ledger.figures import By

Words = Callable[[str], str]
"""Says a message in the reader's language."""


@dataclass(frozen=True, slots=True)
class Numbers:
    """Writes numbers as the readers of a language do."""

    language: str

    def share(self, share: float, digits: int = 1) -> str:
        """Return a share of 1 in per cent: "93.1 %"; what is not all of it is never rounded up to all."""
        step = 10**digits
        percent = share * 100 if share == 1 else min(share * 100, 100 - 1 / step)
        form = f"0.{'0' * digits}" if digits else "0"
        return format_decimal(percent, form, locale=self.language) + "\N{NO-BREAK SPACE}%"

    def count(self, count: int) -> str:
        """Return a whole number: "1,300"."""
        return format_decimal(count, locale=self.language)


def columns_of(by: By, _: Words) -> list[Column]:
    """Return the columns that name a group."""
    match by:
        case "team":
            return [Column("team", _("Team"), Form.TEAM)]
        case "pair":
            return [Column("from", _("From"), Form.TEAM), Column("to", _("To"), Form.TEAM)]
        case "kind":
            return [Column("kind", _("Kind"), Form.KIND)]


def title_of(figure: Figure, _: Words) -> str:
    """Return what a list of it is called."""
    return {
        Figure.DECIDED: _("Decided promises"),
        Figure.MET: _("Promises met"),
        Figure.BREACHED: _("Promises breached"),
        Figure.RUNNING: _("Promises that run now"),
        Figure.PAUSED: _("Promises that are paused now"),
        Figure.OVERDUE: _("Promises that are overdue now"),
        Figure.REQUESTED: _("Handoffs requested"),
        Figure.ACCEPTED: _("Handoffs accepted"),
        Figure.BOUNCED: _("Handoffs that came back"),
        Figure.DECLINED: _("Handoffs declined"),
        Figure.RETURNED: _("Handoffs returned"),
        Figure.HELD: _("Cases held"),
        Figure.MANY_HANDOFFS: _("Cases with many handoffs"),
    }[figure]


def word_of(figure: Figure, _: Words) -> str:
    """Return the word for what became of one thing."""
    return {
        Figure.MET: _("Met"),
        Figure.BREACHED: _("Breached"),
        Figure.RUNNING: _("Running"),
        Figure.PAUSED: _("Paused"),
        Figure.OVERDUE: _("Overdue"),
        Figure.REQUESTED: _("Requested"),
        Figure.ACCEPTED: _("Accepted"),
        Figure.DECLINED: _("Declined"),
        Figure.RETURNED: _("Returned"),
        Figure.HELD: _("Held"),
        Figure.MANY_HANDOFFS: _("Many handoffs"),
    }.get(figure, figure.value)
