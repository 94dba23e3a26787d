"""`/you`: who you are here; whoever sits at this machine chooses."""

from __future__ import annotations

import re
import unicodedata
from datetime import timedelta
from typing import Final

import structlog
from pydantic import ValidationError
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import BaseRoute, Route

from orchestrator.board.access import cookies
from orchestrator.board.access.access import Access
from orchestrator.board.access.local import LOCAL_ID, LOCAL_NAME, You
from orchestrator.board.look.local_path import local_path
from orchestrator.board.parts import parts_of
from orchestrator.board.problems import NotAllowed
from orchestrator.domain.sentence import Sentence

log = structlog.get_logger(__name__)

_A_YEAR: Final = timedelta(days=365)


async def show(request: Request) -> Response:
    """Show who they are; a person at this machine can say who."""
    back = local_path(request.query_params.get("next"), otherwise="/")
    return _page(request, back, request.query_params.get("saved") == "1")


async def choose(request: Request) -> Response:
    """Keep as whom the person in this browser acts."""
    access: Access = request.state.access
    if not request.state.viewer.is_local:
        raise NotAllowed(Sentence("you are who you signed in as"))
    async with request.form() as form:
        said = {name: value.strip() for name, value in form.items() if isinstance(value, str)}
    teams = parts_of(request).policy.rules.teams
    wrong: list[str] = []
    if said.get("team") and said["team"] not in teams:
        wrong.append("team")
    name = said.get("name") or LOCAL_NAME
    try:
        you = You(id=said.get("id") or slug(name), name=name, team=said.get("team") or None)
    except ValidationError as error:
        wrong += [str(each["loc"][0]) for each in error.errors()]
    if wrong:
        return _page(request, local_path(said.get("next"), otherwise="/"), False, said=said, wrong=wrong)
    log.info("access.acts_as", viewer=you.id, team=you.team)
    response = RedirectResponse(local_path(said.get("next"), otherwise="/you?saved=1"), 303)
    access.cookies.keep(response, cookies.YOU, access.yous.sign(you), _A_YEAR)
    return response


def slug(name: str) -> str:
    """Return an id for a name: `Ana María` is ana-maria."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:64].rstrip("-") or LOCAL_ID


def _page(
    request: Request,
    back: str,
    is_saved: bool,
    said: dict[str, str] | None = None,
    wrong: list[str] | None = None,
) -> Response:
    viewer = request.state.viewer
    chosen = {"name": viewer.name, "id": viewer.id, "team": viewer.home or ""}
    return parts_of(request).renderer.page(
        request,
        "access/you.html.j2",
        status=422 if wrong else 200,
        said=chosen | (said or {}),
        wrong=wrong or [],
        back=back,
        is_saved=is_saved,
        teams=sorted(parts_of(request).policy.rules.teams),
    )


routes: Final[list[BaseRoute]] = [
    Route("/you", show, methods=["GET"]),
    Route("/you", choose, methods=["POST"]),
]
