"""Where things are printed: results on stdout, errors and progress on stderr."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from rich.table import Table
from rich.text import Text

_JSON = "handoff.json"


def _remember(ctx: typer.Context, asked: bool) -> bool:
    # The root prints errors, and must know in which form.
    ctx.meta[_JSON] = asked
    return asked


Json = Annotated[
    bool, typer.Option("--json", help="Print JSON, one object a line, also for errors.", callback=_remember)
]


def is_json(ctx: Any) -> bool:
    """Whether the command was given `--json`."""
    return bool(ctx.meta.get(_JSON))


def out() -> Console:
    """Return the console for results; it finds out anew what stdout is."""
    return Console(highlight=False, soft_wrap=True)


def err() -> Console:
    """Return the console for everything else."""
    return Console(stderr=True, highlight=False, soft_wrap=True)


def say_error(message: str) -> None:
    """Print an error."""
    err().print(Text.assemble(("error: ", "bold red"), message))


def note(message: str) -> None:
    """Print something that is not a result."""
    err().print(Text(message, style="dim"))


def emit(value: Any) -> None:
    """Print one object as a line of JSON."""
    # What others wrote may hold lone surrogates, which no stream takes; JSON has the same escape for them.
    text = json.dumps(value, ensure_ascii=False, default=str)
    typer.echo(text.encode(errors="backslashreplace").decode())


def table(title: str, columns: Sequence[str], rows: Iterable[Iterable[str | Text]]) -> None:
    """Print a table; whole lines, one a row, where stdout is no terminal."""
    console = Console(highlight=False)
    if not console.is_terminal:
        console = Console(highlight=False, width=240)
    shown = Table(
        title=title or None,
        title_justify="left",
        title_style="bold",
        box=None,
        pad_edge=False,
        show_header=any(columns),
    )
    for column in columns:
        shown.add_column(column, overflow="fold")
    for row in rows:
        shown.add_row(*(Text(cell) if isinstance(cell, str) else cell for cell in row))
    console.print(shown)


@contextmanager
def progress(what: str, total: int, *, quiet: bool = False) -> Iterator[Progress]:
    """Show how far a long work is, where stderr is a terminal; `advance(task_ids[0])` moves it on."""
    console = err()
    bar = Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeRemainingColumn(),
        console=console,
        transient=True,
        disable=quiet or not console.is_terminal,
    )
    bar.add_task(what, total=total)
    with bar:
        yield bar
