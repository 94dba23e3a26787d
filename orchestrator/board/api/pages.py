"""`/api/v1`: the same reads and commands as the pages, for programs."""

from __future__ import annotations

from functools import cache
from typing import Any, Final

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route

from orchestrator.board.api import events
from orchestrator.board.api.endpoint import ROOT
from orchestrator.board.api.endpoints import ENDPOINTS
from orchestrator.board.api.openapi import document


@cache
def openapi() -> dict[str, Any]:
    """Return the OpenAPI document."""
    return document(ENDPOINTS)


async def show_openapi(_: Request) -> Response:
    """Return the OpenAPI document."""
    return JSONResponse(openapi())


routes: Final[list[BaseRoute]] = [
    Route(f"{ROOT}/openapi.json", show_openapi, methods=["GET"]),
    *(endpoint.route for endpoint in ENDPOINTS),
]
VIEWS: Final = events.VIEWS
