"""All lines are checked before one is sent."""

from __future__ import annotations

import json

import pytest

from streams.cli.errors import BadInput
from streams.cli.send import check
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
