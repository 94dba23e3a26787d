"""Who sends a request is known before any page is made; nobody unknown gets further than signing in."""

from __future__ import annotations

import secrets
from functools import partial
from typing import Final
from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from orchestrator.board import problems
from orchestrator.board.access import cookies
from orchestrator.board.access.access import Access
from orchestrator.board.access.identity import Identity
from orchestrator.board.access.refusals import SignInFirst
from orchestrator.board.access.standing import Standing

OPEN: Final = frozenset({"/login", "/login/start", "/login/return", "/logout/return", "/preferences"})
"""Pages without data, which are shown to anybody; static files are too."""
_STATIC: Final = "/static/"


class Admission:
    """Sets `request.state.viewer` and `request.state.csrf`, or sends people to sign in."""

    def __init__(self, app: ASGIApp, access: Access) -> None:
        self._app = app
        self._access = access
        self._identity = Identity(access)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on with who sent it.

        Raises:
            SignInFirst: nobody is signed in, and it is not a person's browser that could be sent to sign in.
        """
        if scope["type"] != "http" or scope["path"].startswith(_STATIC):
            await self._app(scope, receive, send)
            return
        request = Request(scope, receive)
        known = await self._identity.of(request)
        scope["state"].update(known=known, identity=self._identity)
        if known is None and scope["path"] not in OPEN:
            if not problems.wants_page(request) or request.method != "GET":
                raise SignInFirst
            await _to_sign_in(request)(scope, receive, send)
            return
        if known is None:
            send = self._visit(request, send)
        else:
            scope["state"].update(viewer=known.viewer, csrf=self._access.csrf.issue(known.bound_to))
            if known.by != "local":
                send = Standing(partial(self._identity.still_stands, request, known), send).send
        await self._app(scope, receive, send)

    def _visit(self, request: Request, send: Send) -> Send:
        """Bind the sign-in form to this browser; what is sent with it is checked against the same cookie."""
        visit = self._access.cookies.read(request, cookies.VISIT)
        is_new = visit is None
        visit = visit or secrets.token_urlsafe(24)
        request.scope["state"].update(csrf=self._access.csrf.issue(f"visit:{visit}"), visit=visit)
        if not is_new:
            return send
        carrier = Response()
        self._access.cookies.keep(carrier, cookies.VISIT, visit)

        async def send_with_cookie(message: Message) -> None:
            if message["type"] == "http.response.start":
                added = [pair for pair in carrier.raw_headers if pair[0] == b"set-cookie"]
                message = {**message, "headers": [*message.get("headers", ()), *added]}
            await send(message)

        return send_with_cookie


def _to_sign_in(request: Request) -> Response:
    asked = request.url.path + (f"?{request.url.query}" if request.url.query else "")
    query = {"next": asked} | ({"embed": "1"} if request.query_params.get("embed") == "1" else {})
    return RedirectResponse(f"/login?{urlencode(query)}", 303)
