"""Answers of the board that arrive when a test lets them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from playwright.sync_api import APIResponse, Page, Route

_LOOK_EVERY_MS = 20
_LOOKS = 1_000


@dataclass(slots=True)
class Held:
    """Answers that the board has given, and that have not arrived."""

    page: Page
    waiting: list[tuple[Route, APIResponse]] = field(default_factory=list)

    def until_given(self) -> None:
        """Wait until the board has done what it was asked, and answered."""
        until(self.page, lambda: self.waiting, "the board was not asked, or does not answer")

    def arrive(self) -> None:
        """Let the oldest one arrive."""
        route, answer = self.waiting.pop(0)
        route.fulfill(response=answer)

    def get_lost(self) -> None:
        """Let the oldest one get lost on its way."""
        route, _ = self.waiting.pop(0)
        route.abort()


def hold(page: Page, address: str) -> Held:
    """Hold the answers to what a page asks of `address`, a pattern, from now on."""
    held = Held(page)
    page.route(address, lambda route: held.waiting.append((route, route.fetch())))
    return held


def until(page: Page, is_so: Callable[[], object], otherwise: str) -> None:
    """Let a page go on until something is so; when that takes too long, fail with `otherwise`."""
    for _ in range(_LOOKS):
        if is_so():
            return
        page.wait_for_timeout(_LOOK_EVERY_MS)
    raise AssertionError(otherwise)
