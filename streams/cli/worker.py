"""`handoff worker`: what runs in production."""

from __future__ import annotations

import asyncio

import structlog

from streams.app import Worker
from streams.cli.places import dsn_of, find, kafka_of
from streams.cli.running import run, stop_on_signals

log = structlog.get_logger(__name__)


def worker() -> None:
    """Take events in, fire clocks and send results, until it is stopped.

    Run as many as you like: they share the work, and take over from one that dies. SIGTERM or Ctrl-C
    finishes what is under way; a second Ctrl-C ends at once, and nothing is lost by it. Logs go to stderr.

    Before the first start: handoff db upgrade, and handoff topics apply.
    """
    settings = find(quiet=False)
    kafka_of(settings)
    dsn_of(settings)

    async def work() -> None:
        stopping = asyncio.Event()
        stop_on_signals(stopping, on_first=lambda: log.info("worker.stopping", do="wait, or Ctrl-C again"))
        await Worker(settings).run(stopping)

    run(work())
