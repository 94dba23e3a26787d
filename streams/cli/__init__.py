"""The `handoff` command, put together from its groups."""

from streams.cli.board import board as _board
from streams.cli.clocks import app as _clocks
from streams.cli.config import app as _config
from streams.cli.context import app as _context
from streams.cli.contracts import asyncapi as _asyncapi
from streams.cli.contracts import openapi as _openapi
from streams.cli.contracts import schemas as _schemas
from streams.cli.database import app as _database
from streams.cli.dead_letters import app as _dead_letters
from streams.cli.demo import demo as _demo
from streams.cli.knowledge import app as _knowledge
from streams.cli.map import app as _map
from streams.cli.notify import app as _notify
from streams.cli.policy import app as _policy
from streams.cli.root import app
from streams.cli.send import send as _send
from streams.cli.show import show as _show
from streams.cli.tail import tail as _tail
from streams.cli.templates import app as _templates
from streams.cli.token import app as _token
from streams.cli.topics import app as _topics
from streams.cli.up import up as _up
from streams.cli.whatif import whatif as _whatif
from streams.cli.worker import worker as _worker

__all__ = ["app"]

_LOOK, _RUN, _SET_UP = "Look", "Run and use", "Set up and check"

app.command(rich_help_panel=_LOOK)(_demo)
app.command(rich_help_panel=_LOOK)(_up)
app.command(rich_help_panel=_RUN)(_worker)
app.command(rich_help_panel=_RUN)(_board)
app.command(rich_help_panel=_RUN)(_send)
app.command(rich_help_panel=_RUN)(_tail)
app.command(rich_help_panel=_RUN)(_show)
app.add_typer(_clocks, name="clocks", rich_help_panel=_RUN)
app.add_typer(_dead_letters, name="dead-letters", rich_help_panel=_RUN)
app.add_typer(_context, name="context", rich_help_panel=_RUN)
app.add_typer(_notify, name="notify", rich_help_panel=_RUN)
app.add_typer(_token, name="token", rich_help_panel=_SET_UP)
app.add_typer(_config, name="config", rich_help_panel=_SET_UP)
app.add_typer(_database, name="db", rich_help_panel=_SET_UP)
app.add_typer(_topics, name="topics", rich_help_panel=_SET_UP)
app.add_typer(_templates, name="templates", rich_help_panel=_SET_UP)
app.add_typer(_knowledge, name="knowledge", rich_help_panel=_SET_UP)
app.add_typer(_policy, name="policy", rich_help_panel=_SET_UP)
app.add_typer(_map, name="map", rich_help_panel=_SET_UP)
app.command(rich_help_panel=_SET_UP)(_whatif)
app.command(rich_help_panel=_SET_UP)(_schemas)
app.command(rich_help_panel=_SET_UP)(_asyncapi)
app.command(rich_help_panel=_SET_UP)(_openapi)
