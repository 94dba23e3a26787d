"""What a tab shows of a list that changes, and what it has to be told to show what the list is now."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from typing import Generic, TypeVar

_T = TypeVar("_T")


class Shown(Generic[_T]):
    """The elements of one list in one tab, by id.

    What came with the page is taken for shown as it is, until one of its elements is said to have changed.

    Args:
        came_with_page: tells whether an element was on the page, where it has not changed since.
    """

    def __init__(self, came_with_page: Callable[[_T], bool] = lambda _: False) -> None:
        self._came_with_page = came_with_page
        # None: the tab has it from the page, in whichever version.
        self._known: dict[str, _T | None] | None = None

    def take(self, now: Mapping[str, _T]) -> None:
        """Note that the tab shows `now`."""
        self._known = dict(now)

    def update(
        self, now: Mapping[str, _T], changed: Collection[str]
    ) -> tuple[Iterable[tuple[str, _T]], Iterable[str]]:
        """Return what to put and the ids to drop, so that the tab shows `now`, and has news of `changed`."""
        known = self._known
        if known is None:
            known = {id: None for id, each in now.items() if id not in changed and self._came_with_page(each)}
            drop = [id for id in changed if id not in now]
        else:
            drop = [id for id in known if id not in now]
        put = [(id, each) for id, each in now.items() if _is_news(known, id, each, changed)]
        self._known = {id: known.get(id) for id in now} | dict(put)
        return put, drop


def _is_news(known: Mapping[str, _T | None], id: str, each: _T, changed: Collection[str]) -> bool:
    if id not in known:
        return True
    held = known[id]
    return id in changed if held is None else held != each
