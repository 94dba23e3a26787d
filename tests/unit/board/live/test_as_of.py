"""A page is as new as the request for it, whatever happens while it is made."""

from __future__ import annotations

import httpx
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.routing import Route

from orchestrator.board import app
from orchestrator.board.parts import parts_of
from tests.live_builders import some_parts


async def test_what_happens_while_a_page_is_made_is_told_by_its_stream() -> None:
    async def page(request: Request) -> PlainTextResponse:
        # The page has asked the database, and meanwhile the journal went on.
        parts_of(request).floor.seq = 12
        return PlainTextResponse(str(request.state.seq))

    parts = some_parts()
    parts.floor.seq = 10
    made = app.create(parts, routes=[Route("/slow", page)])
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app=made), base_url="http://b") as browser:
        assert (await browser.get("/slow")).text == "10"
        assert (await browser.get("/slow")).text == "12"
