"""Every page and every answer of the board, in one table."""

from __future__ import annotations

from typing import Final

from starlette.applications import Starlette
from starlette.routing import BaseRoute

from orchestrator.board.parts import Parts

ROUTES: Final[list[BaseRoute]] = []


def create(parts: Parts) -> Starlette:
    """Return the application that shows `parts`."""
    app = Starlette(routes=ROUTES)
    app.state.parts = parts
    return app
