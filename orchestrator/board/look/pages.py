"""The first page, the page of preferences, and the static files."""

from __future__ import annotations

from typing import Final

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import BaseRoute, Route

from orchestrator.board.look import static_files
from orchestrator.board.look.local_path import local_path
from orchestrator.board.look.navigation import home
from orchestrator.board.look.preferences import COOKIE, Preferences, zones
from orchestrator.board.parts import parts_of

_A_YEAR: Final = 31_536_000


async def first(request: Request) -> Response:
    """Lead to the page that the viewer's role uses most."""
    return RedirectResponse(home(request.state.viewer), status_code=303)


async def show_preferences(request: Request) -> Response:
    """Show what can be chosen."""
    back = local_path(request.query_params.get("next"), otherwise="/")
    is_saved = request.query_params.get("saved") == "1"
    return parts_of(request).renderer.page(
        request, "look/preferences.html.j2", zones=zones(), back=back, is_saved=is_saved
    )


async def keep_preferences(request: Request) -> Response:
    """Keep what was chosen in a cookie; a choice that the form does not have stays as it was."""
    form = await request.form()
    said = {name: value for name, value in form.items() if isinstance(value, str)}
    if "whole" in said:  # an unticked box is not sent
        said = {"notifications": "off", "keys": "off"} | said
    before: Preferences = request.state.preferences
    chosen = Preferences.chosen(before.choices() | said)
    response = RedirectResponse(local_path(said.get("next"), otherwise="/preferences?saved=1"), 303)
    response.set_cookie(
        COOKIE,
        chosen.as_cookie(),
        max_age=_A_YEAR,
        httponly=True,
        samesite="lax",
        secure=request.url.scheme == "https",
    )
    return response


routes: Final[list[BaseRoute]] = [
    Route("/", first),
    Route("/preferences", show_preferences, methods=["GET"]),
    Route("/preferences", keep_preferences, methods=["POST"]),
    static_files.mount,
]
