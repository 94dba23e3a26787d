"""The closest range of an Accept header decides whether a client takes an answer."""

from __future__ import annotations

import pytest

from orchestrator.board.api.negotiation import accepts

JSON = "application/json"


@pytest.mark.parametrize(
    ("accept", "is_taken"),
    [
        ("application/json", True),
        ("*/*", True),
        ("application/*", True),
        ("text/html, application/json;q=0.2", True),
        ("Application/JSON; charset=utf-8", True),
        ("text/*", False),
        ("application/problem+json", False),
        ("application/json;q=0, */*;q=1", False),
        ("application/json;q=0.5, application/*;q=0", True),
        ("*/*;q=0", False),
        ("application/json;q=much", False),
        ("json", False),
        (",;,", False),
    ],
)
def test_what_a_client_takes(accept: str, is_taken: bool) -> None:
    assert accepts(accept, JSON) is is_taken
