"""Tells every tab that watches what has changed."""

from __future__ import annotations

import asyncio
from collections import Counter, deque
from typing import Final
from uuid import uuid4
from weakref import WeakSet

from orchestrator.board.live.change import Change, Happening

_QUEUED: Final = 50
"""Changes that wait for one tab, at most: about ten seconds of them."""
_KEPT: Final = 5_000
"""Journal entries that are kept for tabs that come back."""


class TooManyTabs(Exception):
    """No more tabs can watch, for now."""


class Tab:
    """Somebody's open page: what it has not been told yet."""

    def __init__(self, owner: str) -> None:
        self.owner = owner
        self.is_closed = False
        """Whether the board ends."""
        self.is_lost = False
        """Whether it was too slow, so that it has to begin anew."""
        self._waiting: deque[Change] = deque()
        self._woken = asyncio.Event()

    async def changed(self) -> Change | None:
        """Wait for the next change; None when it `is_lost` or `is_closed`."""
        while not (self._waiting or self.is_lost or self.is_closed):
            self._woken.clear()
            await self._woken.wait()
        return self._waiting.popleft() if self._waiting and not self.is_closed else None

    def put(self, change: Change) -> None:
        """Let it know, or lose it where it does not keep up: memory is everybody's."""
        if len(self._waiting) >= _QUEUED:
            self._waiting.clear()
            self.is_lost = True
        if not self.is_lost:
            self._waiting.append(change)
        self._woken.set()

    def close(self) -> None:
        """Let it end."""
        self.is_closed = True
        self._woken.set()


class Hub:
    """Everybody who watches, and what they were told last.

    Args:
        most: how many tabs may watch.
        most_each: how many of them may be of one person; whoever sits at this machine has no such limit.
    """

    def __init__(self, *, most: int = 500, most_each: int = 20) -> None:
        self.boot = uuid4().hex
        """Another one after each start."""
        self._most = most
        self._most_each = most_each
        # One whose page went away before it was told anything goes from here by itself.
        self._tabs: WeakSet[Tab] = WeakSet()
        self._told: deque[Happening] = deque()
        self.told_from = 0
        """Later entries that were told are in `told_since`."""
        self._is_closed = False

    def __len__(self) -> int:
        """Return how many tabs watch."""
        return len(self._tabs)

    def open(self, owner: str, *, is_limited: bool = True) -> Tab:
        """Let another tab of `owner` watch.

        Raises:
            TooManyTabs: there are too many of them, or of all.
        """
        if len(self._tabs) >= self._most:
            raise TooManyTabs(f"{self._most} pages are watching, and no more can: close some, or wait")
        of_owner = Counter(tab.owner for tab in self._tabs)[owner]
        if is_limited and of_owner >= self._most_each:
            raise TooManyTabs(f"{of_owner} of your pages are watching, and no more can: close some")
        tab = Tab(owner)
        self._tabs.add(tab)
        if self._is_closed:
            tab.close()
        return tab

    def leave(self, tab: Tab) -> None:
        """Tell it no more."""
        self._tabs.discard(tab)

    def tell(self, change: Change) -> None:
        """Tell everybody."""
        self._told.extend(change.happenings)
        while len(self._told) > _KEPT:
            self.told_from = max(self.told_from, self._told.popleft().seq)
        for tab in list(self._tabs):
            tab.put(change)

    def told_since(self, seq: int) -> list[Happening]:
        """Return what was told of later entries than `seq`, which is `told_from` or more."""
        return [each for each in self._told if each.seq > seq]

    def close(self) -> None:
        """Let all of them end."""
        self._is_closed = True
        for tab in list(self._tabs):
            tab.close()
