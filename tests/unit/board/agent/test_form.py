"""From the fields of a form to what is said."""

from __future__ import annotations

from zoneinfo import ZoneInfo

import pytest

from orchestrator.board.agent.form import said_in
from orchestrator.board.said import Unclear
from tests.builders import instant

BERLIN = ZoneInfo("Europe/Berlin")


def test_what_is_of_the_form_and_what_is_empty_is_left_out() -> None:
    fields = {"csrf": "x", "press": "y", "next": "/", "note": " ", "disposition": " solved "}
    assert said_in(fields, BERLIN) == {"disposition": "solved"}


def test_code_and_words_make_one_reason() -> None:
    assert said_in({"reason_code": "a", "reason_text": "b"}, BERLIN) == {"reason": {"code": "a", "text": "b"}}
    assert said_in({"reason_code": "", "reason_text": "b"}, BERLIN) == {"reason": {"text": "b"}}


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("2026-03-02T09:00", "2026-03-02T08:00:00+00:00"),
        ("2026-07-02T09:00", "2026-07-02T07:00:00+00:00"),
        ("2026-03-02T09:00:00-05:00", "2026-03-02T14:00:00+00:00"),
    ],
)
def test_a_time_without_a_zone_is_the_readers(written: str, meant: str) -> None:
    assert said_in({"until": written}, BERLIN) == {"until": instant(meant)}


def test_a_time_that_is_none_is_named() -> None:
    with pytest.raises(Unclear, match="until is 'tomorrow'"):
        said_in({"until": "tomorrow"}, BERLIN)
