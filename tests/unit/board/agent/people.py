"""Those who look at the pages of agents."""

from __future__ import annotations

from orchestrator.board.access.viewer import ALL_ROLES, Role, Viewer


def a_viewer(*teams: str, role: Role = Role.AGENT) -> Viewer:
    """Return somebody of these teams, or of all."""
    return Viewer("ana.diaz", "Ana Diaz", frozenset({role}), frozenset(teams) or None)


RECEIVER = a_viewer("tier-2")
SENDER = a_viewer("tier-1")
LEAD = a_viewer("tier-2", role=Role.LEAD)
OPS = Viewer("olga", "Olga", frozenset({Role.OPS}), frozenset())
AUDITOR = Viewer("aldo", "Aldo", frozenset({Role.AUDITOR}), frozenset())
STRANGER = a_viewer("billing")
LOCAL = Viewer("local", "Local user", ALL_ROLES, None, is_local=True)
