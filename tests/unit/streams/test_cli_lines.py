"""How a line looks on different terminals."""

from __future__ import annotations

import io

import pytest
from rich.console import Console

from streams.cli.lines import Feed
from streams.feed.records import Line, Sign
from tests import builders as b

LINE = Line(b.T0, Sign.PACKET, "packet", "case-1", "chat → phone: “Hello” " + "and so on " * 12)


def printed(encoding: str, **options: object) -> str:
    raw = io.BytesIO()
    console = Console(file=io.TextIOWrapper(raw, encoding=encoding), highlight=False, **options)  # type: ignore[arg-type]
    feed = Feed(console, width=5)
    feed.remark("A chat goes on by phone.", "1.0s")
    feed.line(LINE, "1.2s")
    console.file.flush()
    return raw.getvalue().decode(encoding)


def test_each_line_is_one_line_where_it_is_piped() -> None:
    remark, line = printed("utf-8").splitlines()

    assert remark == " 1.0s  A chat goes on by phone."
    assert line.startswith(" 1.2s  ✉ packet       case-1  chat → phone: “Hello” and so on")


def test_a_terminal_without_utf8_gets_ascii() -> None:
    text = printed("ascii")

    assert '# packet       case-1  chat -> phone: "Hello"' in text


@pytest.mark.parametrize("width", [60, 80, 200])
def test_a_terminal_gets_columns_within_its_width(width: int) -> None:
    text = printed("utf-8", force_terminal=True, width=width, no_color=True, color_system=None)

    lines = text.splitlines()
    assert max(map(len, lines)) <= width
    first = next(line for line in lines if "packet" in line)
    column = first.index("chat")
    assert all(line[:column].isspace() for line in lines[lines.index(first) + 1 :])
