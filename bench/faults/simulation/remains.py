"""What is left when a simulated system has come to rest: all that the checks look at."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, NamedTuple
from uuid import UUID

from bench.faults.simulation.walls import us
from orchestrator.domain import events as e
from orchestrator.domain.clocks.clock import Clock
from orchestrator.domain.events import Event
from orchestrator.domain.handoff import Handoff
from orchestrator.domain.lifecycle.evolution import begin, evolve
from orchestrator.domain.policy import Rules

if TYPE_CHECKING:
    from bench.faults.simulation.log import Message


class Entry(NamedTuple):
    """A journal entry, and what the clock of the worker that wrote it showed."""

    event: Event
    now: datetime


class Step(NamedTuple):
    """A journal entry of one handoff, and the state that it gave."""

    event: Event
    now: int
    """What is past when it is written, in microseconds: by the worker's clock, or an earlier one's."""
    state: Handoff


def steps(entries: Sequence[Entry]) -> list[Step]:
    """Return the whole journal of a handoff with the states that it gave."""
    found: list[Step] = []
    told_until = 0
    for event, written_at in entries:
        is_first = isinstance(event, e.HandoffRequested)
        state = begin(event) if is_first else evolve(found[-1].state, event)
        # What one worker's clock has shown is past, even where another's is behind.
        now = max(us(written_at), told_until)
        told_until = max(told_until, us(event.fired_at if isinstance(event, e.RungFired) else event.at))
        found.append(Step(event, now, state))
    return found


class Times(NamedTuple):
    """Since when, and for how many days, somebody may ask for the hours of a calendar."""

    first_day: datetime
    days: int


ClockRow = tuple[str, str, datetime, datetime | None, datetime | None, str | None, datetime | None]


def clock_row(clock: Clock) -> ClockRow:
    """Return what the table of clocks has to say of a clock."""
    return (
        clock.team,
        clock.state.value,
        clock.started_at,
        clock.ended_at,
        clock.due_at,
        clock.next_rung,
        clock.next_at,
    )


@dataclass(frozen=True)
class Remains:
    """Everything that was sent, and everything that was written."""

    sent: Mapping[str, Message]
    arrivals: Mapping[str, int]
    """Message -> how many copies of it have come."""
    journal: Sequence[Entry]
    """In the order in which it was committed."""
    handoffs: Mapping[UUID, Handoff]
    clocks: Mapping[tuple[UUID, str, int], ClockRow]
    parked: frozenset[UUID]
    """Events whose replies wait."""
    dead: Sequence[str]
    """Message of each dead letter."""
    versions: Mapping[str, Rules]
    times: Times
    now: datetime
