"""`handoff board`: the pages."""

from __future__ import annotations

import asyncio
import gc
from typing import Annotated

import structlog
import typer
from pydantic import ValidationError

from streams.cli.errors import WrongUsage
from streams.cli.output import note
from streams.cli.places import dsn_of, find
from streams.cli.running import run, stop_on_signals
from streams.settings import Settings

log = structlog.get_logger(__name__)


def board(
    host: Annotated[
        str | None, typer.Option(help="Where to listen, instead of HANDOFF_BOARD__HOST.", show_default=False)
    ] = None,
    port: Annotated[
        int | None,
        typer.Option(help="Instead of HANDOFF_BOARD__PORT; 0 takes a free one.", show_default=False),
    ] = None,
) -> None:
    """Show what is open, the agents' screens, the map and reports, in a browser.

    It reads the database that workers write to, and writes what people answer. SIGTERM or Ctrl-C ends it;
    open pages find it again after the next start, and miss nothing.

    By default only this machine can reach it, and nobody has to sign in.
    """
    settings = _at(find(quiet=False), host, port)
    dsn_of(settings)
    # Imported here, because the pages take longer to import than most commands take to run.
    from streams.board.app import Board

    async def serve() -> None:
        stopping = asyncio.Event()
        stop_on_signals(stopping, on_first=lambda: log.info("board.stopping", do="wait, or Ctrl-C again"))
        await Board(settings).run(stopping, on_ready=lambda address, _: _tell(address))

    run(serve())


def _tell(address: str) -> None:
    # What was made so far stays, and is not looked at again; pages leave cycles, which have to go soon.
    gc.collect()
    gc.freeze()
    note(f"the board is at {address}")


def _at(settings: Settings, host: str | None, port: int | None) -> Settings:
    said = {name: value for name, value in (("host", host), ("port", port)) if value is not None}
    if not said:
        return settings
    try:
        # Checked again: another host may need a login.
        chosen = type(settings.board).model_validate(dict(settings.board) | said)
    except ValidationError as error:
        problems = "; ".join(each["msg"].removeprefix("Value error, ") for each in error.errors())
        raise WrongUsage(f"the board cannot be shown there: {problems}") from None
    return settings.model_copy(update={"board": chosen})
