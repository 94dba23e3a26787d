"""Events on the wire say what they should, whatever a customer wrote."""

from __future__ import annotations

import json

from sse_starlette import ServerSentEvent

from orchestrator.board.live.change import Fragment, Message
from orchestrator.board.live.events import event, patches


def test_an_event_is_written_as_the_library_writes_it() -> None:
    data = {"now": "2026-03-02T09:00:00+00:00", "seq": 7}
    text = json.dumps(data, separators=(",", ":"))
    expected = ServerSentEvent(text, event="ping", id="7", sep="\n").encode()
    assert event("ping", data, 7) == expected


def test_line_breaks_and_any_script_stay_within_the_data() -> None:
    html = "a\nb\rc\r\n\nid: 9\nevent: reset\n\u2028 \u00e9 \U0001f600 \x00"
    [told] = patches([Message(put=(Fragment("x", html, into="y"),), say=("é",))], 3)
    lines = told.decode().split("\n")
    assert lines[:2] == ["id: 3", "event: patch"]
    assert lines[3:] == ["", ""]
    assert b"\r" not in told
    sent = json.loads(lines[2].removeprefix("data: "))
    assert sent == {
        "put": [{"id": "x", "html": html, "into": "y"}],
        "drop": [],
        "say": ["é"],
        "alert": [],
    }


def test_only_the_last_of_several_has_the_id() -> None:
    first, last = patches([Message(say=("a",)), Message(say=("b",))], 3)
    assert b"id:" not in first
    assert last.startswith(b"id: 3\n")
    assert patches([], 3) == []


def test_a_greeting_says_how_soon_to_come_back() -> None:
    assert event("hello", {}, retry_ms=1_000).startswith(b"retry: 1000\nevent: hello\n")
