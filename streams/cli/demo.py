"""`handoff demo`: the first look."""

from __future__ import annotations

import asyncio
import logging
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from pathlib import Path

import typer
from rich.status import Status
from rich.text import Text

from orchestrator.domain.events import PacketPrepared
from orchestrator.domain.policy import Policy
from streams.cli import places
from streams.cli.errors import OUR_FAULT
from streams.cli.lines import Feed
from streams.cli.output import Json, emit, err, out, table
from streams.cli.passage import print_passage
from streams.cli.running import run, stop_on_signals
from streams.cli.servers import servers, until_reading
from streams.demo import Tally, play
from streams.demo.script import SHOWN
from streams.demo.short_clocks import short_policy
from streams.feed.records import line_of
from streams.kafka.listener import Heard
from streams.settings import Kafka, Postgres, Settings

_ELAPSED = 5
_INTERRUPTED = 130
_INTRO = (
    "Handoffs between support teams, as they happen. Clocks run in seconds here, in minutes and hours in "
    "earnest. Each team has 3 s to accept."
)


def demo(as_json: Json = False) -> None:
    """Watch handoffs happen: a scripted morning in some ten seconds. Needs nothing, keeps nothing.

    It starts a broker and a PostgreSQL of its own, plays chats, phone calls and an escalation, and shows each
    packet, answer, warning and breach: one packet as its team reads it, with what six other systems know of
    the customer, and the alert when one of these falls silent. An independent consumer counts what came out.
    It never touches the servers that your settings name. With --json each record is a line, and the last line
    is the count.
    """
    settings = places.read().model_copy(update={"kafka": Kafka(), "postgres": Postgres(), "templates": None})
    # The feed tells what it would log.
    logging.getLogger("streams.flows.sweep").setLevel(logging.ERROR)
    with _folder() as folder:
        tally = run(_demo(settings, folder, as_json=as_json))
    if tally is None:
        raise typer.Exit(_INTERRUPTED)
    if as_json:
        emit(tally.as_json())
    else:
        _summarise(tally)
    if not tally.is_complete or tally.duplicates:
        raise typer.Exit(OUR_FAULT)


async def _demo(settings: Settings, folder: Path, *, as_json: bool) -> Tally | None:
    stopping = asyncio.Event()
    stop_on_signals(stopping)
    feed = Feed(out(), width=_ELAPSED)
    unread = {SHOWN}

    def show(record: Heard, elapsed_s: float) -> None:
        if as_json:
            emit(record.as_json())
            return
        feed.line(line_of(record), f"{elapsed_s:.1f}s")
        if record.type == PacketPrepared.type and record.data["handoff_id"] in unread:
            unread.discard(record.data["handoff_id"])
            remark("This is what the receiving team reads:", elapsed_s)
            print_passage(out(), record.data["packet"]["body"], indent=_ELAPSED + 2)

    def remark(text: str, elapsed_s: float) -> None:
        if not as_json:
            feed.remark(text, f"{elapsed_s:.1f}s")

    def begin() -> None:
        status.stop()
        if not as_json:
            out().print(Text(_INTRO), soft_wrap=False)
            out().print()

    # It takes seconds, in which the servers start.
    loading = asyncio.create_task(asyncio.to_thread(_load))
    with err().status("starting") as status:
        async with servers(settings, folder, loading, on_step=lambda step: _step(status, step)) as ready:
            _step(status, "waiting for the worker to join its group")
            tally = await play(
                ready,
                await loading,
                until_reading=until_reading,
                on_begin=begin,
                on_record=show,
                on_remark=remark,
                stopping=stopping,
            )
    return None if stopping.is_set() else tally


def _load() -> Policy:
    import_module("streams.context.faust_app")
    return short_policy()


def _step(status: Status, step: str) -> None:
    status.update(f"{step} ...")


def _summarise(tally: Tally) -> None:
    counted = tally.as_json()
    latency = counted.pop("latency_ms")
    meanings = {
        "events": "sent by the channels, one of them twice",
        "observations": "sent by other systems, about one customer",
        "packets": "for receiving teams, one of them renewed when its checklist was complete",
        "accepted": "handoffs that a team took over",
        "warnings": "clocks that came near their due instant",
        "breaches": "clocks that ran out",
        "leads_told": "notifications, of what ran out",
        "stale": "facts in packets that were too old, each with what to do instead",
        "concurrent": "notices, to two teams at work for one customer",
        "alerts": "of the integration map: a source that fell silent",
        "dead_letters": "bad messages, kept with the reason",
        "lost": "events without packet or dead letter",
        "duplicates": "records that came out twice",
    }
    out().print()
    rows = [(name.replace("_", " "), str(counted[name]), meaning) for name, meaning in meanings.items()]
    if latency["p50"] is not None:
        meaning = f"from event to packet, for half of them; p99 is {latency['p99']:.0f} ms"
        rows.append(("latency", f"{latency['p50']:.0f} ms", meaning))
    table("Counted by an independent consumer", ("", "", ""), rows)
    out().print()
    last = (
        "Next: `handoff up` keeps running with a live board, and takes your own events with `handoff send`."
    )
    out().print(Text(last))


@contextmanager
def _folder() -> Iterator[Path]:
    folder = Path(tempfile.mkdtemp(prefix="handoff-demo-"))
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)
