"""`handoff send`: CloudEvents from a file to their topics."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Annotated, Any

import typer
from aiokafka import AIOKafkaProducer
from aiokafka.admin import AIOKafkaAdminClient

from streams.app import NotReady
from streams.cli.errors import BadInput
from streams.cli.output import Json, emit, out, progress
from streams.cli.places import find, kafka_of
from streams.cli.running import run
from streams.event_lines import OutgoingCommand, Problem, read_line
from streams.settings import Settings

_IN_FLIGHT = 1_000
_MAX_REQUEST_BYTES = 16 * 1024 * 1024
_SHOWN = 20


def send(
    file: Annotated[
        Path,
        typer.Argument(help="A file with one CloudEvent a line, as JSON; - reads stdin.", metavar="FILE|-"),
    ],
    as_json: Json = False,
) -> None:
    """Send CloudEvents, one a line, to the topics they belong to.

    Every line is checked before anything is sent: with one bad line nothing is sent, each bad line is named
    by its number, and the exit code is 1. Sending the same event twice does no harm.
    """
    settings = find()
    commands = check(_lines(file))
    sent = run(_send(settings, commands, quiet=as_json))
    if as_json:
        emit({"sent": sent})
    else:
        out().print(f"sent {sent} {'event' if sent == 1 else 'events'}")


def check(lines: Iterable[str]) -> list[OutgoingCommand]:
    """Return the records of all lines; empty lines are passed over.

    Raises:
        BadInput: at least one line cannot be sent.
    """
    commands: list[OutgoingCommand] = []
    problems: list[tuple[int, Problem]] = []
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        read = read_line(line.strip())
        if isinstance(read, Problem):
            problems.append((number, read))
        else:
            commands.append(read)
    if problems:
        shown = [f"  line {number}: {p.message} ({p.code})" for number, p in problems[:_SHOWN]]
        if len(problems) > _SHOWN:
            shown.append(f"  and {len(problems) - _SHOWN} more")
        what = "1 bad line" if len(problems) == 1 else f"{len(problems)} bad lines"
        raise BadInput(
            "\n".join([f"{what}, so nothing was sent:", *shown]),
            sent=0,
            lines=[{"line": n, "code": p.code, "message": p.message} for n, p in problems],
        )
    return commands


def _lines(file: Path) -> list[str]:
    try:
        data = sys.stdin.buffer.read() if str(file) == "-" else file.read_bytes()
    except OSError as error:
        raise BadInput(f"cannot read {file}: {error.strerror}") from None
    # Not splitlines(): JSON may hold other line separators inside a string.
    return [line.decode(errors="surrogateescape") for line in data.removeprefix(b"\xef\xbb\xbf").split(b"\n")]


async def _send(settings: Settings, commands: Sequence[OutgoingCommand], *, quiet: bool) -> int:
    kafka = kafka_of(settings)
    await _require_topics(kafka, {command.topic for command in commands})
    producer = AIOKafkaProducer(
        **kafka,
        acks="all",
        enable_idempotence=settings.kafka.idempotent,
        max_request_size=_MAX_REQUEST_BYTES,
        linger_ms=5,
    )
    await producer.start()
    try:
        with progress("sending", len(commands), quiet=quiet) as bar:
            for start in range(0, len(commands), _IN_FLIGHT):
                batch = commands[start : start + _IN_FLIGHT]
                sent = [
                    await producer.send(c.topic, c.value, key=c.key, headers=list(c.headers)) for c in batch
                ]
                for future in sent:
                    await future
                bar.advance(bar.task_ids[0], len(batch))
    finally:
        await producer.stop()
    return len(commands)


async def _require_topics(kafka: dict[str, Any], topics: set[str]) -> None:
    admin = AIOKafkaAdminClient(**kafka)
    try:
        await admin.start()
        missing = topics - set(await admin.list_topics())
    finally:
        await admin.close()
    if missing:
        raise NotReady(f"topics are missing: {', '.join(sorted(missing))}: run `handoff topics apply`")
