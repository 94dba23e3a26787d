"""How new a page is, so that its stream goes on from there."""

from __future__ import annotations

from starlette.types import ASGIApp, Receive, Scope, Send

from orchestrator.board.parts import Parts


class AsOf:
    """Sets `request.state.seq`: how far the journal was read when the request came.

    What a page shows is as new as that, or newer. How far it was read when the page is finished would be too
    much: what changed while the page asked the database would be missed.
    """

    def __init__(self, app: ASGIApp, parts: Parts) -> None:
        self._app = app
        self._parts = parts

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on."""
        if scope["type"] == "http":
            scope.setdefault("state", {})["seq"] = self._parts.floor.seq
        await self._app(scope, receive, send)
