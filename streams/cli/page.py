"""A page of labelled rows: in columns on a terminal, unbroken lines elsewhere, in ASCII where it must be."""

from __future__ import annotations

from collections.abc import Sequence

from rich.console import Console
from rich.text import Text

from streams.cli.lines import readable
from streams.feed.records import printable

_LABEL = 11
_NARROWEST = 20


class Page:
    """Writes headings and rows to a console."""

    def __init__(self, console: Console) -> None:
        self._console = console

    def blank(self) -> None:
        """Print an empty line."""
        self._console.print()

    def heading(self, text: str, *, indent: int = 0, style: str = "bold") -> None:
        """Print a heading."""
        self._print(Text(" " * indent), Text(self._said(text), style=style))

    def row(self, label: str, text: str, *, indent: int = 2, style: str = "") -> None:
        """Print a row; a label that is empty goes on with the row before."""
        head = Text(" " * indent) + Text(f"{self._said(label):<{_LABEL}} ", style="dim")
        self._print(head, Text(self._said(text), style=style))

    def columns(self, rows: Sequence[tuple[str, ...]], *, indent: int = 2, right_from: int = 99) -> None:
        """Print rows whose cells stand under each other; those from `right_from` on at the right."""
        said = [tuple(self._said(cell) for cell in row) for row in rows]
        widths = [max(len(row[n]) for row in said) for n in range(len(said[0]))]
        for row in said:
            *first, last = (
                f"{cell:>{width}}" if n >= right_from else f"{cell:<{width}}"
                for n, (cell, width) in enumerate(zip(row, widths, strict=True))
            )
            head = " " * indent + "".join(f"{cell}  " for cell in first)
            self._print(Text(head), Text(last.rstrip()))

    def _print(self, head: Text, text: Text) -> None:
        """Print a text after its head; further lines of it stand under the first."""
        if not self._console.is_terminal:
            self._console.print(head + text, soft_wrap=True)
            return
        lines = text.wrap(self._console, max(self._console.width - head.cell_len, _NARROWEST))
        for line in lines or [text]:
            line.rstrip()
            self._console.print(head + line, soft_wrap=True)
            head = Text(" " * head.cell_len)

    def _said(self, text: str) -> str:
        return readable(printable(text), self._console)
