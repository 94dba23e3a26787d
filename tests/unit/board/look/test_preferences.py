from __future__ import annotations

import pytest
from starlette.requests import HTTPConnection

from orchestrator.board.look.catalogue import negotiate
from orchestrator.board.look.local_path import local_path
from orchestrator.board.look.preferences import Preferences, zones


def asked(**headers: str) -> HTTPConnection:
    raw = [(name.replace("_", "-").encode(), value.encode()) for name, value in headers.items()]
    return HTTPConnection({"type": "http", "headers": raw})


def test_without_a_cookie_the_browser_decides() -> None:
    them = Preferences.of(
        asked(accept_language="de-AT,de;q=0.9,en;q=0.5", cookie="browser-zone=Europe%2FVienna")
    )
    assert them.language == "de"
    assert them.zone.key == "Europe/Vienna"
    assert (them.chosen_language, them.chosen_zone) == ("", "")


def test_what_was_chosen_survives_the_way_through_the_cookie() -> None:
    said = {
        "zone": "Asia/Kolkata",
        "language": "de",
        "times": "ago",
        "theme": "contrast",
        "size": "larger",
        "notifications": "on",
        "keys": "off",
    }
    chosen = Preferences.chosen(said)
    assert chosen.choices() == said
    assert Preferences.of(asked(cookie=f'preferences="{chosen.as_cookie()}"')) == chosen
    assert Preferences.of(asked(cookie=f"preferences={chosen.as_cookie()}; browser-zone=UTC")) == chosen


@pytest.mark.parametrize(
    "cookie",
    [
        "preferences=theme=<script>&zone=../../etc/passwd&language=xx&size=9&times=never",
        "preferences=%00%ff; browser-zone=/etc/passwd",
        "preferences=" + "a" * 4000,
        "preferences",
    ],
)
def test_a_cookie_that_is_not_understood_is_no_choice(cookie: str) -> None:
    assert Preferences.of(asked(cookie=cookie)) == Preferences()


def test_the_zones_are_places_and_utc() -> None:
    assert zones()[0] == "UTC"
    assert "Europe/Berlin" in zones()
    assert not [zone for zone in zones() if zone.startswith("Etc/")]


@pytest.mark.parametrize(
    ("header", "language"),
    [
        ("de", "de"),
        ("fr-FR, de;q=0.4, en;q=0.8", "en"),
        ("fr", None),
        ("de;q=0, en;q=0.1", "en"),
        ("de;q=high, *", None),
        ("", None),
    ],
)
def test_the_language_is_the_one_that_suits_best(header: str, language: str | None) -> None:
    assert negotiate(header) == language


@pytest.mark.parametrize(
    ("wanted", "leads"),
    [
        ("/board?team=a%20b", "/board?team=a%20b"),
        ("https://elsewhere.example/", "/"),
        ("//elsewhere.example", "/"),
        ("/\\elsewhere.example", "/"),
        ("/\t/elsewhere.example", "/"),
        ("javascript:alert(1)", "/"),
        ("board", "/"),
        ("", "/"),
        (None, "/"),
        ("/%0d%0aset-cookie:x", "/%0d%0aset-cookie:x"),
        ("/[", "/["),
    ],
)
def test_a_form_never_leads_to_another_site(wanted: str | None, leads: str) -> None:
    assert local_path(wanted, otherwise="/") == leads
