"""What happens when an agent presses a button: by a form, or by a script on the page."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final
from urllib.parse import parse_qsl, urlencode, urlsplit

from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response

from orchestrator.board.agent.form import said_in
from orchestrator.board.agent.handoff_page import (
    about,
    pieces,
    preferences_of,
    reader_clock,
    render,
    shown_to,
    viewer_of,
)
from orchestrator.board.agent.refusal import refusal_of
from orchestrator.board.doing import NotAllowed, Unclear, do
from orchestrator.board.live.arrival import until_known
from orchestrator.board.look.catalogue import gettext
from orchestrator.board.look.local_path import local_path
from orchestrator.board.parts import parts_of
from orchestrator.board.problems import MEDIA_TYPE, details
from orchestrator.board.said import Problem
from orchestrator.desk import Done
from orchestrator.domain.errors import Refused
from orchestrator.domain.sentence import Sentence

MOST_FIELDS: Final = 20


async def deed(request: Request) -> Response:
    """Do one action: 303 to the page, or JSON with the parts of it that changed.

    A refusal is the page with the reason in it, or problem+json with the same parts, so that either way
    what is shown is what is so.
    """
    action: str = request.path_params["action"]
    form = await request.form(max_files=0, max_fields=MOST_FIELDS)
    fields = {name: value for name, value in form.items() if isinstance(value, str)}
    try:
        done = await _do(request, action, fields)
    except (NotAllowed, Unclear, Refused) as error:
        return await _refuse(request, action, error, fields)
    if not _wants_json(request):
        await until_known(parts_of(request).floor, done.handoff)
        return RedirectResponse(_back(request, action, fields), status_code=303)
    return await _tell(request, action, done)


async def _do(request: Request, action: str, fields: Mapping[str, str]) -> Done:
    press = fields.get("press", "")
    if not press:
        raise Unclear((Problem("press", Sentence("is missing: load the page again")),))
    said = said_in(fields, preferences_of(request).zone)
    parts, viewer = parts_of(request), viewer_of(request)
    return await do(parts, viewer, request.path_params["id"], action, said, press=press)


async def _tell(request: Request, action: str, done: Done) -> Response:
    """Return the parts of the page that changed, or where to go when it is not theirs to see any more."""
    answer = {"done": action, "is_repeat": done.is_repeat}
    if not viewer_of(request).may_see(done.handoff):
        return JSONResponse(answer | {"goto": "/queue"})
    shown = await shown_to(request)
    return JSONResponse(answer | about(shown) | pieces(request, shown, done=action).as_json())


async def _refuse(
    request: Request, action: str, error: NotAllowed | Unclear | Refused, fields: Mapping[str, str]
) -> Response:
    shown = await shown_to(request)
    words = gettext(preferences_of(request).language)
    refusal = refusal_of(error, action, shown, words, at=reader_clock(request), filled=fields)
    if not _wants_json(request):
        return render(request, shown, status=refusal.status, refusal=refusal)
    problem = details(
        request,
        refusal.status,
        refusal.code,
        f"{refusal.message} {refusal.todo}".strip(),
        action=action,
        fields=dict(refusal.fields),
        **about(shown),
        **pieces(request, shown, refusal=refusal).as_json(),
    )
    return JSONResponse(problem, refusal.status, media_type=MEDIA_TYPE)


def _wants_json(request: Request) -> bool:
    return "json" in request.headers.get("accept", "")


def _back(request: Request, action: str, fields: Mapping[str, str]) -> str:
    """Return where to go after it was done: to the page that the form names, else to the handoff."""
    next = local_path(fields.get("next"), otherwise=f"/handoffs/{request.path_params['id']}")
    parts = urlsplit(next)
    query = [pair for pair in parse_qsl(parts.query) if pair[0] != "done"]
    where = "#first-open-item" if action in ("accept", "tick") else ""
    return f"{parts.path}?{urlencode([*query, ('done', action)])}{where}"
