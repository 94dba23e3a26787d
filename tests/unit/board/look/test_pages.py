"""The page of preferences and the first page, over HTTP."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any, cast
from urllib.parse import unquote

import httpx
import pytest
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.types import ASGIApp, Receive, Scope, Send

from orchestrator.board.access.viewer import Role, Viewer
from orchestrator.board.live.floor import Floor
from orchestrator.board.look.pages import routes
from orchestrator.board.look.preferences import Preferences, PreferencesMiddleware
from orchestrator.board.look.rendering import Renderer
from orchestrator.board.parts import Parts

NOW = datetime(2026, 11, 22, 10, 42, tzinfo=UTC)


class _Clock:
    def now(self) -> datetime:
        return NOW


class _LooksOn:
    """Somebody, as access lets them in."""

    def __init__(self, app: ASGIApp, viewer: Viewer) -> None:
        self._app, self._viewer = app, viewer

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        scope.setdefault("state", {}).update(viewer=self._viewer, csrf="token")
        await self._app(scope, receive, send)


@pytest.fixture(scope="module")
def renderer() -> Renderer:
    return Renderer()


@pytest.fixture
def client(renderer: Renderer) -> httpx.AsyncClient:
    agent = Viewer(id="ana", name="Ana", roles=frozenset({Role.AGENT}), teams=frozenset({"billing"}))
    nothing: Any = cast(Any, None)
    app = Starlette(
        routes=routes, middleware=[Middleware(PreferencesMiddleware), Middleware(_LooksOn, viewer=agent)]
    )
    app.state.parts = Parts(
        desk=nothing,
        policy=nothing,
        clock=_Clock(),
        readers=nothing,
        floor=Floor(),
        renderer=renderer,
        map_source=nothing,
    )
    return httpx.AsyncClient(transport=httpx.ASGITransport(app=app), base_url="http://board")


async def test_the_first_page_leads_on(client: httpx.AsyncClient) -> None:
    answer = await client.get("/")
    assert (answer.status_code, answer.headers["location"]) == (303, "/queue/billing")


async def test_the_page_is_in_the_language_that_the_browser_asks_for(client: httpx.AsyncClient) -> None:
    english = await client.get("/preferences")
    german = await client.get("/preferences", headers={"accept-language": "de-DE"})
    assert "<h1>Preferences</h1>" in english.text
    assert "<h1>Einstellungen</h1>" in german.text
    assert german.headers["content-language"] == "de"


async def test_what_is_chosen_is_kept_and_shown(client: httpx.AsyncClient) -> None:
    said = {"whole": "1", "zone": "Europe/Berlin", "theme": "dark", "times": "ago", "notifications": "on"}
    answer = await client.post("/preferences", data=said)
    assert (answer.status_code, answer.headers["location"]) == (303, "/preferences?saved=1")
    assert "httponly" in answer.headers["set-cookie"].lower()
    page = (await client.get("/preferences?saved=1")).text
    assert 'data-theme="dark"' in page
    assert "<option selected>Europe/Berlin</option>" in page
    assert "Times are shown in Europe/Berlin now." in page
    assert ">11:42</time>" in page


async def test_a_box_that_is_not_ticked_is_switched_off(client: httpx.AsyncClient) -> None:
    await client.post("/preferences", data={"whole": "1", "notifications": "on", "keys": "on"})
    await client.post("/preferences", data={"whole": "1"})
    kept = Preferences.chosen(dict(httpx.QueryParams(unquote(client.cookies["preferences"].strip('"')))))
    assert (kept.notifications, kept.keys) == (False, False)


async def test_the_menu_changes_only_what_it_names_and_leads_back(client: httpx.AsyncClient) -> None:
    await client.post("/preferences", data={"whole": "1", "zone": "Asia/Kolkata", "keys": "on"})
    menu = {"theme": "contrast", "times": "clock", "next": "/board?team=billing"}
    answer = await client.post("/preferences", data=menu)
    assert answer.headers["location"] == "/board?team=billing"
    page = (await client.get("/preferences")).text
    assert 'data-theme="contrast"' in page
    assert "Times are shown in Asia/Kolkata now." in page


async def test_no_form_leads_to_another_site(client: httpx.AsyncClient) -> None:
    answer = await client.post("/preferences", data={"next": "https://elsewhere.example/"})
    assert answer.headers["location"] == "/preferences?saved=1"


async def test_a_choice_that_there_is_not_is_none(client: httpx.AsyncClient) -> None:
    await client.post("/preferences", data={"theme": "<script>", "zone": "Nowhere/Land", "size": ""})
    page = (await client.get("/preferences")).text
    assert 'data-theme="auto"' in page
    assert "<script>" not in page.replace('<script type="module"', "")
