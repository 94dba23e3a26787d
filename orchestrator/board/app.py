"""Every page and every answer of the board, in one table."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.routing import BaseRoute

from orchestrator.board.access import pages as access
from orchestrator.board.access.viewer import Viewer
from orchestrator.board.agent import pages as agent
from orchestrator.board.api import pages as api
from orchestrator.board.lead import pages as lead
from orchestrator.board.live import stream
from orchestrator.board.live.as_of import AsOf
from orchestrator.board.live.change import View
from orchestrator.board.look import pages as look
from orchestrator.board.ops import pages as ops
from orchestrator.board.parts import Parts
from orchestrator.board.problems import HANDLERS
from orchestrator.board.reports import pages as reports

MakeView = Callable[[Request, Parts, Viewer], View]
"""Makes what a tab shows of `GET /live/<view>?...`, or raises as a page does."""

ROUTES: Final[list[BaseRoute]] = [
    *stream.routes,
    *look.routes,
    *access.routes,
    *ops.routes,
    *lead.routes,
    *agent.routes,
    *api.routes,
    *reports.routes,
]

VIEWS: Final[dict[str, MakeView]] = {
    **ops.VIEWS,
    **lead.VIEWS,
    **agent.VIEWS,
    **api.VIEWS,
}
"""Name -> view, of the pages that are live."""


def create(
    parts: Parts,
    *,
    middleware: Sequence[Middleware] = (),
    routes: Sequence[BaseRoute] = (),
) -> Starlette:
    """Return the application that shows `parts`.

    Args:
        parts: what its pages are made from.
        middleware: what every request goes through: it tells who looks.
        routes: those that depend on how the board is set up, beside `ROUTES`.
    """
    app = Starlette(
        routes=[*ROUTES, *routes],
        middleware=[*middleware, Middleware(AsOf, parts)],
        exception_handlers=HANDLERS,
    )
    app.state.parts = parts
    app.state.views = VIEWS
    return app
