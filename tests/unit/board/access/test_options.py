"""Whatever is open to others and does not say who may look is refused, with words on what to set."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import ValidationError

from orchestrator.board.access.options import Options, is_loopback

OIDC = {"issuer": "https://id.example", "client_id": "board", "teams": {"all": "*"}}
OPEN = {"host": "0.0.0.0", "public_url": "https://board.example"}


@pytest.mark.parametrize(
    "options",
    [
        {},
        {"host": "::1"},
        {"host": "localhost"},
        {"public_url": "http://localhost:9000"},
        {"login": "tokens"},
        {**OPEN, "login": "tokens"},
        {**OPEN, "login": "oidc", "oidc": OIDC},
        {"host": "0.0.0.0", "public_url": "http://127.0.0.1:8400", "login": "tokens"},
        {"login": "oidc", "oidc": OIDC | {"issuer": "http://127.0.0.1:9"}},
    ],
)
def test_what_says_who_may_look_is_taken(options: dict[str, Any]) -> None:
    assert Options.model_validate(options)


@pytest.mark.parametrize(
    ("options", "told"),
    [
        ({"host": "0.0.0.0"}, "0.0.0.0 can be reached by others: set HANDOFF_BOARD__LOGIN"),
        ({"host": "board.example"}, "board.example can be reached by others: set HANDOFF_BOARD__LOGIN"),
        ({"host": "::"}, "can be reached by others"),
        ({"public_url": "https://board.example"}, "set HANDOFF_BOARD__LOGIN to tokens or oidc"),
        ({"host": "0.0.0.0", "login": "tokens"}, "set HANDOFF_BOARD__PUBLIC_URL to its https:// address"),
        ({**OPEN, "login": "oidc"}, "HANDOFF_BOARD__OIDC__ISSUER and HANDOFF_BOARD__OIDC__CLIENT_ID"),
        (
            {**OPEN, "login": "oidc", "oidc": {"issuer": "https://id.example", "teams": {"a": "b"}}},
            "CLIENT_ID",
        ),
        ({**OPEN, "public_url": "http://board.example", "login": "tokens"}, "cookies in the clear"),
        ({"public_url": "https://board.example/board"}, "without a path"),
        ({"public_url": "https://user@board.example"}, "not an address like"),
        ({"embed_origins": ["phone.example"]}, "not an address like"),
        ({"embed_origins": ["https://phone.example; script-src *"]}, "not an address like"),
        ({"secret_key": "short"}, "32 characters"),
        ({"oidc": OIDC | {"issuer": "http://id.example"}}, "has to begin with https://"),
        ({"oidc": OIDC | {"scopes": "profile"}}, "openid"),
        (
            {"oidc": {"issuer": "https://id.example", "client_id": "b"}},
            "say which group belongs to which team",
        ),
        ({"oidc": OIDC | {"roles": {"a": "king"}}}, "roles"),
        ({"rates": {"writes": "often"}}, "pattern"),
        ({"logins": "none"}, "Extra inputs"),
        ({"proxies": ["127.0.0.1"]}, "set HANDOFF_BOARD__LOGIN to tokens or oidc beside proxies"),
        ({"login": "tokens", "proxies": ["*"]}, "does not appear to be an IPv4 or IPv6 network"),
        ({"session": 0}, "greater than 0"),
    ],
)
def test_what_is_open_or_unclear_is_refused(options: dict[str, Any], told: str) -> None:
    with pytest.raises(ValidationError, match=told.replace("*", r"\*")):
        Options.model_validate(options)


@pytest.mark.parametrize("host", ["127.0.0.1", "127.8.8.8", "::1", "[::1]", "localhost", "LOCALHOST"])
def test_a_name_of_this_machine_is_known(host: str) -> None:
    assert is_loopback(host)


@pytest.mark.parametrize("host", ["", "0.0.0.0", "localhost.example", "127.0.0.1.example", "10.0.0.1"])
def test_a_name_that_looks_like_this_machine_is_not_it(host: str) -> None:
    assert not is_loopback(host)


def test_an_origin_has_one_spelling() -> None:
    assert Options(public_url="https://Board.Example/", login="tokens").public_url == "https://board.example"


def test_secrets_are_masked() -> None:
    options = Options.model_validate(
        {"secret_key": "x" * 40, "oidc": OIDC | {"client_secret": "hunter2"}, "login": "oidc"}
    )
    assert "xxx" not in repr(options)
    assert "hunter2" not in repr(options) + options.model_dump_json()
