"""What goes over the wire: the standard envelope, Slack's blocks, a card for Teams."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orchestrator.domain.events import Notified
from streams.notify import bodies, msteams, slack, words
from streams.notify.endpoint import Format
from streams.notify.notification import Unreadable, read, sample
from tests.builders import T0
from tests.unit.streams.webhook_builders import a_record, an_event

EVIL = (
    "<!channel> @channel @Here <@U012AB3CD> & <https://evil.example|pay here>\n"
    "[click](https://evil.example) **bold** `x` <at>Maria</at> {{DATE(2026-01-01T00:00:00Z,SHORT)}}\n"
    "# heading\n- item\n1. one\u202e\x00\u200b"
)


def body(format: Format, **over: Any) -> Any:
    return json.loads(bodies.render(format, read(a_record(an_event(**over)))))


def test_standard_passes_the_data_on_as_it_came() -> None:
    event = json.loads(an_event().model_dump_json()) | {"of_a_later_version": {"x": [1, 2.50, "é"]}}
    raw = json.dumps(event, ensure_ascii=False).encode()
    sent = bodies.render(Format.STANDARD, read(a_record(value=raw)))
    assert sent.endswith(b',"data":' + raw + b"}")
    assert json.loads(sent) == {"type": Notified.type, "timestamp": "2026-03-02T09:00:00Z", "data": event}


def test_slack() -> None:
    def text(words: str) -> dict[str, Any]:
        return {"type": "mrkdwn", "text": words, "verbatim": True}

    assert body(Format.SLACK) == {
        "text": "billing did not accept C-1001 within 15m",
        "blocks": [
            {"type": "section", "text": text("*billing did not accept C-1001 within 15m*")},
            {
                "type": "section",
                "text": text("Ada Lovelace still waits.\nCall the team, or take the case back."),
            },
            {
                "type": "section",
                "fields": [
                    text("*Case*\nC-1001"),
                    text("*Clock*\nfirst contact"),
                    text("*Due*\n<!date^1772442900^{date_short_pretty} {time}|2026-03-02 09:15 UTC>"),
                    text("*Teams*\ntier-1 → billing"),
                    text("*Priority*\nhigh"),
                    text("*Loop*\n2"),
                ],
            },
            {"type": "context", "elements": [text("For Maria, lead of billing")]},
        ],
    }


def test_teams() -> None:
    [attachment] = body(Format.TEAMS)["attachments"]
    assert body(Format.TEAMS)["type"] == "message"
    assert attachment["contentType"] == "application/vnd.microsoft.card.adaptive"
    card = attachment["content"]
    assert (card["type"], card["version"]) == ("AdaptiveCard", "1.4")
    title, message, facts, addressee = card["body"]
    assert title["text"] == "billing did not accept C-1001 within 15m"
    assert title["weight"] == "Bolder"
    assert message["text"] == "Ada Lovelace still waits.\n\nCall the team, or take the case back."
    assert message["wrap"]
    assert facts == {
        "type": "FactSet",
        "facts": [
            {"title": "Case", "value": "C-1001"},
            {"title": "Clock", "value": "first contact"},
            {"title": "Due", "value": "2026-03-02 09:15 UTC"},
            {"title": "Teams", "value": "tier-1 → billing"},
            {"title": "Priority", "value": "high"},
            {"title": "Loop", "value": "2"},
        ],
    }
    assert addressee["text"] == "For Maria, lead of billing"


def test_a_bounce_has_no_clock() -> None:
    sent = body(Format.TEAMS, topic="bounced", clock=None, rung=None, due_at=None)
    facts = sent["attachments"][0]["content"]["body"][2]["facts"]
    assert [fact["title"] for fact in facts] == ["Case", "Teams", "Priority"]


def test_slack_calls_nobody_and_links_nothing() -> None:
    sent = body(Format.SLACK, title=EVIL, message=EVIL, to=EVIL, case_id=EVIL)
    texts = [sent["text"], *_values_of(sent, "text")]
    for text in filter(lambda t: isinstance(t, str), texts):
        without_dates = re.sub(r"<!date\^[^>]*>", "", text)
        assert "<" not in without_dates
        assert ">" not in without_dates
        assert not re.search(r"@(channel|here|everyone)", text, re.IGNORECASE)
        assert not re.search(r"&(?!amp;|lt;|gt;)", text)
    assert slack.escape("<!here> & co") == "&lt;!here&gt; &amp; co"
    assert slack.escape("@Channel a@b.example") == "@\u2060Channel a@b.example"


def test_teams_shows_just_the_words() -> None:
    assert msteams.escape("[a](https://b) *c* _d_ `e` <at>f</at> ~g~ h|i & j\\k") == (
        r"\[a\](https://b) \*c\* \_d\_ \`e\` \<at\>f\</at\> \~g\~ h\|i \& j\\k"
    )
    assert msteams.escape("# a\n- b\n+ c\n1. d\n23) e\n= f") == (
        "\\# a\n\n\\- b\n\n\\+ c\n\n1\\. d\n\n23\\) e\n\n\\= f"
    )
    assert msteams.escape("{{DATE(2026-01-01T00:00:00Z)}}") == r"\{\{DATE(2026-01-01T00:00:00Z)\}\}"
    # What is read most stays as it is.
    assert msteams.escape("C-1001: tier-2, 15m (1.5 h), #42!") == "C-1001: tier-2, 15m (1.5 h), #42!"


@pytest.mark.parametrize("format", [Format.SLACK, Format.TEAMS])
def test_what_nobody_sees_is_gone_and_no_text_is_too_long(format: Format) -> None:
    sent = body(format, title=EVIL * 50, message=EVIL * 200, case_id="&" * 5_000)
    assert len(json.dumps(sent)) < 20_000
    for text in filter(lambda t: isinstance(t, str), [*_values_of(sent, "text"), *_values_of(sent, "value")]):
        assert len(text) <= (3_000 if format is Format.SLACK else 4_000)
        assert not set(text) & set("\x00\u202e\u200b")


@given(st.text(max_size=400), st.integers(min_value=20, max_value=200))
def test_a_cut_never_goes_through_an_escape(text: str, limit: int) -> None:
    for escape in (slack.escape, msteams.escape):
        cut = words.fitted(text, limit, escape)
        assert len(cut) <= limit
    unescaped = words.fitted(text, limit, slack.escape)
    for entity in ("&lt;", "&gt;", "&amp;"):
        unescaped = unescaped.replace(entity, "")
    assert "&" not in unescaped


@pytest.mark.parametrize(
    ("over", "why"),
    [
        ({"headers": []}, "ce_type is not"),
        ({"headers": [("ce_type", b"support.handoff.sla.warned.v1")]}, "ce_type is not"),
        ({"headers": [("ce_type", Notified.type.encode())]}, "ce_id is missing"),
        ({"id": "a b"}, "ce_id is missing, or cannot"),
        ({"id": "a\r\nx-evil: 1"}, "ce_id is missing, or cannot"),
        ({"headers": [("ce_type", Notified.type.encode()), ("ce_id", b"1")]}, "ce_time is missing"),
        ({"value": None}, "the value: Invalid JSON"),
        ({"value": b"\xff"}, "the value: Invalid JSON"),
        ({"value": b"[]"}, "the value: .*object"),
        ({"value": b'{"case_id": 5}'}, "case_id: "),
    ],
)
def test_what_is_no_notification(over: dict[str, Any], why: str) -> None:
    with pytest.raises(Unreadable, match=why):
        read(a_record(**over))


def test_words_of_a_later_version_are_passed_on() -> None:
    event = json.loads(an_event().model_dump_json()) | {"topic": "praised", "to_role": "director"}
    told = read(a_record(value=json.dumps(event).encode())).told
    assert (told.topic, told.to_role) == ("praised", "director")


@pytest.mark.parametrize("format", list(Format))
def test_the_sample_says_that_it_is_one(format: Format) -> None:
    notification = sample(T0)
    assert notification.id == "test-20260302T090000000000Z"
    assert "Test: this endpoint receives notifications" in bodies.render(format, notification).decode()


def _values_of(value: Any, key: str) -> list[Any]:
    if isinstance(value, list):
        return [found for each in value for found in _values_of(each, key)]
    if isinstance(value, dict):
        return [v for k, v in value.items() if k == key] + _values_of(list(value.values()), key)
    return []
