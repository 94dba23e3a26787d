"""What others wrote can always be printed."""

from __future__ import annotations

import json

import pytest

from streams.cli.dead_letters import _pretty
from streams.cli.output import emit

LONE = "é-\ud800-\udcff"


def test_text_that_no_stream_takes_is_printed_as_json_escapes_it(capsys: pytest.CaptureFixture[str]) -> None:
    emit({"data": LONE})

    line = capsys.readouterr().out
    assert line == '{"data": "é-\\ud800-\\udcff"}\n'
    assert json.loads(line) == {"data": LONE}


def test_the_value_of_a_dead_letter_too() -> None:
    assert json.loads(_pretty(json.dumps({"note": LONE}).encode()).encode()) == {"note": LONE}
