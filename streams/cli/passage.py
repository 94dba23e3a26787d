"""A text in Markdown within the feed: set apart by a bar, and its marks turned into what they mean."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import unescape

from rich.console import Console
from rich.text import Text

from streams.cli.lines import is_plain, readable

_HEADING = re.compile(r"#{1,6} +")
_BULLET = "- "
_MARK = re.compile(r"\\(?P<escaped>[!-/:-@\[-`{-~])|(?P<strong>\*\*)|`(?P<code>[^`]*)`")
_NARROWEST = 20


def print_passage(console: Console, markdown: str, *, indent: int) -> None:
    """Print a text in Markdown behind a bar; wrapped on a terminal, its lines unbroken elsewhere."""
    bar = " " * indent + ("| " if is_plain(console) else "│ ")
    width = max(console.width - len(bar), _NARROWEST)
    for line in _lines(markdown):
        text = _text(line, console)
        hang = " " * len(_BULLET) if line.startswith(_BULLET) else ""
        pieces = text.wrap(console, width - len(hang)) if console.is_terminal else [text]
        for number, piece in enumerate(pieces or [text]):
            shown = Text.assemble((bar, "dim"), hang if number else "", piece)
            shown.rstrip()
            console.print(shown, soft_wrap=True)


def _lines(markdown: str) -> Iterator[str]:
    """Yield the lines of a text, with an empty one before each heading but the first and none behind it."""
    behind = ""
    for line in markdown.splitlines():
        if line.strip() or (behind and not _HEADING.match(behind)):
            yield line
            behind = line


def _text(line: str, console: Console) -> Text:
    heading = _HEADING.match(line)
    text, is_strong, at = Text(style="bold" if heading else ""), False, heading.end() if heading else 0
    for mark in _MARK.finditer(line, at):
        _add(text, line[at : mark.start()], console, is_strong)
        is_strong ^= mark["strong"] is not None
        _add(text, mark["escaped"] or mark["code"] or "", console, is_strong)
        at = mark.end()
    _add(text, line[at:], console, is_strong)
    return text


def _add(text: Text, said: str, console: Console, is_strong: bool) -> None:
    text.append(readable(unescape(said), console), style="bold" if is_strong else "")
