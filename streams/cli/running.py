"""Runs coroutines: on uvloop where it is there, and until a signal where they serve."""

from __future__ import annotations

import asyncio
import os
import signal
from collections.abc import Callable, Coroutine
from typing import Any, TypeVar

_T = TypeVar("_T")
_INTERRUPTED = 130


def run(work: Coroutine[Any, Any, _T]) -> _T:
    """Run a coroutine to its end."""
    with asyncio.Runner(loop_factory=_loop_factory()) as runner:
        return runner.run(work)


def stop_on_signals(stopping: asyncio.Event, *, on_first: Callable[[], None] = lambda: None) -> None:
    """Set `stopping` at SIGTERM or Ctrl-C; a second Ctrl-C ends the process at once.

    What was not stored is read again after the next start, and embedded servers end with the process.
    """

    def interrupt() -> None:
        if stopping.is_set():
            os._exit(_INTERRUPTED)
        on_first()
        stopping.set()

    loop = asyncio.get_running_loop()
    loop.add_signal_handler(signal.SIGINT, interrupt)
    loop.add_signal_handler(signal.SIGTERM, stopping.set)


def _loop_factory() -> Callable[[], asyncio.AbstractEventLoop] | None:
    try:
        import uvloop
    except ImportError:
        return None
    return uvloop.new_event_loop
