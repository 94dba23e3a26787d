"""Coroutines moved on one step at a time, by whoever holds the dice; there is no event loop."""

from __future__ import annotations

from collections.abc import Coroutine, Generator
from typing import Any


class _Switch:
    """A place at which another process may go on instead, or this one may die."""

    def __await__(self) -> Generator[None, None, None]:
        yield


SWITCH = _Switch()


class Process:
    """Work under way."""

    def __init__(self, what: str, work: Coroutine[Any, Any, Any]) -> None:
        self.what = what
        self.result: Any = None
        self.error: Exception | None = None
        self.is_over = False
        self._work = work

    def step(self) -> bool:
        """Go on to the next switch, and return whether there is nothing left to do."""
        try:
            self._work.send(None)
        except StopIteration as done:
            self.is_over, self.result = True, done.value
        except Exception as error:
            self.is_over, self.error = True, error
        return self.is_over

    def fail(self, error: Exception) -> bool:
        """Let what it waits for raise an error, and return whether nothing is left to do."""
        try:
            self._work.throw(error)
        except StopIteration as done:
            self.is_over, self.result = True, done.value
        except Exception as raised:
            self.is_over, self.error = True, raised
        return self.is_over

    def kill(self) -> None:
        """End it where it stands: whatever it has not committed never was."""
        self._work.close()
        self.is_over = True


def run(work: Coroutine[Any, Any, Any]) -> Any:
    """Do all of it at once, and return its result."""
    process = Process("", work)
    while not process.step():
        pass
    if process.error is not None:
        raise process.error
    return process.result
