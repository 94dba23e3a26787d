"""How a text in Markdown looks within the feed, on different terminals."""

from __future__ import annotations

import io

import pytest
from rich.console import Console

from handoff_templates.escaping import code, markdown
from streams.cli.passage import print_passage

TEXT = (
    """## First: case `C-1`

- **Who:** Ada &amp; Charles, \\*not strong\\* “so”
- **Long:** """
    + "and so on " * 20
    + """

### Next

Call back.
"""
)


def printed(text: str, encoding: str = "utf-8", **options: object) -> str:
    raw = io.BytesIO()
    console = Console(file=io.TextIOWrapper(raw, encoding=encoding), highlight=False, **options)  # type: ignore[arg-type]
    print_passage(console, text, indent=7)
    console.file.flush()
    return raw.getvalue().decode(encoding)


def test_marks_become_what_they_mean_and_lines_stay_whole_where_it_is_piped() -> None:
    lines = [line.removeprefix("       │ ").rstrip() for line in printed(TEXT).splitlines()]

    assert lines[:2] == ["First: case C-1", "- Who: Ada & Charles, *not strong* “so”"]
    assert lines[2] == "- Long: " + ("and so on " * 20).strip()
    assert lines[3:] == ["       │", "Next", "Call back."]


@pytest.mark.parametrize("width", [40, 80, 200])
def test_a_terminal_gets_it_within_its_width_behind_one_bar(width: int) -> None:
    lines = printed(TEXT, force_terminal=True, width=width, no_color=True, color_system=None).splitlines()

    assert max(map(len, lines)) <= width
    assert all(line.startswith("       │") for line in lines)
    long = lines[next(n for n, line in enumerate(lines) if "Long" in line) :]
    assert all(line[9:11] == "  " for line in long[1:] if "so on" in line), "under the text of its point"


def test_a_terminal_without_utf8_gets_ascii() -> None:
    assert '| - Who: Ada & Charles, *not strong* "so"' in printed(TEXT, "ascii")


@pytest.mark.parametrize(
    "said", ["# 1 < 2 & `x` **y** [z](w) a_b", "- [ ] \\ ~~no~~ |", "1. first", "*", "`"]
)
def test_what_was_escaped_for_a_packet_is_read_as_it_was_said(said: str) -> None:
    assert printed(f"Said: {markdown(said)}").strip() == f"│ Said: {said}"
    assert printed(code("C-1_a")).strip() == "│ C-1_a"
