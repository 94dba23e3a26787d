"""Who hands over to whom, and how that stands: sending teams down, receiving teams across."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from orchestrator.board.filters import Filters
from orchestrator.board.lead.rates import Rates
from orchestrator.board.lead.selection import Selection
from orchestrator.board.lead.tally import Pair, Tally
from orchestrator.domain.figures.in_time import InTime

_NONE = Tally()


@dataclass(frozen=True, slots=True)
class Cell:
    """Handoffs of one team to another."""

    open: int
    at_risk: int
    breached: int
    in_time: InTime
    """How often the receiving team accepted in time lately."""
    query: str
    """The page with this cell alone; or with all again, where it is the one that is shown alone."""
    is_chosen: bool


@dataclass(frozen=True, slots=True)
class Line:
    """What one team sends."""

    sender: str
    query: str
    is_chosen: bool
    cells: tuple[Cell | None, ...]
    """None: nothing goes this way."""


@dataclass(frozen=True, slots=True)
class Column:
    """What one team receives."""

    receiver: str
    query: str
    is_chosen: bool


@dataclass(frozen=True, slots=True)
class Matrix:
    """All of them."""

    columns: tuple[Column, ...]
    lines: tuple[Line, ...]


def matrix_of(around: Selection, filters: Filters, rates: Rates | None) -> Matrix:
    """Return the matrix of `around`: what `filters` ask for, whoever sends and receives."""
    counts = around.counts.pairs
    lately = rates.between(around.filters, around.viewer) if rates is not None else {}
    pairs = sorted({*counts, *lately})
    columns = tuple(_column(filters, team) for team in sorted({receiver for _, receiver in pairs}))
    lines = tuple(
        _line(filters, team, columns, counts, lately) for team in sorted({sender for sender, _ in pairs})
    )
    return Matrix(columns, lines)


def _column(filters: Filters, team: str) -> Column:
    is_chosen = filters.receiver == (team,) and not filters.sender
    query = filters.query(sender=None, receiver=None if is_chosen else team)
    return Column(team, query, is_chosen)


def _line(
    filters: Filters,
    team: str,
    columns: tuple[Column, ...],
    counts: Mapping[Pair, Tally],
    lately: Mapping[Pair, InTime],
) -> Line:
    is_chosen = filters.sender == (team,) and not filters.receiver
    query = filters.query(sender=None if is_chosen else team, receiver=None)
    cells = tuple(_cell(filters, (team, column.receiver), counts, lately) for column in columns)
    return Line(team, query, is_chosen, cells)


def _cell(
    filters: Filters, pair: Pair, counts: Mapping[Pair, Tally], lately: Mapping[Pair, InTime]
) -> Cell | None:
    if pair not in counts and pair not in lately:
        return None
    sender, receiver = pair
    is_chosen = filters.sender == (sender,) and filters.receiver == (receiver,)
    query = (
        filters.query(sender=None, receiver=None)
        if is_chosen
        else filters.query(sender=sender, receiver=receiver)
    )
    tally = counts.get(pair, _NONE)
    return Cell(tally.open, tally.at_risk, tally.breached, lately.get(pair, InTime()), query, is_chosen)
