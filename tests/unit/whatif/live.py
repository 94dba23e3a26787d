"""The live desk in virtual time, for one case: every event at its own time, every rung when it is due."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple
from uuid import UUID

from orchestrator.caseload import Caseload
from orchestrator.domain import commands as c
from orchestrator.domain.events import ClockBreached, ClockWarned
from orchestrator.domain.handoff import Handoff, Status
from orchestrator.domain.identity import event_id, handoff_id
from orchestrator.domain.model import Cause
from orchestrator.domain.policy import Policy
from orchestrator.inbound import Delivery, Origin
from orchestrator.ledger.port import Parked, Stored

NEVER = datetime.max.replace(tzinfo=UTC)
NOWHERE = Origin("replies", 0, 0, None, None, ())


class Told(NamedTuple):
    """An event of a log."""

    at: datetime
    id: str
    command: c.Command


class LiveDesk:
    """Takes the events of one case in their order, as the desk does, without a ledger."""

    def __init__(self, policy: Policy, source: str) -> None:
        self.handoffs: dict[UUID, Handoff] = {}
        self.refused: list[str] = []
        self.waited: set[str] = set()
        """Why replies had to wait."""
        self.fired: list[tuple[UUID, str, int, str]] = []
        """Handoff, clock, generation, rung: of every warning and breach that was told."""
        self._policy = policy
        self._source = source
        self._requests: dict[UUID, c.RequestHandoff] = {}
        self._parked: list[Parked] = []

    def play(self, told: Iterable[Told], until: datetime) -> None:
        """Take all events, and then let the time pass until `until`."""
        for each in told:
            self._release_until(each.at - timedelta.resolution)
            # What is reached at the very instant of an event has not fired before it.
            self._step(each.at - timedelta.resolution, None)
            self._step(each.at, each)
        self._release_until(until)
        self._step(until, None)

    def _release_until(self, until: datetime) -> None:
        """Look after packets that are held at the very instants at which the time for their notes is over."""
        while due := [
            clock.next_at
            for handoff in self.handoffs.values()
            if handoff.status is Status.HELD
            for clock in handoff.clocks
            if clock.next_at is not None and clock.next_at <= until
        ]:
            self._step(min(due), None)

    def _step(self, now: datetime, told: Told | None) -> None:
        stored = [Stored(h, b"", self._requests.get(h.id)) for h in self.handoffs.values()]
        caseload = Caseload(stored, self._policy, now=now, wait_for=timedelta(minutes=10))
        caseload.park(parked for parked in self._parked if parked.expires_at >= now)
        if told is None:
            caseload.fire_due()
        else:
            cause = Cause(source=self._source, id=told.id, at=told.at)
            caseload.apply(Delivery(NOWHERE, event_id(self._source, told.id), cause, told.command))
            if isinstance(told.command, c.RequestHandoff):
                self._requests[handoff_id(self._source, told.id)] = told.command
        changes = caseload.changes()
        self._parked = list(changes.parked)
        self.waited |= {parked.code for parked in self._parked}
        self.refused += [letter.code for letter in changes.dead_letters]
        for event in changes.events:
            if isinstance(event, ClockWarned | ClockBreached):
                self.fired.append((event.handoff_id, event.kind, event.generation, event.rung))
        for handoff in [*changes.changed, *(new for new, _ in changes.requested)]:
            self.handoffs[handoff.id] = handoff


def standing(handoffs: Iterable[Handoff]) -> list[tuple[Any, ...]]:
    """Return all that is comparable about the clocks of live handoffs, in one order."""
    return sorted(
        (
            str(handoff.id),
            handoff.kind,
            handoff.clock_policy,
            handoff.sending_team,
            handoff.receiving_team,
            handoff.status.value,
            clock.kind,
            clock.generation,
            clock.team,
            clock.started_at,
            clock.ended_at or NEVER,
            clock.outcome or "",
            tuple((s.since, s.until, s.reason) for s in clock.suspensions),
            clock.due_at or NEVER,
            clock.is_breached,
        )
        for handoff in handoffs
        for clock in handoff.clocks
    )
