"""What an explanation of a case's clocks says: plain values, for people and programs."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Literal
from uuid import UUID

from orchestrator.domain.clocks.occasions import Occasion
from orchestrator.domain.explanation.explained_clock import ClockStory
from orchestrator.domain.handoff import Status
from orchestrator.domain.model import Frozen
from orchestrator.domain.routing.entitlement import Entitlement

_NOTHING = timedelta()


class Condition(Frozen):
    """One condition of a match, and what it met."""

    what: str
    wanted: tuple[str, ...]
    """Any of these will do."""
    met: str | None
    holds: bool


class PassedOver(Frozen):
    """A clock policy that was tried before, and the first condition that did not hold."""

    name: str
    why: Condition


class Matched(Frozen):
    """A kind or a clock policy that was taken."""

    name: str
    conditions: tuple[Condition, ...] = ()
    """All of them; none: it takes whatever comes."""
    passed_over: tuple[PassedOver, ...] = ()


class RulesStep(Frozen):
    """A change of the rules while the handoff was under way."""

    at: datetime
    version: str
    clock_policy: str
    calendars_only: bool
    reason: str
    by: str | None


class Held(Frozen):
    """A span in which one team held the case; the three lengths add up to it."""

    team: str
    since: datetime
    until: datetime | None
    working: timedelta = _NOTHING
    waiting: timedelta = _NOTHING
    """For another team to accept it."""
    paused: timedelta = _NOTHING


class Share(Frozen):
    """How long a team held the case in all."""

    team: str
    working: timedelta
    waiting: timedelta
    paused: timedelta

    @property
    def whole(self) -> timedelta:
        """All of it."""
        return self.working + self.waiting + self.paused


class Custody(Frozen):
    """Who held the case; `shares` and `nobody` add up to `whole`."""

    holds: tuple[Held, ...] = ()
    shares: tuple[Share, ...] = ()
    nobody: timedelta = _NOTHING
    """Between completion and reopening."""
    whole: timedelta = _NOTHING
    """From the first request to now, or to completion."""


class NoRun(Frozen):
    """A clock without a run: it waits for its start, the rules have it no more, or a late fact undid it."""

    kind: str
    why: Literal["waits", "not-in-the-rules", "undone"]
    starts: tuple[Occasion, ...] = ()
    """What starts one that waits."""
    team: str | None = None
    """Who owed one that was told."""
    started_at: datetime | None = None
    ended_at: datetime | None = None


class HandoffStory(Frozen):
    """Why the clocks of one handoff are where they are."""

    id: UUID
    sending_team: str
    receiving_team: str
    status: Status
    requested_at: datetime
    is_side: bool
    """Whether the sending team goes on working on the case meanwhile."""
    kind: Matched
    clock_policy: Matched
    entitlement: Entitlement
    routing_notes: tuple[str, ...]
    rules_version: str
    """That under which it began."""
    rules_steps: tuple[RulesStep, ...] = ()
    clocks: tuple[ClockStory, ...] = ()
    without_run: tuple[NoRun, ...] = ()


class Explanation(Frozen):
    """Why the clocks of a case are where they are."""

    case_id: str
    now: datetime
    custody: Custody
    handoffs: tuple[HandoffStory, ...]
