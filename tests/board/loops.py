"""An event loop in a thread of its own, for tests that have none: a browser is driven without one."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Coroutine
from concurrent.futures import Future
from contextlib import AbstractAsyncContextManager
from typing import Any, Generic, TypeVar

T = TypeVar("T")
_WITHIN_S = 60.0


class Held(Generic[T]):
    """A context manager that was entered in a task, and is left in the same one."""

    def __init__(self, loop: Loop, manager: AbstractAsyncContextManager[T]) -> None:
        entered: Future[T] = Future()
        self._leave = loop.run(_event())
        self._loop = loop
        self._task = loop.begin(self._hold(manager, entered))
        self.value = entered.result(_WITHIN_S)

    async def _hold(self, manager: AbstractAsyncContextManager[T], entered: Future[T]) -> None:
        try:
            async with manager as value:
                entered.set_result(value)
                await self._leave.wait()
        except BaseException as error:
            if entered.done():
                raise
            entered.set_exception(error)

    def end(self) -> None:
        """Leave it; a second call does nothing."""
        self._loop.call(self._leave.set)
        self._task.result(_WITHIN_S)


class Loop:
    """Runs until it is closed."""

    def __init__(self) -> None:
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="board", daemon=True)
        self._thread.start()

    def begin(self, work: Coroutine[Any, Any, T]) -> Future[T]:
        """Begin some work."""
        return asyncio.run_coroutine_threadsafe(work, self._loop)

    def run(self, work: Coroutine[Any, Any, T]) -> T:
        """Do some work, and return what comes of it."""
        return self.begin(work).result(_WITHIN_S)

    def hold(self, manager: AbstractAsyncContextManager[T]) -> Held[T]:
        """Enter a context manager, and stay in it until `Held.end`."""
        return Held(self, manager)

    def call(self, what: Any) -> None:
        """Call something on the loop."""
        self._loop.call_soon_threadsafe(what)

    def close(self) -> None:
        """Stop; what was held has been ended before."""
        self.run(_end_the_rest())
        self.run(self._loop.shutdown_asyncgens())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(_WITHIN_S)
        self._loop.close()


async def _end_the_rest() -> None:
    rest = asyncio.all_tasks() - {asyncio.current_task()}
    for task in rest:
        task.cancel()
    await asyncio.gather(*rest, return_exceptions=True)


async def _event() -> asyncio.Event:
    return asyncio.Event()
