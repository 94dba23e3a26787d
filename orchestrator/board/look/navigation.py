"""Which rooms somebody may enter."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from orchestrator.board.access.viewer import Role, Viewer


@dataclass(frozen=True, slots=True)
class Entry:
    """A room of the board."""

    name: str
    path: str
    icon: str
    roles: frozenset[Role]
    """Who may enter: one of them is enough."""


ENTRIES: Final = (
    Entry("board", "/board", "board", frozenset(Role)),
    Entry("wall", "/wall", "wall", frozenset(Role)),
    Entry("queue", "/queue", "list", frozenset({Role.AGENT, Role.LEAD})),
    Entry("map", "/map", "map", frozenset({Role.OPS, Role.LEAD, Role.AUDITOR})),
    Entry("reports", "/reports", "chart", frozenset({Role.LEAD, Role.OPS, Role.AUDITOR})),
)


def entries(viewer: Viewer | None) -> tuple[Entry, ...]:
    """Return the rooms that `viewer` may enter."""
    return () if viewer is None else tuple(each for each in ENTRIES if viewer.has(*each.roles))


def home(viewer: Viewer) -> str:
    """Return the path of the page that somebody uses most."""
    if viewer.has(Role.LEAD, Role.AUDITOR):
        return "/board"
    if viewer.has(Role.AGENT):
        one = viewer.teams is not None and len(viewer.teams) == 1
        return f"/queue/{next(iter(viewer.teams))}" if viewer.teams and one else "/queue"
    return "/map" if viewer.has(Role.OPS) else "/board"
