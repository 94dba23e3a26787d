"""`handoff templates`: the words and rules of handoffs."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from handoff_templates import load
from streams.cli.output import Json, emit, out
from streams.cli.places import read

app = typer.Typer(help="Look after the templates: kinds of handoff, teams and texts.", no_args_is_help=True)


@app.command()
def check(
    folder: Annotated[
        Path | None, typer.Argument(help="A folder of templates; without it, the one that the settings name.")
    ] = None,
    as_json: Json = False,
) -> None:
    """Find everything that is wrong with a set of templates; each problem has its file and line."""
    rules = load(folder or read().templates).rules
    if as_json:
        emit(
            {"problems": [], "version": rules.version, "kinds": list(rules.kinds), "teams": list(rules.teams)}
        )
        return
    out().print(
        f"{len(rules.kinds)} kinds and {len(rules.teams)} teams, nothing wrong; version {rules.version}"
    )
