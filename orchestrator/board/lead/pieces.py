"""Pieces of pages, rendered once for all tabs that show them."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Hashable, Mapping
from typing import Any, Final

from orchestrator.board.look.rendering import Renderer

_KEPT: Final = 4_000
"""Rows of a queue are about 3 KB each."""


class Pieces:
    """Keeps what was rendered last for each place."""

    def __init__(self, renderer: Renderer, kept: int = _KEPT) -> None:
        self._renderer = renderer
        self._kept = kept
        self._pieces: OrderedDict[Hashable, tuple[Mapping[str, Any], str]] = OrderedDict()

    def render(self, place: Hashable, template: str, language: str, facts: Mapping[str, Any]) -> str:
        """Return `template` with these facts: as it was rendered for this place, while they are the same."""
        key = (place, template, language)
        held = self._pieces.get(key)
        if held is not None and held[0] == facts:
            self._pieces.move_to_end(key)
            return held[1]
        html = self._renderer.piece(template, language=language, **facts)
        self._pieces[key] = (facts, html)
        self._pieces.move_to_end(key)
        if len(self._pieces) > self._kept:
            self._pieces.popitem(last=False)
        return html
