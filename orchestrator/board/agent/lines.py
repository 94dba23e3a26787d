"""A handoff's checklist and promises, line by line, as its page shows them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from orchestrator.board.access.viewer import Viewer
from orchestrator.board.live.card import Risk
from orchestrator.board.offers import can_tick
from orchestrator.domain.checklist import Stage
from orchestrator.domain.clocks.clock import Clock
from orchestrator.domain.clocks.timeline import AUTOMATIC_RESUME
from orchestrator.domain.handoff import Handoff
from orchestrator.domain.policy import Kind


@dataclass(frozen=True, slots=True)
class Line:
    """A checklist item."""

    id: str
    text: str
    stage: Stage
    team: str
    """Who owes it first and foremost."""
    is_required: bool
    is_done: bool
    can_tick: bool
    """Whether who looks can tick it, or take its tick back."""

    @property
    def is_owed(self) -> bool:
        """Whether somebody still has to see to it."""
        return self.is_required and not self.is_done


@dataclass(frozen=True, slots=True)
class Promise:
    """A clock."""

    kind: str
    team: str
    risk: Risk
    started_at: datetime
    due_at: datetime | None
    ended_at: datetime | None
    outcome: str | None
    """`met` or `cancelled`, once it has ended."""
    was_breached: bool
    acknowledged_until: datetime | None
    resumes_at: datetime | None
    """When a pause ends by itself."""
    why_paused: str | None


def checklist_lines(handoff: Handoff, kind: Kind, viewer: Viewer, *, now: datetime) -> tuple[Line, ...]:
    """Return the items, open ones first, each group in the order of the kind."""
    done = frozenset(handoff.done)
    lines = [
        Line(
            id=item.id,
            text=item.text,
            stage=item.stage,
            team=handoff.sending_team if item.stage is Stage.BEFORE else handoff.receiving_team,
            is_required=item.required,
            is_done=item.id in done,
            can_tick=can_tick(handoff, kind, viewer, item.id, now=now),
        )
        for item in kind.checklist
    ]
    return tuple(sorted(lines, key=lambda line: (line.is_done, not line.is_required)))


def promises(handoff: Handoff, *, now: datetime) -> tuple[Promise, ...]:
    """Return the clocks: open ones first, by their due instants, paused ones behind, ended ones last."""

    def place(promise: Promise) -> tuple[bool, bool, datetime]:
        return promise.ended_at is not None, promise.due_at is None, promise.due_at or promise.started_at

    return tuple(sorted(_promises(handoff, now), key=place))


def _promises(handoff: Handoff, now: datetime) -> Iterator[Promise]:
    for clock in handoff.clocks:
        still = clock.suspensions[-1] if clock.is_paused else None
        acknowledged = clock.acknowledged_until
        yield Promise(
            kind=clock.kind,
            team=clock.team,
            risk=risk_of(clock, now),
            started_at=clock.started_at,
            due_at=clock.due_at,
            ended_at=clock.ended_at,
            outcome=clock.outcome,
            was_breached=clock.is_breached,
            acknowledged_until=acknowledged if acknowledged is not None and acknowledged > now else None,
            resumes_at=clock.next_at if still is not None and clock.next_rung == AUTOMATIC_RESUME else None,
            why_paused=still.reason if still is not None else None,
        )


def risk_of(clock: Clock, now: datetime) -> Risk:
    """Return how near a clock is to its end; what is due and was not told yet is breached all the same."""
    if not clock.is_open:
        return Risk.NONE
    if clock.is_breached or (clock.due_at is not None and clock.due_at <= now):
        return Risk.BREACHED
    if clock.is_paused:
        return Risk.PAUSED
    return Risk.AT_RISK if clock.fired else Risk.ON_TIME
