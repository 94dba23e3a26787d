"""Collects the events of one decision, and keeps the state that they give."""

from __future__ import annotations

from datetime import datetime
from typing import Any, TypeVar

from orchestrator.domain import events as e
from orchestrator.domain.handoff import Handoff
from orchestrator.domain.lifecycle.evolution import evolve
from orchestrator.domain.model import Actor, Cause, Reason
from orchestrator.domain.policy import Policy
from orchestrator.domain.surroundings import NOTHING_AROUND, Surroundings

_Event = TypeVar("_Event", bound=e.Event)
SYSTEM = Actor(kind="system", id="handoff-orchestrator")


class Story:
    """What happens to one handoff because of one command or instant."""

    def __init__(
        self,
        handoff: Handoff,
        *,
        policy: Policy,
        actor: Actor,
        cause: Cause | None,
        now: datetime,
        at: datetime,
        around: Surroundings = NOTHING_AROUND,
    ) -> None:
        """`around` is what a packet tells beside the request."""
        self.handoff = handoff
        self.policy = policy
        self.events: list[e.Event] = []
        self.actor = actor
        self.cause = cause
        self.now = now
        self.at = at
        self.around = around

    def tell(self, event: type[_Event], **facts: Any) -> _Event:
        """Add an event at the end of the handoff's journal."""
        entry = event(**self._envelope(facts))
        self.events.append(entry)
        self.handoff = evolve(self.handoff, entry)
        return entry

    def tell_lifecycle(self, event: type[e.LifecycleEvent], **facts: Any) -> None:
        """Add an event that names both teams."""
        self.tell(
            event,
            sending_team=self.handoff.sending_team,
            receiving_team=self.handoff.receiving_team,
            **facts,
        )

    def notify_sender(self, topic: str, message: str, **facts: Any) -> None:
        """Tell the sending team something it must know."""
        self.tell(e.SenderNotified, team=self.handoff.sending_team, topic=topic, message=message, **facts)

    def _envelope(self, facts: dict[str, Any]) -> dict[str, Any]:
        return {
            "handoff_id": self.handoff.id,
            "case_id": self.handoff.case_id,
            "version": self.handoff.version + 1,
            "at": self.at,
            "actor": self.actor,
            "cause": self.cause,
            **facts,
        }


def words_of(reason: Reason) -> str:
    """Return a reason as a person reads it."""
    if reason.text and reason.code:
        return f"{reason.text} ({reason.code})"
    return reason.text or reason.code or "no reason given"
