"""What figures need of a handoff: who had it when, and nothing of what was said."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from orchestrator.domain.clocks.occasions import Mark, Occasion
from orchestrator.domain.figures.asked import Asked

TURNS: Final = frozenset(
    {
        Occasion.REQUESTED,
        Occasion.OFFERED,
        Occasion.ACCEPTED,
        Occasion.DECLINED,
        Occasion.RETURNED,
        Occasion.WITHDRAWN,
        Occasion.COMPLETED,
        Occasion.REOPENED,
    }
)
"""The marks by which a handoff changes hands."""


@dataclass(frozen=True, slots=True)
class Past:
    """What became of a handoff up to now."""

    id: UUID
    case_id: str
    kind: str
    status: str
    sending_team: str
    receiving_team: str
    """The one that has it now, or had it last."""
    requested_at: datetime
    sender_keeps_case: bool
    began_held: bool
    marks: tuple[Mark, ...]
    """Its turns, in order."""
    reason: str = ""
    """The code for which it was declined or returned; empty where none was given."""

    def is_asked(self, asked: Asked) -> bool:
        """Whether it was requested in the window, may be seen, and is of the kind that is asked for."""
        is_kind = asked.kind in (None, self.kind)
        return (
            asked.has(self.requested_at) and is_kind and asked.may_see(self.sending_team, self.receiving_team)
        )
