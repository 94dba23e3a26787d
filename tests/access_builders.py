"""A board without rooms of its own, to which tests come as different people."""

from __future__ import annotations

import re
import uuid
from copy import copy
from dataclasses import replace
from datetime import datetime, timedelta
from functools import cache
from typing import Any
from uuid import UUID

import httpx
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

from orchestrator.board.access import pages
from orchestrator.board.access.access import Access
from orchestrator.board.access.middleware import middleware
from orchestrator.board.access.options import Options
from orchestrator.board.access.tokens import digest, mint
from orchestrator.board.parts import Parts
from orchestrator.board.problems import HANDLERS, NotFound
from orchestrator.ledger.access import AccessToken
from tests import builders as b
from tests.fakes import ManualClock
from tests.live_builders import some_parts

KEY = b"k" * 32
HERE = "http://127.0.0.1:8400"
PAGE = {"accept": "text/html"}
"""What a person's browser asks for."""


class TokensInMemory:
    """Keeps tokens as `AccessTokens` does."""

    def __init__(self) -> None:
        self.kept: dict[bytes, AccessToken] = {}
        self.looked_up = 0
        self.noted: list[datetime] = []
        self.error: Exception | None = None

    def make(
        self,
        *roles: str,
        teams: frozenset[str] | None = frozenset({"billing"}),
        lasts: timedelta = timedelta(days=1),
        name: str = "ci",
    ) -> str:
        """Make a token and return its secret."""
        secret = mint()
        self.kept[digest(secret)] = AccessToken(
            uuid.uuid4(), name, frozenset(roles), teams, "tests", b.T0, b.T0 + lasts
        )
        return secret

    def revoke(self, secret: str) -> None:
        """Revoke a token."""
        self.kept[digest(secret)] = replace(self.kept[digest(secret)], revoked_at=b.T0)

    async def by_digest(self, digest: bytes) -> AccessToken | None:
        self.looked_up += 1
        if self.error is not None:
            raise self.error
        return self.kept.get(digest)

    async def by_id(self, id: UUID) -> AccessToken | None:
        if self.error is not None:
            raise self.error
        return next((each for each in self.kept.values() if each.id == id), None)

    async def note_use(self, id: UUID, now: datetime) -> None:
        self.noted.append(now)
        for key, token in self.kept.items():
            if token.id == id:
                self.kept[key] = replace(token, used_at=now)


async def whoami(request: Request) -> Response:
    """Tell who the board believes it is."""
    viewer = request.state.viewer
    return JSONResponse(
        {
            "id": viewer.id,
            "name": viewer.name,
            "roles": sorted(viewer.roles),
            "teams": sorted(viewer.teams) if viewer.teams is not None else None,
            "csrf": request.state.csrf,
            "address": request.client.host if request.client else None,
        }
    )


async def change(request: Request) -> Response:
    """Take what was sent, and tell it back."""
    async with request.form() as form:
        return JSONResponse({name: value for name, value in form.items() if isinstance(value, str)})


async def take(request: Request) -> Response:
    """Take any body, and tell how long it is."""
    return JSONResponse({"bytes": len(await request.body())})


async def fail(_: Request) -> Response:
    raise RuntimeError("a customer's secret is in this message")


async def hidden(_: Request) -> Response:
    raise NotFound("there is no such handoff")


async def kept_long(_: Request) -> Response:
    return PlainTextResponse("icon", headers={"cache-control": "public, max-age=31536000, immutable"})


@cache
def _parts() -> Parts:
    # Templates are compiled once for all tests.
    return some_parts()


class ABoard:
    """The application, its clock and its tokens; `client` is one browser."""

    def __init__(self, **options: Any) -> None:
        self.clock = ManualClock(b.T0)
        self.tokens = TokensInMemory()
        self.options = Options.model_validate(options)
        self.access = Access.of(self.options, key=KEY, tokens=self.tokens, clock=self.clock)
        self.app = Starlette(
            routes=[
                Route("/whoami", whoami),
                Route("/change", change, methods=["POST", "DELETE"]),
                Route("/take", take, methods=["POST"]),
                Route("/fail", fail),
                Route("/hidden", hidden),
                Route("/static/icon.svg", kept_long),
                *pages.routes,
            ],
            middleware=middleware(self.access),
            exception_handlers=HANDLERS,
        )
        parts = copy(_parts())
        parts.clock = self.clock
        self.app.state.parts = parts

    def client(self, address: str = "127.0.0.1", here: str | None = None) -> httpx.AsyncClient:
        """Return a browser at an address, which keeps cookies and follows nothing by itself."""
        transport = httpx.ASGITransport(self.app, client=(address, 5000), raise_app_exceptions=False)
        return httpx.AsyncClient(transport=transport, base_url=here or self.options.public_url or HERE)

    async def sign_in(self, client: httpx.AsyncClient, secret: str) -> httpx.Response:
        """Type a token into the form."""
        form = await client.get("/login", headers=PAGE)
        return await client.post("/login", data={"token": secret, "csrf": csrf_of(form)}, headers=PAGE)


def csrf_of(page: httpx.Response) -> str:
    """Return the token of a page's forms."""
    found = re.search(r'name="csrf" value="([^"]+)"', page.text)
    assert found is not None, page.text
    return found[1]


async def csrf_for(client: httpx.AsyncClient) -> str:
    """Return a token that the browser's pages hold now."""
    return str((await client.get("/whoami")).json()["csrf"])
