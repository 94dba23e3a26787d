"""Signing out: here in any case, and at the provider where it offers that (RP-Initiated Logout 1.0)."""

from __future__ import annotations

import secrets
from datetime import timedelta
from typing import Final

import structlog
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import BaseRoute, Route

from orchestrator.board.access import cookies
from orchestrator.board.access.access import Access
from orchestrator.board.access.addresses import address_of, origin_of
from orchestrator.board.access.identity import Known
from orchestrator.board.access.oidc import Leaving
from orchestrator.board.parts import parts_of

log = structlog.get_logger(__name__)

RETURN: Final = "/logout/return"
"""Where the provider sends people when they have signed out there."""
_PAGE: Final = "access/signed_out.html.j2"
_AT_PROVIDER: Final = timedelta(minutes=10)
"""How long somebody may take to sign out there."""


async def sign_out(request: Request) -> Response:
    """End the session, and the one there; a person at this machine is nobody in particular again."""
    access: Access = request.state.access
    known: Known = request.state.known
    leaving: Leaving | None = None
    if known.session is not None:
        access.sessions.end(known.session, access.clock.now())
        log.info("access.signed_out", viewer=known.viewer.id, address=address_of(request))
        # Who came with a token has no session there.
        if access.provider is not None and known.session.token is None:
            leaving = await access.provider.leave(f"{origin_of(request, access.options)}{RETURN}")
    response: Response
    if leaving is None:
        response = RedirectResponse("/login" if not access.options.is_local else "/", 303)
    else:
        request.state.viewer, request.state.csrf = None, ""
        response = _page(request, leaving.address)
        access.cookies.keep(response, cookies.SIGN_OUT, leaving.state, _AT_PROVIDER)
    access.cookies.drop(response, cookies.SESSION)
    access.cookies.drop(response, cookies.YOU)
    return response


async def come_back(request: Request) -> Response:
    """Tell whoever comes back from the provider that they are out; who did not sign out signs in."""
    access: Access = request.state.access
    began = access.cookies.read(request, cookies.SIGN_OUT) or ""
    state = request.query_params.get("state", "")
    is_theirs = bool(began) and secrets.compare_digest(state.encode(), began.encode())
    if request.state.viewer is not None or not is_theirs:
        return RedirectResponse("/login", 303)
    response = _page(request)
    access.cookies.drop(response, cookies.SIGN_OUT)
    return response


def _page(request: Request, address: str | None = None) -> Response:
    """Return the page that says so; it leads on to `address` of itself.

    Not a redirect: browsers hold the whole way that a form leads to against `form-action`, and a provider may
    send people through others.
    """
    return parts_of(request).renderer.page(request, _PAGE, address=address)


routes: Final[list[BaseRoute]] = [
    Route("/logout", sign_out, methods=["POST"]),
    Route(RETURN, come_back, methods=["GET"]),
]
