"""`/board`, where a lead sees what is open and in danger, and `/wall`, which shows it to a room."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from orchestrator.board.access.viewer import Viewer
from orchestrator.board.discretion import as_seen
from orchestrator.board.filters import Filters
from orchestrator.board.lead import export, ribbon_page, saving
from orchestrator.board.lead.board_tab import feed_of, figures_of
from orchestrator.board.lead.choices import choices_of
from orchestrator.board.lead.matrix import matrix_of
from orchestrator.board.lead.more import more_of
from orchestrator.board.lead.room import room_of
from orchestrator.board.lead.strip import strip_of
from orchestrator.board.lead.trend import is_narrower
from orchestrator.board.lead.trend_words import TrendWords
from orchestrator.board.lead.watching import (
    ROWS,
    WALL_ROWS,
    after_of,
    board_view,
    live_address,
    wall_tab,
    wall_view,
)
from orchestrator.board.live.change import View
from orchestrator.board.order import order_of, order_text
from orchestrator.board.parts import Parts, parts_of


async def board(request: Request) -> Response:
    """Show what is open, as the query string asks for it."""
    parts, room, viewer = parts_of(request), room_of(request), request.state.viewer
    filters, after = Filters.of(request.query_params), after_of(request)
    selection = room.selections.of(filters, viewer)
    around = room.selections.of(filters.changed(sender=None, receiver=None), viewer)
    await room.rates.get()
    await room.over.get()
    await room.notes.learn(card for card, _ in selection.broken())
    cards = selection.window(after, ROWS)
    return parts.renderer.page(
        request,
        "lead/board.html.j2",
        filters=filters,
        choices=choices_of(parts.policy.rules, around, filters),
        rows=[(order_text(order_of(card)), as_seen(card, viewer)) for card in cards],
        more=more_of(selection, after, ROWS),
        matrix=matrix_of(around, filters, room.rates.peek()),
        feed=feed_of(selection, room),
        strip=strip_of(parts.pulse, parts.clock.now()),
        trends=await room.trends.of(filters, viewer, request.state.preferences.zone),
        trend_words=TrendWords(filters, viewer, request.state.preferences),
        is_trend_wider=is_narrower(filters),
        views=await saving.views_of(parts, viewer),
        limit=ROWS,
        live=live_address("board", filters, cards, ROWS, after=after),
        seq=request.state.seq,
        **figures_of(selection, room),
    )


async def wall(request: Request) -> Response:
    """Show a few numbers and what is most urgent, to be read from afar."""
    parts, room = parts_of(request), room_of(request)
    tab = wall_tab(request)
    await room.rates.get()
    cards = tab.selection.window(None, WALL_ROWS)
    return parts.renderer.page(
        request,
        "lead/wall.html.j2",
        filters=tab.filters,
        rows=[(order_text(order_of(card)), tab.as_shown(card)) for card in cards],
        strip=strip_of(parts.pulse, parts.clock.now()),
        limit=WALL_ROWS,
        live=live_address("wall", tab.filters, cards, WALL_ROWS),
        seq=request.state.seq,
        **figures_of(tab.selection, room),
    )


routes: Final[list[BaseRoute]] = [
    Route("/board", board, name="board"),
    Route("/wall", wall, name="wall"),
    *export.routes,
    *saving.routes,
    *ribbon_page.routes,
]
VIEWS: Final[dict[str, Callable[[Request, Parts, Viewer], View]]] = {"board": board_view, "wall": wall_view}
