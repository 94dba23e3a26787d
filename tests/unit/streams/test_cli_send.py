"""All lines are checked before one is sent."""

from __future__ import annotations

import json

import pytest
from typer.testing import CliRunner

from orchestrator.domain.commands import Accept
from streams.cli import app
from streams.cli.errors import BadInput, WrongUsage
from streams.cli.send import check, require_in_topic
from streams.topics.table import REPLIES, in_topic_of, in_topics
from tests import builders as b


def a_line(**over: object) -> str:
    command = b.a_request()
    event = {
        "specversion": "1.0",
        "id": "request-1",
        "source": b.SOURCE,
        "type": command.type,
        "time": "2026-03-02T09:00:00Z",
        "data": json.loads(command.model_dump_json(exclude_none=True)),
    }
    return json.dumps(event | over)


def test_good_lines_become_records_and_empty_ones_are_passed_over() -> None:
    records = check(["", a_line(), "   ", a_line(id="request-2"), ""])

    assert [dict(r.headers)["ce_id"] for r in records] == [b"request-1", b"request-2"]
    assert {r.key for r in records} == {b"case-1"}


def test_all_lines_go_to_one_topic_when_it_is_named() -> None:
    reply = {"request_source": b.SOURCE, "request_id": "request-1", "actor": {"kind": "agent", "id": "bob"}}
    lines = [a_line(), a_line(id="reply-1", type=Accept.type, data=reply, partitionkey="case-1")]

    assert [r.topic for r in check(lines)] == [in_topic_of(b.a_request().type), REPLIES]
    assert [(r.topic, r.key) for r in check(lines, topic=REPLIES)] == [(REPLIES, b"case-1")] * 2


@pytest.mark.parametrize("name", in_topics())
def test_every_topic_that_is_read_can_be_named(name: str) -> None:
    require_in_topic(name)


@pytest.mark.parametrize(
    ("name", "meant"),
    [
        ("support.handoff.replies.v1", REPLIES),
        ("Support.Handoff.Reply.V1", REPLIES),
        ("support.handoff.lifecycle.v1", ""),
        ("support.handoff.dead-letter.v1", ""),
        ("", ""),
    ],
)
def test_a_topic_that_nobody_reads_is_refused(name: str, meant: str) -> None:
    with pytest.raises(WrongUsage) as refused:
        require_in_topic(name)

    assert str(refused.value).startswith(f"{name!r} is no topic that is read; ")
    assert (f"did you mean {meant!r}?" if meant else REPLIES) in str(refused.value)


def test_every_bad_line_is_named_by_its_number() -> None:
    with pytest.raises(BadInput) as refused:
        check([a_line(), "", "{", a_line(time="yesterday")])

    message, told = str(refused.value), refused.value.details
    assert message.startswith("2 bad lines, so nothing was sent:")
    assert "  line 3: " in message
    assert "  line 4: time is not RFC 3339" in message
    assert [(line["line"], line["code"]) for line in told["lines"]] == [
        (3, "malformed-json"),
        (4, "bad-attribute"),
    ]
    assert told["sent"] == 0


def test_a_file_full_of_bad_lines_does_not_fill_the_screen() -> None:
    with pytest.raises(BadInput) as refused:
        check(["{"] * 1000)

    assert len(str(refused.value).splitlines()) == 22
    assert str(refused.value).endswith("and 980 more")
    assert len(refused.value.details["lines"]) == 1000


def test_a_wrong_topic_is_refused_before_anything_is_read() -> None:
    result = CliRunner().invoke(app, ["send", "no-such-file", "--topic", "support.handoff.reply.v1"])

    assert result.exit_code == 2
    assert "did you mean" in result.stderr
