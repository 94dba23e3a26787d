from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from functools import cache
from types import SimpleNamespace
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from jinja2 import Environment, UndefinedError
from starlette.applications import Starlette
from starlette.requests import Request

from orchestrator.board.access.viewer import ALL_ROLES, Role, Viewer
from orchestrator.board.live.card import Risk
from orchestrator.board.look.catalogue import languages
from orchestrator.board.look.environment import environment, url
from orchestrator.board.look.icons import icon
from orchestrator.board.look.instants import ago_text, clock_text, full_text, length_text
from orchestrator.board.look.labels import ICONS, labels
from orchestrator.board.look.navigation import entries, home
from orchestrator.board.look.numbers import share_text
from orchestrator.board.look.preferences import Preferences
from orchestrator.board.look.rendering import Renderer
from orchestrator.domain.handoff import Status
from orchestrator.domain.model import Channel, Priority

NOW = datetime(2026, 11, 22, 10, 42, tzinfo=UTC)
BERLIN = ZoneInfo("Europe/Berlin")
MARKS = (
    '{% from "parts/marks.html.j2" import when, countdown, risk, status, priority, team, csrf_field,'
    " next_field, handoff_link, problem with context %}"
)


def asked(path: str = "/board", query: str = "", **state: Any) -> Request:
    """A request of somebody, as the middleware leaves it."""
    app = Starlette()
    app.state.parts = SimpleNamespace(clock=SimpleNamespace(now=lambda: NOW))
    scope = {"type": "http", "method": "GET", "path": path, "query_string": query.encode(), "headers": []}
    return Request(scope | {"app": app, "state": state, "server": ("board", 80), "scheme": "http"})


def said(source: str, language: str = "en", **facts: Any) -> str:
    """What a piece of a template says."""
    return templates(language).from_string(MARKS + source).render(facts)


@cache
def templates(language: str) -> Environment:
    return environment(language, {"chat": "Chat & more"}.__getitem__)


@cache
def renderer() -> Renderer:
    return Renderer()


def body(request: Request, template: str, **facts: Any) -> str:
    return bytes(renderer().page(request, template, **facts).body).decode()


def test_a_page_tells_times_in_the_reader_s_zone_and_a_piece_in_utc() -> None:
    reader = Preferences(zone=BERLIN)
    assert ">11:42</time>" in said("{{ when(t) }}", t=NOW, now=NOW, preferences=reader)
    assert ">Nov 22, 10:42 UTC</time>" in said("{{ when(t) }}", t=NOW)
    ago = Preferences(times="ago")
    assert ">3 min. ago</time>" in said(
        "{{ when(t) }}", t=NOW - timedelta(minutes=3), now=NOW, preferences=ago
    )


def test_a_countdown_names_its_instant_and_its_risk() -> None:
    page = said(
        "{{ countdown(t, 'breached') }}", t=NOW - timedelta(minutes=12), now=NOW, preferences=Preferences()
    )
    assert 'datetime="2026-11-22T10:30:00+00:00"' in page
    assert "12 min over" in page
    assert "risk-breached" in page
    assert "Paused" in said("{{ countdown(none, 'paused') }}")
    assert "data-due" not in said("{{ countdown(none) }}")


@pytest.mark.parametrize("language", languages())
def test_every_code_has_a_word_and_an_icon(language: str) -> None:
    words = labels(language)
    assert words.risk.keys() == set(Risk)
    assert words.status.keys() == set(Status)
    assert words.priority.keys() == set(Priority)
    assert words.channel.keys() == set(Channel)
    assert words.role.keys() == set(Role)
    assert ICONS.keys() == {*Risk, *Status, *Priority}
    for risk in Risk:
        text = said("{{ risk(r) }}", language, r=risk)
        assert words.risk[risk] in text
        assert "<svg" in text
    for status in Status:
        assert words.status[status] in said("{{ status(s) }}", language, s=status)


def test_what_a_customer_wrote_is_text() -> None:
    evil = "<script>alert(1)</script>\"'"
    page = said("{{ problem('code', m) }}{{ handoff_link(card, m) }}", m=evil, card=SimpleNamespace(id=evil))
    assert "<script>" not in page
    assert '"/handoffs/&lt;script' in page
    assert "Chat &amp; more" in said("{{ team('chat') }}")


def test_a_form_in_a_piece_waits_for_the_reader_s_token() -> None:
    assert said("{{ csrf_field() }}") == '<input type="hidden" name="csrf" value="">'
    assert 'value="secret"' in said("{{ csrf_field() }}", csrf="secret")


