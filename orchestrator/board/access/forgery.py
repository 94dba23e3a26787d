"""What changes something has to come from a page of ours, and not too often."""

from __future__ import annotations

from typing import Final

from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from orchestrator.board.access import csrf
from orchestrator.board.access.access import Access
from orchestrator.board.access.identity import Known
from orchestrator.board.access.refusals import Forged
from orchestrator.domain.sentence import Sentence

_FORMS: Final = ("application/x-www-form-urlencoded", "multipart/form-data")


class Forgery:
    """Passes on what reads, what comes with a token, and what one of our pages sent."""

    def __init__(self, app: ASGIApp, access: Access) -> None:
        self._app = app
        self._access = access

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on.

        Raises:
            Forged: a page of another site sent it, or none of ours that is still good.
            TooMany: the viewer changes things too often.
        """
        if scope["type"] != "http" or scope["method"] in csrf.SAFE:
            await self._app(scope, receive, send)
            return
        request = Request(scope, receive)
        known: Known | None = scope["state"].get("known")
        if known is None or known.by != "token":
            receive = await self._require_ours(request, known, receive)
        # Only now: what another site forges must not use up what somebody may do.
        if known is not None:
            await self._access.rates.count("writes", known.viewer.id)
        await self._app(scope, receive, send)

    async def _require_ours(self, request: Request, known: Known | None, receive: Receive) -> Receive:
        """Return what is still to be read, when the request is ours."""
        public = self._access.options.public_url
        if csrf.came_from_elsewhere(request.headers, scheme=request.url.scheme, public=public):
            raise Forged(Sentence("a page of another site sent this"))
        visit = request.scope["state"].get("visit")
        bound_to = known.bound_to if known is not None else f"visit:{visit}"
        token = request.headers.get(csrf.HEADER)
        if token is None and request.headers.get("content-type", "").startswith(_FORMS):
            body = await request.body()
            async with Request(request.scope, _replay(body, receive)).form() as form:
                field = form.get(csrf.FIELD)
                token = field if isinstance(field, str) else None
            receive = _replay(body, receive)
        if not self._access.csrf.is_genuine(token, bound_to):
            raise Forged(
                Sentence(
                    "this page is too old, or not ours: reload it and try again; a program sends a token"
                )
            )
        return receive


def _replay(body: bytes, receive: Receive) -> Receive:
    """Return a `receive` that gives a body that was read once more, and then goes on with `receive`."""
    was_given = False

    async def again() -> Message:
        nonlocal was_given
        if was_given:
            return await receive()
        was_given = True
        return {"type": "http.request", "body": body, "more_body": False}

    return again
