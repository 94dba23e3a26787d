"""One of the things that a number counts."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID


class Figure(StrEnum):
    """What can be counted, and so listed."""

    DECIDED = "decided"
    MET = "met"
    BREACHED = "breached"
    RUNNING = "running"
    PAUSED = "paused"
    OVERDUE = "overdue"
    """Runs that are open now and past their due instant."""
    REQUESTED = "requested"
    ACCEPTED = "accepted"
    BOUNCED = "bounced"
    DECLINED = "declined"
    RETURNED = "returned"
    HELD = "held"
    """Cases that a team held."""
    MANY_HANDOFFS = "many-handoffs"
    """Cases with more handoffs than a limit."""

    @property
    def is_of_runs(self) -> bool:
        """Whether it counts runs of clocks."""
        return self in (Figure.DECIDED, Figure.MET, Figure.BREACHED) or self.is_of_now

    @property
    def is_of_now(self) -> bool:
        """Whether it counts what is open now, whatever the window."""
        return self in (Figure.RUNNING, Figure.PAUSED, Figure.OVERDUE)


@dataclass(frozen=True, slots=True)
class Listed:
    """A run of a clock, a handoff, or a case that a team held."""

    at: datetime
    """When it was decided, requested, accepted or given back; of what is open, when it started."""
    what: Figure
    id: UUID
    """The handoff; of a case, its newest one that is asked for."""
    case_id: str
    kind: str
    sending_team: str
    receiving_team: str
    """The one that has the handoff now, or had it last."""
    status: str
    team: str
    """Whom it is counted for."""
    clock: str = ""
    generation: int = 0
    due_at: datetime | None = None
    reason: str = ""
    length: timedelta | None = None
    """How long it was held, or waited for."""
    count: int = 0
    """How many handoffs the case has."""

    @property
    def place(self) -> tuple[datetime, str]:
        """Its place in the order of time, the same whenever it is listed."""
        return self.at, f"{self.id}/{self.clock}/{self.generation}/{self.team}"
