"""Texts made to cost much: twice the text may cost twice the work, never four times."""

from __future__ import annotations

from time import process_time

import pytest

from orchestrator.domain.redaction import personal, secrets

HOSTILE = (
    *(
        "4",
        "4 1 1 4 ",
        "1 - ",
        "4111 ",
        "eyJ",
        "eyJ-",
        "eyJa.",
        "sk-",
        "ghp_",
        "password ",
        "password is ",
        "pw:",
    ),
    *(
        "password='",
        "password for to of on ",
        "sid=",
        "token ",
        "bearer ",
        "pin 12 ",
        "DE12 ",
        "DE89370400440532",
    ),
    *(
        "a@",
        "a@b.",
        "b.",
        "://a:",
        "://",
        "-----BEGIN PRIVATE KEY",
        "+1 ",
        "01",
        "202 ",
        "tel ",
        "call me ",
        " ",
    ),
    *("api_key=", "authorization: basic ", "+49 (0) ", "a", "_", ".", "\u0130", "\uff14"),
)
_LENGTH = 3_000


def seconds(text: str) -> float:
    """Return the least processor time of some rounds."""
    best = float("inf")
    for _ in range(2):
        began = process_time()
        secrets.clean(text)
        personal.clean(text)
        best = min(best, process_time() - began)
    return best


@pytest.mark.parametrize("piece", HOSTILE)
def test_the_work_grows_as_the_text_does(piece: str) -> None:
    short = piece * (_LENGTH // len(piece))
    # Eight times the work would be linear, sixty-four times quadratic.
    assert seconds(short * 8) < 24 * max(seconds(short), 0.000_5)


def test_a_secret_behind_hostile_characters_is_found() -> None:
    for piece in HOSTILE:
        text = piece * (12_500 // len(piece)) + "\npassword: hunter2"
        assert "hunter2" not in secrets.clean(text)[0]
