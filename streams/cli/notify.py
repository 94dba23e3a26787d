"""`handoff notify`: webhooks for leads, managers and other systems."""

from __future__ import annotations

import asyncio
import time
from pathlib import Path
from typing import Annotated

import structlog
import typer

from handoff_templates import load
from handoff_templates.problems import suggestion
from orchestrator.wall_clock import SystemClock
from streams.app import NotReady
from streams.cli.errors import BadInput, WrongUsage
from streams.cli.output import Json, emit, note, out, table
from streams.cli.places import find, kafka_of, read
from streams.cli.running import run, stop_on_signals
from streams.feed.records import printable
from streams.notify import bodies
from streams.notify.answer import Answer, Verdict
from streams.notify.endpoint import Endpoint
from streams.notify.endpoints_file import EndpointsInvalid, read_endpoints
from streams.notify.notification import sample
from streams.notify.poster import Poster
from streams.notify.sender import Sender
from streams.settings import Settings, read_secret

log = structlog.get_logger(__name__)
app = typer.Typer()

_NO_FILE = "no endpoints: set HANDOFF_NOTIFY__ENDPOINTS to a file of them; docs/notifications.md shows one"


@app.callback(invoke_without_command=True)
def notify(ctx: typer.Context) -> None:
    """Send notifications to Slack, Teams and other systems, through webhooks.

    Without a command it runs until it is stopped, and serves the endpoints in HANDOFF_NOTIFY__ENDPOINTS.
    Each endpoint gets each notification at least once, a duplicate with the same webhook-id. What an endpoint
    refuses, or does not take for long, goes to the topic support.handoff.notification-undelivered.v1.
    Run as many as you like: they share the work. SIGTERM or Ctrl-C finishes what is on the wire.
    """
    if ctx.invoked_subcommand is not None:
        return
    settings = find(quiet=False)
    endpoints = endpoints_of(settings)
    kafka_of(settings)

    async def work() -> None:
        stopping = asyncio.Event()
        stop_on_signals(stopping, on_first=lambda: log.info("notify.stopping", do="wait, or Ctrl-C again"))
        await Sender(settings, endpoints).run(stopping)

    run(work())


@app.command()
def check(
    file: Annotated[
        Path | None, typer.Argument(help="A file of endpoints; without it, the one that the settings name.")
    ] = None,
    as_json: Json = False,
) -> None:
    """Find everything that is wrong with a file of endpoints; each problem has its line.

    The variables that it names have to be set here too. Nothing is sent.
    """
    endpoints = endpoints_of(read(), file)
    if as_json:
        emit({"problems": [], "endpoints": [_shown(endpoint) for endpoint in endpoints]})
        return
    columns = ("name", "format", "host", "signed", "teams", "roles", "topics")
    table("", columns, [tuple(_shown(endpoint).values()) for endpoint in endpoints])
    out().print("nothing wrong")


@app.command("test")
def try_(
    name: Annotated[str, typer.Argument(help="The endpoint's name in the file.", metavar="NAME")],
    as_json: Json = False,
) -> None:
    """Send a sample to one endpoint, once, and print what it answers; its filters do not count."""
    endpoints = {endpoint.name: endpoint for endpoint in endpoints_of(read())}
    if name not in endpoints:
        raise WrongUsage(f"there is no endpoint {name!r}; {suggestion(name, endpoints)}")
    endpoint = endpoints[name]
    notification = sample(SystemClock().now())
    body = bodies.render(endpoint.format, notification)

    async def work() -> Answer:
        async with Poster(endpoint, SystemClock()) as poster:
            return await poster.post(notification.id, body)

    if not as_json:
        note(f"sending {notification.id}, {len(body)} bytes, to {endpoint.host}")
    began = time.monotonic()
    answer = run(work())
    took = round(time.monotonic() - began, 3)
    said = printable(str(answer))
    if answer.status is None:
        raise NotReady(f"endpoint {name!r} at {endpoint.host} did not answer: {said}")
    if answer.verdict is not Verdict.TAKEN:
        raise BadInput(f"endpoint {name!r} did not take it: {said}", status=answer.status)
    if as_json:
        emit({"status": answer.status, "text": answer.text, "seconds": took, "id": notification.id})
    else:
        out().print(f"{said}, after {took:g} s", markup=False)


def endpoints_of(settings: Settings, file: Path | None = None) -> tuple[Endpoint, ...]:
    """Return the endpoints in a file, or in the one that the settings name.

    Raises:
        WrongUsage: there is no file.
        BadInput: something is wrong with it.
    """
    file = file or settings.notify.endpoints
    if file is None:
        raise WrongUsage(_NO_FILE)
    try:
        return read_endpoints(file, teams=load(settings.templates).rules.teams, secrets=read_secret)
    except EndpointsInvalid as error:
        raise BadInput(str(error), problems=[problem._asdict() for problem in error.problems]) from None


def _shown(endpoint: Endpoint) -> dict[str, str]:
    def words(names: frozenset[str]) -> str:
        return ", ".join(sorted(names)) or "all"

    return {
        "name": endpoint.name,
        "format": endpoint.format.value,
        "host": endpoint.host,
        "signed": "yes" if endpoint.secrets else "no",
        "teams": words(endpoint.teams),
        "roles": words(endpoint.roles),
        "topics": words(endpoint.topics),
    }
