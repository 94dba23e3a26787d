"""The browser that tests and screenshots look with."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from playwright.sync_api import Browser, Error, sync_playwright

from tests.board.chromium import HOW_TO_GET_IT, installed

# Root may not use chromium's sandbox; a container's /dev/shm is too small for it.
_FLAGS: Final = ("--no-sandbox", "--disable-dev-shm-usage", "--disable-gpu", "--font-render-hinting=none")


class NoBrowser(Exception):
    """There is no chromium on this machine, or it does not start."""


@contextmanager
def browser() -> Iterator[Browser]:
    """Start a chromium without a window, and end it afterwards.

    Raises:
        NoBrowser: there is none.
    """
    path = installed()
    if path is None:
        raise NoBrowser(f"no chromium on this machine; {HOW_TO_GET_IT}")
    with sync_playwright() as playwright:
        try:
            started = playwright.chromium.launch(executable_path=path, args=list(_FLAGS))
        except Error as error:
            raise NoBrowser(f"{path} does not start: {error.message}") from error
        try:
            yield started
        finally:
            started.close()
