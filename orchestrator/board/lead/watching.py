"""How the pages of the lead stay live: the address that a page follows, and what a tab there is told."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final
from urllib.parse import urlencode

from starlette.requests import Request

from orchestrator.board.access.viewer import Viewer
from orchestrator.board.filters import Filters
from orchestrator.board.lead.board_tab import BoardTab
from orchestrator.board.lead.room import room_of
from orchestrator.board.lead.wall_tab import WallTab
from orchestrator.board.live.card import Card
from orchestrator.board.live.change import View
from orchestrator.board.order import END, Order, order_from, order_of, order_text
from orchestrator.board.parts import Parts

ROWS: Final = 100
"""Of the queue, on one page."""
WALL_ROWS: Final = 10


def live_address(
    view: str, filters: Filters, cards: Sequence[Card], limit: int, *, after: Order | None = None
) -> str:
    """Return what a page follows that was made with these `cards`."""
    asked = [*filters.pairs()]
    if after is not None:
        asked.append(("after", order_text(after)))
    last = order_of(cards[-1]) if len(cards) == limit else END
    return f"/live/{view}?{urlencode([*asked, ('last', order_text(last))])}"


def after_of(request: Request) -> Order | None:
    """Return the place behind which a page begins; None: at the beginning.

    Raises:
        Unclear: the query string names none that there is.
    """
    text = request.query_params.get("after")
    return order_from(text) if text else None


def board_view(request: Request, parts: Parts, viewer: Viewer) -> View:
    """Return what a tab with the board is told."""
    room, filters = room_of(request), Filters.of(request.query_params)
    return BoardTab(
        room,
        room.selections.of(filters, viewer),
        room.selections.of(filters.changed(sender=None, receiver=None), viewer),
        request.state.preferences.language,
        limit=ROWS,
        after=after_of(request),
        last=_came_with_page(request),
    )


def wall_view(request: Request, parts: Parts, viewer: Viewer) -> View:
    """Return what a wall is told."""
    return wall_tab(request)


def wall_tab(request: Request) -> WallTab:
    """Return the wall that is asked for."""
    room, filters = room_of(request), Filters.of(request.query_params)
    selection = room.selections.of(filters, request.state.viewer)
    language = request.state.preferences.language
    return WallTab(room, selection, language, limit=WALL_ROWS, last=_came_with_page(request))


def _came_with_page(request: Request) -> Order | None:
    """Return the last row that a tab has from its page; None: it may have been told more since.

    The tab says it itself. Its id cannot tell: it stands still while a number of the journal is missing.
    """
    asked = request.query_params
    is_as_made = "unchanged" in asked and "last-event-id" not in request.headers
    return order_from(asked["last"]) if is_as_made and "last" in asked else None
