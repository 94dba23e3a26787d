"""The root of the command: its help, and one place where every error becomes a line and an exit code."""

from __future__ import annotations

import json
from importlib.metadata import version
from typing import Annotated, Any

import typer
from typer.core import TyperGroup

from streams.cli.errors import Fault, fault_of
from streams.cli.output import is_json, say_error

_HELP = """
Hand cases over between support channels and teams: packets, checklists and clocks, on Kafka and PostgreSQL.

New here? Run [bold]handoff demo[/bold]: it needs no Kafka, no database and no Docker, and ends by itself.
"""
_EPILOG = """
[bold]Exit codes[/bold]
  0  done
  1  bad input was found
  2  wrong usage, or a wrong setting
  3  not ready: broker, database, schema or topics are missing or unreachable
  4  the worker stopped because our own code failed
130  ended with Ctrl-C

[bold]Settings[/bold] are variables that begin with HANDOFF_; see [bold]handoff config show[/bold].
Without addresses, a running [bold]handoff up[/bold] is used.
"""


class _Commands(TyperGroup):
    """Turns what commands raise into one line on stderr; `--json` makes it an object."""

    def invoke(self, ctx: Any) -> Any:
        """Run a command."""
        try:
            return super().invoke(ctx)
        except Exception as error:
            fault = fault_of(error)
            if fault is None:
                raise
            _say(fault, as_json=is_json(ctx))
            raise typer.Exit(fault.exit_code) from error


app = typer.Typer(
    cls=_Commands,
    help=_HELP,
    epilog=_EPILOG,
    add_completion=False,
    rich_markup_mode="rich",
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)


def _version(asked: bool) -> None:
    if asked:
        typer.echo(version("handoff-orchestrator"))
        raise typer.Exit


@app.callback(invoke_without_command=True)
def _root(
    ctx: typer.Context,
    _: Annotated[
        bool, typer.Option("--version", help="Print the version.", is_eager=True, callback=_version)
    ] = False,
) -> None:
    if ctx.invoked_subcommand is None:
        typer.echo(ctx.get_help())


def _say(fault: Fault, *, as_json: bool) -> None:
    if as_json:
        told = {"error": fault.message, "exit_code": fault.exit_code, **fault.details}
        typer.echo(json.dumps(told, ensure_ascii=False), err=True)
    else:
        say_error(fault.message)
    if fault.trace:
        typer.echo(fault.trace, err=True)
