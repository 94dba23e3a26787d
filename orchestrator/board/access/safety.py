"""What every answer carries, whatever happened: the headers that browsers obey, and an answer at all."""

from __future__ import annotations

from typing import Final
from urllib.parse import parse_qs

import structlog
from starlette.datastructures import MutableHeaders
from starlette.requests import ClientDisconnect, Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from orchestrator.board import problems
from orchestrator.board.access.access import Access

log = structlog.get_logger(__name__)

_ALWAYS: Final = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), display-capture=(), geolocation=(), microphone=(), payment=(), usb=()",
}
_CONTENT: Final = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
    "font-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors "
)
_A_YEAR: Final = "max-age=31536000"


class Safety:
    """The outermost of our middlewares: nothing leaves without its headers."""

    def __init__(self, app: ASGIApp, access: Access) -> None:
        self._app = app
        self._access = access

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer; what nobody else answered becomes a problem."""
        if scope["type"] != "http":
            if scope["type"] != "lifespan":
                raise ValueError(f"nothing here speaks {scope['type']}")
            await self._app(scope, receive, send)
            return
        scope.setdefault("state", {}).update(viewer=None, csrf="", access=self._access)
        has_begun = False

        async def send_safely(message: Message) -> None:
            nonlocal has_begun
            if message["type"] == "http.response.start":
                has_begun = True
                self._protect(scope, MutableHeaders(scope=message))
            await send(message)

        try:
            await self._app(scope, receive, send_safely)
        except ClientDisconnect:
            return
        except Exception as error:
            request = Request(scope, receive)
            answer = problems.handler_of(error)(request, error)
            # Of an answer that has begun nothing can be taken back; the browser sees it break off.
            if has_begun:
                raise
            await answer(scope, receive, send_safely)

    def _protect(self, scope: Scope, headers: MutableHeaders) -> None:
        for name, value in _ALWAYS.items():
            headers[name] = value
        headers["Content-Security-Policy"] = _CONTENT + self._framers(scope)
        # Static files say for themselves how long they may be kept; a page with data never may.
        headers.setdefault("Cache-Control", "no-store")
        if self._access.options.is_secure:
            headers["Strict-Transport-Security"] = _A_YEAR

    def _framers(self, scope: Scope) -> str:
        """Return who may show this page in a frame: a screen pop may be shown, by those that were named."""
        asked = parse_qs(scope["query_string"].decode("latin-1"))
        if asked.get("embed") != ["1"]:
            return "'none'"
        return " ".join(("'self'", *self._access.options.embed_origins))
