"""How a handoff ended, in the words of those who ended it."""

from __future__ import annotations

from typing import Final

from orchestrator.domain import events as e
from orchestrator.domain.handoff import Outcome, Status
from orchestrator.domain.model import Reason

_LONGEST: Final = 200
"""Characters."""
_ENDS: Final[dict[type[e.Event], Status]] = {
    e.Declined: Status.DECLINED,
    e.Returned: Status.RETURNED,
    e.Withdrawn: Status.WITHDRAWN,
    e.HandedOn: Status.HANDED_ON,
    e.Completed: Status.COMPLETED,
}


def in_a_line(reason: Reason) -> str:
    """Return a reason's words, or its code without them, on one line of at most 200 characters."""
    line = " ".join((reason.text or reason.code or "").replace("\x00", " ").split())
    return line if len(line) <= _LONGEST else f"{line[: _LONGEST - 1].rstrip()}…"


def outcome_after(before: Outcome | None, event: e.Event, status: Status) -> Outcome | None:
    """Return how a handoff that is in `status` after `event` ended; None while it is open.

    An event that comes late, and after which the status is another's, changes nothing.
    """
    if status.is_open:
        return None
    if _ENDS.get(type(event)) is not status or (before is not None and before.at > event.at):
        return before
    match event:
        case e.Completed():
            said = event.disposition
        case e.Declined() | e.Returned() | e.Withdrawn():
            said = in_a_line(event.reason)
        case _:
            said = ""
    actor = event.actor
    by = None if actor.kind == "system" else actor.name or actor.id
    return Outcome(at=event.at, by=by, team=actor.team, said=said)
