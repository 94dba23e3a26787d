"""Only our own names lead to the board: another site's name, made to lead here, does not."""

from __future__ import annotations

import pytest
from starlette.datastructures import Headers

from orchestrator.board.access.addresses import is_our_name
from orchestrator.board.access.csrf import CsrfTokens, came_from_elsewhere
from orchestrator.board.access.options import Options

LOCAL = Options()
PUBLIC = Options(
    host="0.0.0.0", public_url="https://board.example", login="tokens", hosts=("board.internal",)
)


@pytest.mark.parametrize("host", ["127.0.0.1:8400", "localhost:9000", "LOCALHOST", "[::1]:8400", "127.9.9.9"])
def test_this_machine_is_ours_on_any_port(host: str) -> None:
    assert is_our_name(host, LOCAL)
    assert not is_our_name(host, PUBLIC)


@pytest.mark.parametrize("host", ["board.example", "Board.Example:443", "board.internal:8400"])
def test_the_public_name_and_those_of_the_settings_are_ours(host: str) -> None:
    assert is_our_name(host, PUBLIC)
    assert not is_our_name(host, LOCAL)


@pytest.mark.parametrize(
    "host",
    [
        "",
        "evil.example",
        "localhost.evil.example",
        "127.0.0.1.evil.example",
        "evil.example/@127.0.0.1",
        "evil.example#@localhost",
        "user@localhost",
        "localhost, evil.example",
        "board.example.evil.example",
        "[",
    ],
)
def test_no_other_name_is_ours(host: str) -> None:
    assert not is_our_name(host, LOCAL)
    assert not is_our_name(host, PUBLIC)


@pytest.mark.parametrize(
    ("headers", "is_elsewhere"),
    [
        ({}, False),
        ({"sec-fetch-site": "same-origin"}, False),
        ({"sec-fetch-site": "none"}, False),
        ({"sec-fetch-site": "same-site"}, True),
        ({"sec-fetch-site": "cross-site"}, True),
        ({"origin": "http://127.0.0.1:8400"}, False),
        ({"origin": "http://127.0.0.1:8401"}, True),
        ({"origin": "https://127.0.0.1:8400"}, True),
        ({"origin": "null"}, True),
        ({"origin": ""}, True),
        ({"origin": "http://evil.example"}, True),
        ({"origin": "http://127.0.0.1:8400.evil.example"}, True),
        ({"origin": "http://127.0.0.1:8400", "sec-fetch-site": "cross-site"}, True),
    ],
)
def test_a_browser_says_whose_page_sent_it(headers: dict[str, str], is_elsewhere: bool) -> None:
    sent = Headers({"host": "127.0.0.1:8400", **headers})
    assert came_from_elsewhere(sent, scheme="http", public=None) is is_elsewhere


def test_behind_a_proxy_the_public_origin_is_ours_too() -> None:
    sent = Headers({"host": "board.internal:8400", "origin": "https://board.example"})
    assert not came_from_elsewhere(sent, scheme="http", public="https://board.example")
    assert came_from_elsewhere(sent, scheme="http", public="https://another.example")


def test_a_token_of_one_session_is_none_of_another() -> None:
    tokens = CsrfTokens(b"k" * 32)
    issued = tokens.issue("ana")
    assert tokens.is_genuine(issued, "ana")
    assert tokens.issue("ana") != issued, "no two pages hold the same one"
    assert not tokens.is_genuine(issued, "bo")
    assert not CsrfTokens(b"j" * 32).is_genuine(issued, "ana")


@pytest.mark.parametrize("token", [None, "", ".", "a.b", "é.é", "\udcff.\udcff", "a"])
def test_anything_else_is_no_token(token: str | None) -> None:
    assert not CsrfTokens(b"k" * 32).is_genuine(token, "ana")
