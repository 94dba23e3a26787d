"""Saved views: a query string of the board under a name, for the one who saved it."""

from __future__ import annotations

from typing import Final

from starlette.datastructures import QueryParams
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import BaseRoute, Route

from orchestrator.board.access.viewer import Viewer
from orchestrator.board.filters import Filters
from orchestrator.board.parts import Parts, parts_of
from orchestrator.board.said import Problem, Unclear
from orchestrator.domain.sentence import Sentence
from orchestrator.ledger.port import LedgerUnavailable
from orchestrator.ledger.saved_views import SavedView, forget_view, save_view, saved_views_of

_PAGE: Final = "board"
_LONGEST_NAME: Final = 80
MOST_VIEWS: Final = 50


async def views_of(parts: Parts, viewer: Viewer) -> list[SavedView]:
    """Return what somebody saved; nothing where the ledger cannot tell now: the board goes on without."""
    try:
        async with parts.readers.connection() as db:
            return await saved_views_of(db, viewer.id, _PAGE)
    except LedgerUnavailable:
        return []


async def save(request: Request) -> Response:
    """Keep the filters of a page under a name."""
    parts, viewer = parts_of(request), request.state.viewer
    async with request.form() as form:
        name, query = str(form.get("name", "")).strip(), str(form.get("query", ""))
    if not name or len(name) > _LONGEST_NAME or not name.isprintable():
        raise Unclear(
            (Problem("name", Sentence("is not 1 to {most} printable characters", most=_LONGEST_NAME)),)
        )
    filters = Filters.of(QueryParams(query))
    async with parts.readers.for_people() as db:
        view = SavedView(name, filters.query())
        is_kept = await save_view(db, viewer.id, _PAGE, view, now=parts.clock.now(), most=MOST_VIEWS)
    if not is_kept:
        raise Unclear(
            (
                Problem(
                    "name",
                    Sentence("is one too many: {most} views are kept, so forget one first", most=MOST_VIEWS),
                ),
            )
        )
    return _back(filters)


async def forget(request: Request) -> Response:
    """Forget what is kept under a name."""
    parts, viewer = parts_of(request), request.state.viewer
    async with request.form() as form:
        name, query = str(form.get("name", "")), str(form.get("query", ""))
    async with parts.readers.for_people() as db:
        await forget_view(db, viewer.id, _PAGE, name)
    return _back(Filters.of(QueryParams(query)))


def _back(filters: Filters) -> Response:
    query = filters.query()
    return RedirectResponse("/board" + (f"?{query}" if query else ""), status_code=303)


routes: Final[list[BaseRoute]] = [
    Route("/board/views", save, methods=["POST"]),
    Route("/board/views/forget", forget, methods=["POST"]),
]
