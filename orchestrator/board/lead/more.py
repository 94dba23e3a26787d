"""How much of the queue a page shows, and the way to the rest."""

from __future__ import annotations

from dataclasses import dataclass

from orchestrator.board.lead.selection import Selection
from orchestrator.board.order import Order, order_of, order_text


@dataclass(frozen=True, slots=True)
class More:
    """Of the queue."""

    all: int
    shown: int
    next: str | None
    """The query string of what comes behind; None: this is the end."""
    first: str | None
    """The query string of the beginning; None: this is it."""


def more_of(selection: Selection, after: Order | None, limit: int) -> More:
    """Return how much of `selection` a page of `limit` shows that begins behind `after`."""
    before = selection.place_of(after)
    shown = min(limit, len(selection) - before)
    query = selection.filters.query()
    following = None
    if before + shown < len(selection):
        last = selection.window(after, limit)[-1]
        following = _joined(query, f"after={order_text(order_of(last))}")
    return More(len(selection), shown, following, query if after is not None else None)


def _joined(*parts: str) -> str:
    return "&".join(part for part in parts if part)
