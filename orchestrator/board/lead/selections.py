"""The selections in use: tabs and pages with equal filters and permissions share one."""

from __future__ import annotations

from collections import OrderedDict
from typing import Final
from weakref import WeakValueDictionary

from orchestrator.board.access.viewer import Viewer
from orchestrator.board.filters import Filters
from orchestrator.board.lead.selection import Scope, Selection, scope_of
from orchestrator.board.live.floor import Floor

_KEPT: Final = 8
"""Selections that no tab shows are kept for the next page, so many of them."""


class Selections:
    """Of one floor."""

    def __init__(self, floor: Floor) -> None:
        self._floor = floor
        self._in_use: WeakValueDictionary[tuple[Filters, Scope], Selection] = WeakValueDictionary()
        self._newest: OrderedDict[tuple[Filters, Scope], Selection] = OrderedDict()

    def of(self, filters: Filters, viewer: Viewer) -> Selection:
        """Return what these filters ask for and this viewer may see, as it is now."""
        key = (filters, scope_of(viewer))
        selection = self._in_use.get(key)
        if selection is None:
            selection = self._in_use[key] = Selection(self._floor, filters, viewer)
        selection.sync()
        self._newest[key] = selection
        self._newest.move_to_end(key)
        if len(self._newest) > _KEPT:
            self._newest.popitem(last=False)
        return selection
