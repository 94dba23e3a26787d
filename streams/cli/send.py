"""`handoff send`: CloudEvents from a file to their topics."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Annotated, Any

import typer
from aiokafka import AIOKafkaProducer
from aiokafka.admin import AIOKafkaAdminClient
from rapidfuzz import fuzz, process

from streams.app import NotReady
from streams.cli.errors import BadInput, WrongUsage
from streams.cli.output import Json, emit, out, progress
from streams.cli.places import find, kafka_of
from streams.cli.running import run
from streams.messages.event_lines import OutgoingEvent, Problem, read_line
from streams.messages.faults import Fault
from streams.settings import Settings
from streams.topics.table import context_topics, in_topics

_IN_FLIGHT = 1_000
_MAX_REQUEST_BYTES = 16 * 1024 * 1024
_SHOWN = 20
_LIKENESS = 80
"""High, since all topics begin alike."""


def send(
    file: Annotated[
        Path,
        typer.Argument(help="A file with one CloudEvent a line, as JSON; - reads stdin.", metavar="FILE|-"),
    ],
    topic: Annotated[
        str | None,
        typer.Option(
            help="Send all lines to this one topic, which keeps the order of a case's requests and replies.",
            metavar="NAME",
        ),
    ] = None,
    as_json: Json = False,
) -> None:
    """Send CloudEvents, one a line, to the topics they belong to.

    Every line is checked before anything is sent: with one bad line nothing is sent, each bad line is named
    by its number, and the exit code is 1. Sending the same event twice does no harm.
    """
    if topic is not None:
        require_in_topic(topic)
    settings = find()
    events = check(_lines(file), topic=topic)
    sent = run(_send(settings, events, quiet=as_json))
    if as_json:
        emit({"sent": sent})
    else:
        out().print(f"sent {sent} {'event' if sent == 1 else 'events'}")


def require_in_topic(name: str) -> None:
    """Refuse a topic that is not read. Any that is will do: what an event is, its type says, not its topic.

    Raises:
        WrongUsage: it says which topic is near.
    """
    known = in_topics()
    if name in known:
        return
    near = process.extractOne(name.lower(), known, scorer=fuzz.ratio, score_cutoff=_LIKENESS)
    hint = f"did you mean {near[0]!r}?" if near else f"use one of: {', '.join(known)}"
    raise WrongUsage(f"{name!r} is no topic that is read; {hint}")


def check(lines: Iterable[str], *, topic: str | None = None) -> list[OutgoingEvent]:
    """Return the records of all lines, for `topic` if it is given; empty lines are passed over.

    Raises:
        BadInput: at least one line cannot be sent.
    """
    events: list[OutgoingEvent] = []
    problems: list[tuple[int, Problem]] = []
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        read = read_line(line.strip())
        if isinstance(read, Problem):
            problems.append((number, read))
        elif topic is not None and read.topic in context_topics():
            why = f"an observation stands on {read.topic} and on no other topic: leave out --topic"
            problems.append((number, Problem(Fault.WRONG_TOPIC.value, why)))
        else:
            events.append(read if topic is None else replace(read, topic=topic))
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
    return events


def _lines(file: Path) -> list[str]:
    try:
        data = sys.stdin.buffer.read() if str(file) == "-" else file.read_bytes()
    except OSError as error:
        raise BadInput(f"cannot read {file}: {error.strerror}") from None
    # Not splitlines(): JSON may hold other line separators inside a string.
    return [line.decode(errors="surrogateescape") for line in data.removeprefix(b"\xef\xbb\xbf").split(b"\n")]


async def _send(settings: Settings, events: Sequence[OutgoingEvent], *, quiet: bool) -> int:
    kafka = kafka_of(settings)
    await _require_topics(kafka, {event.topic for event in events})
    producer = AIOKafkaProducer(
        **kafka,
        acks="all",
        enable_idempotence=settings.kafka.idempotent,
        max_request_size=_MAX_REQUEST_BYTES,
        linger_ms=5,
    )
    await producer.start()
    try:
        with progress("sending", len(events), quiet=quiet) as bar:
            for start in range(0, len(events), _IN_FLIGHT):
                batch = events[start : start + _IN_FLIGHT]
                sent = [
                    await producer.send(c.topic, c.value, key=c.key, headers=list(c.headers)) for c in batch
                ]
                for future in sent:
                    await future
                bar.advance(bar.task_ids[0], len(batch))
    finally:
        await producer.stop()
    return len(events)


async def _require_topics(kafka: dict[str, Any], topics: set[str]) -> None:
    admin = AIOKafkaAdminClient(**kafka)
    try:
        await admin.start()
        missing = topics - set(await admin.list_topics())
    finally:
        await admin.close()
    if missing:
        raise NotReady(f"topics are missing: {', '.join(sorted(missing))}: run `handoff topics apply`")
