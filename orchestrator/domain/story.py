"""Collects the events of one decision, and keeps the state that they give."""

from __future__ import annotations

from datetime import datetime
from typing import Any, TypeVar

from orchestrator.domain import clocks, identity
from orchestrator.domain import events as e
from orchestrator.domain.clocks import Clock, ClockSpec
from orchestrator.domain.handoff import Handoff, evolve
from orchestrator.domain.model import Actor, Cause, Reason
from orchestrator.domain.policy import Kind

_Event = TypeVar("_Event", bound=e.Event)
SYSTEM = Actor(kind="system", id="handoff-orchestrator")


class Story:
    """What happens to one handoff because of one command or instant."""

    def __init__(
        self, handoff: Handoff, *, actor: Actor, cause: Cause | None, now: datetime, at: datetime
    ) -> None:
        self.handoff = handoff
        self.events: list[e.Event] = []
        self.actor = actor
        self.cause = cause
        self.now = now
        self.at = at

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

    def start_clock(self, kind: Kind, clock: str, *, at: datetime) -> None:
        """Start the clock, where the kind of handoff has it."""
        spec = kind.clock(clock)
        if spec is None:
            return
        earlier = self.handoff.clock(clock)
        generation = earlier.generation + 1 if earlier else 1
        run = clocks.start(
            spec,
            id=identity.clock_id(self.handoff.id, clock, generation),
            team=self._team(spec),
            generation=generation,
            at=at,
            now=self.now,
        )
        self.tell(e.ClockActivated, clock=run)

    def fulfil(self, *kinds: str) -> None:
        """End these clocks as kept."""
        self._end(e.ClockFulfilled, kinds)

    def cancel(self, *kinds: str) -> None:
        """End these clocks as no longer applying."""
        self._end(e.ClockCancelled, kinds)

    def cancel_all(self) -> None:
        """End every clock that is still open as no longer applying."""
        self._end(e.ClockCancelled, tuple(c.kind for c in self.handoff.open_clocks()))

    def _end(self, event: type[e.ClockEvent], kinds: tuple[str, ...]) -> None:
        for clock in self.handoff.open_clocks():
            if clock.kind in kinds:
                at = max(self.at, clock.started_at)
                self.tell(event, at=at, **clock_facts(clock, at))

    def _team(self, spec: ClockSpec) -> str:
        return self.handoff.sending_team if spec.owes == "sending" else self.handoff.receiving_team

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


def clock_facts(clock: Clock, at: datetime) -> dict[str, Any]:
    """Return what every clock event says about its clock at `at`."""
    return {
        "clock_id": clock.id,
        "kind": clock.kind,
        "generation": clock.generation,
        "team": clock.team,
        "consumed": clock.consumed(at),
        "paused": clock.paused_for(at),
    }


def words_of(reason: Reason) -> str:
    """Return a reason as a person reads it."""
    if reason.text and reason.code:
        return f"{reason.text} ({reason.code})"
    return reason.text or reason.code or "no reason given"
