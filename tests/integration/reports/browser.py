"""The board as its readers reach it, without a network: each comes with a viewer of their own."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace

import httpx
from starlette.middleware import Middleware
from starlette.types import ASGIApp, Receive, Scope, Send

from orchestrator.board.access.viewer import Role, Viewer
from orchestrator.board.app import create
from orchestrator.board.look.preferences import PreferencesMiddleware
from orchestrator.ledger.readers import Readers
from tests.fakes import ManualClock
from tests.integration.reports.conftest import Played
from tests.integration.reports.floor import a_policy
from tests.live_builders import some_parts

PAGE = {"accept": "text/html"}
AUDITOR = Viewer("audrey", "Audrey", frozenset({Role.AUDITOR}), frozenset())
OPS = Viewer("ola", "Ola", frozenset({Role.OPS}), frozenset())
AGENT = Viewer("ann", "Ann", frozenset({Role.AGENT}), frozenset({"tier-2"}))
LEAD = Viewer("lena", "Lena", frozenset({Role.LEAD}), frozenset({"billing"}))


class _As:
    """Lets one viewer in."""

    def __init__(self, app: ASGIApp, viewer: Viewer) -> None:
        self._app = app
        self._viewer = viewer

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            scope.setdefault("state", {}).update(viewer=self._viewer, csrf="csrf")
        await self._app(scope, receive, send)


@asynccontextmanager
async def browsing(played: Played, viewer: Viewer = AUDITOR) -> AsyncIterator[httpx.AsyncClient]:
    """Open a browser on the board of a floor, at the time it is there."""
    readers = Readers(played.dsn)
    parts = some_parts(policy=a_policy(), clock=ManualClock(played.now))
    app = create(
        replace(parts, readers=readers),
        middleware=[Middleware(_As, viewer), Middleware(PreferencesMiddleware)],
    )
    transport = httpx.ASGITransport(app=app)
    try:
        async with httpx.AsyncClient(transport=transport, base_url="http://board.example") as client:
            yield client
    finally:
        await readers.close()
