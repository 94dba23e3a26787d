"""What a wall is told: a screen that hangs where everybody passes, so it names no customer."""

from __future__ import annotations

from collections.abc import Iterator

from orchestrator.board.discretion import nameless
from orchestrator.board.lead.board_tab import figures_of
from orchestrator.board.lead.strip import strip_of
from orchestrator.board.lead.tab import Figures, Tab
from orchestrator.board.live.card import Card


class WallTab(Tab):
    """A few numbers, and what is most urgent."""

    row = "lead/wall_row.html.j2"
    into = "wall"

    def figures(self) -> Iterator[Figures]:
        """Return the strip and the numbers."""
        room = self.room
        strip = strip_of(room.parts.pulse, room.parts.clock.now())
        yield Figures("strip", "lead/strip.html.j2", "strip", {"strip": strip})
        figures = figures_of(self.selection, room)
        yield Figures("wall-figures", "lead/wall_figures.html.j2", self.selection.key, figures)

    def as_shown(self, card: Card) -> Card:
        """Return the card without its customer."""
        return nameless(card)
