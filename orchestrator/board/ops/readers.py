"""Who may see the map."""

from __future__ import annotations

from typing import Final

from orchestrator.board.access.viewer import Role, Viewer
from orchestrator.board.problems import NotAllowed
from orchestrator.domain.sentence import Sentence

READERS: Final = (Role.OPS, Role.LEAD, Role.AUDITOR)


def require_reader(viewer: Viewer) -> None:
    """Make sure that somebody may see the map.

    Raises:
        NotAllowed: they are none of those whom it is for.
    """
    if not viewer.has(*READERS):
        raise NotAllowed(
            Sentence("the map is for operations, leads and auditors: ask for one of these roles")
        )
