"""Prints what happens, one thing after another, for a person who watches."""

from __future__ import annotations

from datetime import datetime

from rich.console import Console
from rich.table import Table
from rich.text import Text

from streams.feed.records import Line, Sign

_ASCII = str.maketrans({"→": "->", "←": "<-", "“": '"', "”": '"', "…": "..."})
_WORD = max(len(sign.word) for sign in Sign)
_CASE = 6


class Feed:
    """Writes lines to a console: in columns on a terminal, unbroken elsewhere, in ASCII where it must be.

    `width` is that of the time in front of each line. What is routine is left out unless it is asked for.
    """

    def __init__(self, console: Console, *, width: int, shows_routine: bool = False) -> None:
        self._console = console
        self._width = width
        self._shows_routine = shows_routine

    def line(self, line: Line, when: str) -> None:
        """Print one thing that happened."""
        if line.sign.is_routine and not self._shows_routine:
            return
        icon = line.sign.ascii_icon if is_plain(self._console) else line.sign.icon
        word = Text(f"{icon} {line.word}", style=line.sign.style)
        self._row(when, word, Text(line.case), Text(readable(line.text, self._console)))

    def remark(self, text: str, when: str) -> None:
        """Print what somebody should know to understand the lines that follow."""
        text = readable(text, self._console)
        if not self._console.is_terminal:
            self._console.print(Text(f"{when:>{self._width}}  {text}"), soft_wrap=True)
            return
        row = self._grid()
        row.add_column(ratio=1)
        row.add_row(when, Text(text, style="italic"))
        self._console.print(row)

    def _row(self, when: str, word: Text, case: Text, text: Text) -> None:
        if not self._console.is_terminal:
            head = f"{when:>{self._width}}  {word.plain:<{_WORD + 2}}  {case.plain:<{_CASE}}  "
            self._console.print(Text(head + text.plain), soft_wrap=True)
            return
        row = self._grid()
        row.add_column(width=_WORD + 2, no_wrap=True)
        row.add_column(min_width=_CASE, no_wrap=True)
        row.add_column(ratio=1, overflow="fold")
        row.add_row(when, word, case, text)
        self._console.print(row)

    def _grid(self) -> Table:
        row = Table.grid(padding=(0, 2, 0, 0))
        row.add_column(width=self._width, justify="right", style="dim")
        return row


def is_plain(console: Console) -> bool:
    """Whether a console knows ASCII only."""
    return not (console.encoding or "").lower().startswith("utf")


def readable(text: str, console: Console) -> str:
    """Return text as a console can show it."""
    return text.translate(_ASCII).encode("ascii", "replace").decode() if is_plain(console) else text


def clock_time(at: datetime) -> str:
    """Return an instant as the feed of a running system shows it, in UTC."""
    return at.strftime("%H:%M:%S")


def full_time(at: datetime) -> str:
    """Return an instant with its date, in UTC."""
    return at.strftime("%Y-%m-%d %H:%M:%SZ")