def test_a_page_says_who_looks_and_shows_only_what_they_may_enter() -> None:
    agent = Viewer(id="a", name="Ana <b>Diaz", roles=frozenset({Role.AGENT}), teams=frozenset({"billing"}))
    request = asked("/preferences", viewer=agent, csrf="token", preferences=Preferences(theme="dark"))
    page = body(request, "look/preferences.html.j2", zones=("UTC",), back="/", is_saved=False)
    assert "Ana &lt;b&gt;Diaz" in page
    assert 'data-theme="dark"' in page
    assert 'name="csrf" value="token"' in page
    assert 'href="/queue"' in page
    assert 'href="/map"' not in page
    assert 'href="/reports"' not in page


def test_nothing_on_a_page_is_inline_for_the_policy_of_its_content() -> None:
    request = asked("/preferences", viewer=None, preferences=Preferences())
    page = body(request, "look/preferences.html.j2", zones=("UTC",), back="/", is_saved=True)
    assert not re.search(r"<script(?![^>]*\bsrc=)", page)
    assert not re.search(r"<[^>]+\s(style|on\w+)=", page)


def test_an_embedded_page_has_no_navigation() -> None:
    viewer = Viewer(id="a", name="Ana", roles=ALL_ROLES, teams=None)
    request = asked("/handoffs/1", "embed=1", viewer=viewer)
    page = body(request, "errors/404.html.j2", detail="gone")
    assert "<nav" not in page
    assert 'class="embedded"' in page


@pytest.mark.parametrize("status", [400, 403, 404, 409, 429, 500, 503])
@pytest.mark.parametrize("language", languages())
def test_an_error_is_told_before_anybody_is_known(status: int, language: str) -> None:
    request = asked("/board", preferences=Preferences(language=language))
    page = renderer().page(
        request, f"errors/{status}.html.j2", status=status, detail="why <it>", retry_after=1
    )
    text = bytes(page.body).decode()
    assert page.status_code == status
    assert f'<html lang="{language}"' in text
    assert "why &lt;it&gt;" in text


def test_a_template_that_names_what_is_not_there_fails() -> None:
    with pytest.raises(UndefinedError, match="'nobody' is undefined"):
        said("{{ nobody }}")


@pytest.mark.parametrize(
    ("roles", "teams", "path"),
    [
        ({Role.LEAD, Role.AGENT}, {"billing"}, "/board"),
        ({Role.AGENT}, {"billing"}, "/queue/billing"),
        ({Role.AGENT}, {"billing", "chat"}, "/queue"),
        ({Role.AGENT}, None, "/queue"),
        ({Role.OPS}, None, "/map"),
        ({Role.AUDITOR}, None, "/board"),
    ],
)
def test_the_first_page_is_the_one_that_a_role_uses_most(
    roles: set[Role], teams: set[str] | None, path: str
) -> None:
    viewer = Viewer(
        id="x", name="X", roles=frozenset(roles), teams=None if teams is None else frozenset(teams)
    )
    assert home(viewer) == path
    assert f"/{path.split('/')[1]}" in {entry.path for entry in entries(viewer)}


def test_nobody_enters_a_room() -> None:
    assert entries(None) == ()


def test_times_are_told_in_the_language_and_zone_of_the_reader() -> None:
    other_day = NOW - timedelta(days=3)
    assert clock_text(other_day, zone=BERLIN, language="de", now=NOW) == "19. Nov., 11:42"
    assert clock_text(NOW - timedelta(days=400), zone=BERLIN, language="en", now=NOW) == "Oct 18, 2025, 12:42"
    assert full_text(NOW, zone=BERLIN, language="en") == "Sunday, November 22, 2026, 11:42:00 (Europe/Berlin)"
    assert ago_text(NOW - timedelta(hours=2), now=NOW, language="de") == "vor 2 Std."
    assert length_text(timedelta(hours=3, minutes=5), language="en") == "3 h 05 min"


def test_a_share_is_written_as_the_reader_writes_it() -> None:
    assert share_text(0.8834, language="en") == "88.3 %"
    assert share_text(0.8834, language="de") == "88,3 %"
    assert share_text(1, language="de", digits=0) == "100 %"


def test_an_address_leaves_out_what_is_empty_and_quotes_the_rest() -> None:
    assert url("/board", team="a&b", risk=None, text="") == "/board?team=a%26b"
    assert url("/queue/a b") == "/queue/a%20b"


def test_an_icon_that_is_not_there_is_named() -> None:
    with pytest.raises(KeyError, match="unicorn"):
        icon("unicorn")
