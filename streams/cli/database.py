"""`handoff db`: the tables of the ledger."""

from __future__ import annotations

import typer

from orchestrator.ledger import schema
from orchestrator.ledger.connection import unavailable_is_said
from streams.cli.output import Json, emit, out
from streams.cli.places import dsn_of, find
from streams.cli.running import run

app = typer.Typer(help="Set up the database.", no_args_is_help=True)


@app.command()
def upgrade(as_json: Json = False) -> None:
    """Bring the database to the newest schema. Safe to run again, and from several machines at once."""
    dsn = dsn_of(find())

    async def work() -> tuple[str | None, str | None]:
        async with unavailable_is_said():
            return await schema.upgrade(dsn)

    before, after = run(work())
    if as_json:
        emit({"before": before, "after": after})
    elif before == after:
        out().print(f"the schema is up to date ({after})")
    else:
        out().print(f"the schema went from {before or 'nothing'} to {after}")
