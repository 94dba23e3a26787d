"""Which teams an action on a handoff belongs to."""

from __future__ import annotations

from typing import Final

from orchestrator.domain.checklist import Stage
from orchestrator.domain.handoff import BACK, Handoff, Status
from orchestrator.domain.policy import Kind

_OF_SENDER: Final = frozenset({"withdraw", "answer"})
_OF_BOTH: Final = frozenset({"pause", "resume", "acknowledge"})


def teams_of(action: str, handoff: Handoff, kind: Kind, item: str | None = None) -> tuple[str, ...]:
    """Return the teams that may do it, the one that it is first and foremost for first.

    Args:
        action: a key of `doing.ACTIONS`.
        handoff: as it is now.
        kind: of the handoff, under its rules.
        item: the checklist item, of a tick; one that the kind does not have belongs to both.
    """
    sending, receiving = handoff.sending_team, handoff.receiving_team
    both = (sending, receiving) if handoff.status is Status.HELD else (receiving, sending)
    if action == "tick":
        stage = next((each.stage for each in kind.checklist if each.id == item), Stage.DURING)
        return {Stage.BEFORE: (sending,), Stage.DURING: both, Stage.AFTER: (receiving,)}[stage]
    if action in _OF_BOTH:
        return both
    if action in _OF_SENDER or (action == "complete" and handoff.status in BACK):
        return (sending,)
    return (receiving,)
