"""`handoff context`: what other systems know of accounts and customers."""

from __future__ import annotations

import asyncio
import os
from datetime import datetime
from typing import Annotated

import structlog
import typer

from orchestrator.domain.ages import in_words
from orchestrator.domain.context.record import Record
from orchestrator.domain.context.subjects import field_name
from orchestrator.ledger import reading
from orchestrator.ledger.context_postgres import PostgresContext
from orchestrator.wall_clock import SystemClock
from streams.cli.errors import OUR_FAULT, BadInput
from streams.cli.output import Json, emit, note, out, progress, table
from streams.cli.places import dsn_of, find, kafka_of
from streams.cli.running import run as run_to_its_end
from streams.cli.running import stop_on_signals
from streams.context.process import ContextProcess, rebuild_context
from streams.context.stream import StopFailed
from streams.feed.records import printable

log = structlog.get_logger(__name__)
app = typer.Typer(
    help="What other systems know of accounts and customers: take it in, see it, read it again.",
    no_args_is_help=True,
)
_KINDS = ("account:", "customer:")


@app.command()
def run() -> None:
    """Take in what sources send, until it is stopped.

    Run as many as you like: they share the topics. SIGTERM or Ctrl-C finishes the batch under way. A message
    that cannot be read becomes a dead letter; see `handoff dead-letters`. Logs go to stderr.

    Before the first start: handoff db upgrade, and handoff topics apply.
    """
    settings = find(quiet=False)
    kafka_of(settings)
    dsn_of(settings)

    async def work() -> None:
        stopping = asyncio.Event()
        stop_on_signals(stopping, on_first=lambda: log.info("context.stopping", do="wait, or Ctrl-C again"))
        await ContextProcess(settings).run(stopping)

    try:
        run_to_its_end(work())
    except* StopFailed as failed:
        log.error(
            "context.stop_failed", error=str(failed.exceptions[0]), do="nothing: what is open is read again"
        )
        # Its threads would keep the process alive.
        os._exit(OUR_FAULT)


@app.command()
def rebuild(
    empty: Annotated[
        bool, typer.Option("--empty", help="Forget every record first; until the end, packets show less.")
    ] = False,
    as_json: Json = False,
) -> None:
    """Read all topics of context again from the beginning. Safe at any time, and again; nobody has to stop.

    What is held already stays as it is, unless a topic knows something later.
    """
    settings = find()
    kafka_of(settings)
    dsn_of(settings)
    with progress("reading", 0, quiet=as_json) as bar:

        def advance(done: int, total: int) -> None:
            bar.update(bar.task_ids[0], completed=done, total=total)

        done, held = run_to_its_end(rebuild_context(settings, empty=empty, on_progress=advance))
    if as_json:
        emit({"read": done.messages, "changed": done.changed, "refused": done.refused, "records": held})
        return
    out().print(f"read {done.messages} messages: {done.changed} changes to records, {held} records now")
    if done.refused:
        note(f"{done.refused} are dead letters, once each: handoff dead-letters list")


@app.command()
def show(
    name: Annotated[
        str,
        typer.Argument(
            help="The id of an account or a customer; account:ID or customer:ID for one of them.",
            metavar="ACCOUNT|CUSTOMER",
        ),
    ],
    as_json: Json = False,
) -> None:
    """Show all that is held of an account or a customer: each field, who says so, and as of when."""
    dsn = dsn_of(find())
    keys = [name] if name.startswith(_KINDS) else [f"{kind}{name}" for kind in _KINDS]
    found = run_to_its_end(_load(dsn, keys))
    if not found:
        raise BadInput(f"nothing is known of {name!r}; the id is that of its source, to the letter")
    for key, records in found.items():
        if as_json:
            for record in records:
                emit(record.model_dump(mode="json"))
        else:
            _print(key, records, SystemClock().now())


async def _load(dsn: str, keys: list[str]) -> dict[str, list[Record]]:
    async with reading.reading(dsn):
        pass  # says what is wrong with the schema, if anything is
    store = PostgresContext(dsn, cluster="")
    await store.open()
    try:
        return await store.load(keys)
    finally:
        await store.close()


def _print(key: str, records: list[Record], now: datetime) -> None:
    rows = [
        (
            field_name(record.subject, printable(name)),
            printable(record.item),
            "" if held.value is None else printable(_words(held.value)),
            printable(record.system),
            f"{held.at:%Y-%m-%d %H:%M:%S}Z",
            in_words(now - held.at),
        )
        for record in records
        for name, held in sorted(record.fields.items())
        if held.value is not None
    ]
    table(printable(key), ("field", "item", "value", "system", "observed at", "age"), rows)


def _words(value: object) -> str:
    match value:
        case bool():
            return "yes" if value else "no"
        case list():
            return ", ".join(map(_words, value))
    return str(value)
