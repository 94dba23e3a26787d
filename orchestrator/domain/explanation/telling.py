"""What the story of a clock is told from."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from orchestrator.domain.calendars.calendar import BusinessCalendar
from orchestrator.domain.clocks.clockwork import Clockwork
from orchestrator.domain.clocks.custody import Hold
from orchestrator.domain.clocks.occasions import RULES_CHANGED
from orchestrator.domain.clocks.schedule import CalendarsInTurn, Keeper
from orchestrator.domain.clocks.timeline import Run
from orchestrator.domain.explanation.happenings import Journal
from orchestrator.domain.handoff import Handoff
from orchestrator.domain.policy import Policy


class Telling(NamedTuple):
    """A handoff, what happened to it, and the case it belongs to."""

    handoff: Handoff
    policy: Policy
    journal: Journal
    works: Clockwork
    holds: Sequence[Hold]
    now: datetime


def calendars(telling: Telling, run: Run) -> list[tuple[datetime | None, BusinessCalendar]]:
    """Return the calendars on which a run is measured, each with its beginning; None: as the clock started.

    What was consumed was consumed on the calendar that the clock had at that time.
    """
    handoff, rules_of = telling.handoff, telling.policy.rules_of
    rules, spec = rules_of(handoff.first_version), run.spec
    then = rules.kinds[handoff.kind].clock(spec.kind, handoff.first_clock_policy) or spec
    found: list[tuple[datetime | None, BusinessCalendar]] = [
        (None, rules.calendar(rules.calendar_name(then, run.team)))
    ]
    for mark in handoff.marks:
        if mark.what == RULES_CHANGED:
            rules = rules_of(mark.detail or "")
            if mark.policy is not None:
                then = rules.kinds[handoff.kind].clock(spec.kind, mark.policy) or then
            calendar = rules.calendar(rules.calendar_name(then, run.team))
            if mark.at <= run.started_at:
                found = [(None, calendar)]
            elif calendar != found[-1][1]:
                found.append((mark.at, calendar))
    return found


def working_time(telling: Telling, run: Run) -> Keeper:
    """Return what measures the working time of a run, as if nobody ever paused."""
    (_, first), *later = calendars(telling, run)
    changes = [(since, calendar) for since, calendar in later if since is not None]
    return CalendarsInTurn(first, changes) if changes else first
