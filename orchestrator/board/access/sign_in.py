"""Signing in with a token that is typed in."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

import structlog
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import BaseRoute, Route

from orchestrator.board.access import cookies
from orchestrator.board.access.access import Access
from orchestrator.board.access.addresses import address_of
from orchestrator.board.access.identity import Identity
from orchestrator.board.access.refusals import BadToken
from orchestrator.board.look.local_path import local_path
from orchestrator.board.parts import parts_of
from orchestrator.board.problems import HttpProblem, NotFound
from orchestrator.domain.sentence import Sentence

log = structlog.get_logger(__name__)


async def show(request: Request) -> Response:
    """Show how to sign in; who is signed in already goes on."""
    target = local_path(request.query_params.get("next"), otherwise="/")
    if request.state.viewer is not None:
        return RedirectResponse(target, 303)
    return _page(request, target)


async def with_token(request: Request) -> Response:
    """Sign in who types in a valid token."""
    access: Access = request.state.access
    identity: Identity = request.state.identity
    async with request.form() as form:
        secret, target = _text(form.get("token")).strip(), local_path(_text(form.get("next")), otherwise="/")
    await access.rates.count("sign_ins", address_of(request))
    _require_login(access)
    try:
        token = await identity.token(request, secret)
    except BadToken as error:
        log.warning("access.refused", code=error.code, address=address_of(request), path=request.url.path)
        return _page(request, target, refused=error)
    now = access.clock.now()
    session, cookie = access.sessions.begin_with_token(token.id, token.expires_at, now)
    log.info(
        "access.signed_in", by="token", token=str(token.id), name=token.name, address=address_of(request)
    )
    await access.tokens.note_use(token.id, now)
    return signed_in(access, target, cookie, session.expires_at - now)


def signed_in(access: Access, target: str, cookie: str, lasts: timedelta) -> Response:
    """Return the answer that begins a session and goes on to `target`."""
    response = RedirectResponse(target, 303)
    access.cookies.keep(response, cookies.SESSION, cookie, lasts)
    access.cookies.drop(response, cookies.VISIT)
    return response


def _page(request: Request, target: str, refused: HttpProblem | None = None) -> Response:
    access: Access = request.state.access
    _require_login(access)
    return parts_of(request).renderer.page(
        request,
        "access/login.html.j2",
        status=200 if refused is None else refused.status,
        target=target,
        is_refused=refused is not None,
        has_provider=access.provider is not None,
    )


def _require_login(access: Access) -> None:
    if access.options.is_local:
        raise NotFound(Sentence("nobody has to sign in here"))


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""


routes: Final[list[BaseRoute]] = [
    Route("/login", show, methods=["GET"]),
    Route("/login", with_token, methods=["POST"]),
]
