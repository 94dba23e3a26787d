"""Who may read reports, and of which teams."""

from __future__ import annotations

from orchestrator.board.access.viewer import Role, Viewer
from orchestrator.board.problems import NotAllowed
from orchestrator.domain.sentence import Sentence


def teams_of(viewer: Viewer) -> frozenset[str] | None:
    """Return the teams whose handoffs a viewer may see in reports; None: all.

    Raises:
        NotAllowed: none at all.
    """
    if viewer.has(Role.AUDITOR, Role.OPS):
        return None
    if viewer.has(Role.LEAD):
        return viewer.teams
    raise NotAllowed(Sentence("reports are for leads, operations and auditors: ask for one of these roles"))
