"""Measure running clocks anew by the rules in force: never by itself, and with the reason in the journal."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import NamedTuple

from orchestrator.domain import events as e
from orchestrator.domain.clocks.clock import Clock
from orchestrator.domain.clocks.deadlines import fire
from orchestrator.domain.clocks.settling import settle
from orchestrator.domain.commands import RequestHandoff
from orchestrator.domain.handoff import Handoff
from orchestrator.domain.lifecycle.decision import Decision
from orchestrator.domain.lifecycle.holding import is_held_for_nothing, release
from orchestrator.domain.lifecycle.story import Story
from orchestrator.domain.model import Actor
from orchestrator.domain.policy import Kind, Policy, Rules
from orchestrator.domain.routing.routing import clock_policy
from orchestrator.domain.surroundings import NOTHING_AROUND, Surroundings


class Move(NamedTuple):
    """A clock whose due instant is another after a reprojection."""

    handoff_id: str
    case_id: str
    kind: str
    team: str
    due_before: datetime | None
    due_after: datetime | None
    breaches_at_once: bool

    @property
    def by(self) -> timedelta | None:
        """How much later it is due; negative when earlier, None when it stands still or is gone."""
        if self.due_before is None or self.due_after is None:
            return None
        return self.due_after - self.due_before


def reproject(
    handoff: Handoff,
    request: RequestHandoff,
    *,
    policy: Policy,
    now: datetime,
    actor: Actor,
    reason: str,
    calendars_only: bool,
    around: Surroundings = NOTHING_AROUND,
) -> Decision:
    """Measure the clocks of a handoff by the rules in force from `now` on; what was consumed stays.

    With `calendars_only` its budgets stay those it began under, and only its calendars are the new ones.
    A handoff that is not open, whose kind is gone, or that nothing changes for, is left as it is.
    """
    rules = policy.rules
    kind = rules.kinds.get(handoff.kind)
    if not handoff.open_clocks() or kind is None or not _is_affected(handoff, policy, calendars_only):
        return Decision(handoff, [])
    now = handoff.not_before(now)
    # What ran out under the old rules did, even if no sweep has noticed it yet.
    overdue = fire(handoff, policy=policy, now=now, request=request, around=around)
    story = Story(overdue.handoff, policy=policy, actor=actor, cause=None, now=now, at=now, around=around)
    story.tell_lifecycle(
        e.RulesChanged,
        policy_version=rules.version,
        clock_policy=handoff.clock_policy if calendars_only else _clock_policy(handoff, kind, request),
        calendars_only=calendars_only,
        reason=reason,
    )
    settle(story, reason, is_remeasured=True)
    if is_held_for_nothing(story):
        release(story, request)
    return Decision(story.handoff, [*overdue.events, *story.events])


def moves(before: Handoff, after: Handoff, now: datetime) -> list[Move]:
    """Return the open clocks that another due instant came out for."""
    later = {clock.id: clock for clock in after.clocks}
    return [
        Move(
            str(before.id),
            before.case_id,
            clock.kind,
            clock.team,
            clock.due_at,
            moved.due_at if moved.is_open else None,
            moved.is_open and not clock.is_breached and moved.due_at is not None and moved.due_at <= now,
        )
        for clock in before.open_clocks()
        if (moved := later[clock.id]).due_at != clock.due_at or not moved.is_open
    ]


def _is_affected(handoff: Handoff, policy: Policy, calendars_only: bool) -> bool:
    measured_by = policy.rules_of(handoff.calendars_version)
    if _calendars_differ(handoff.open_clocks(), measured_by, policy.rules):
        return True
    if calendars_only:
        return False
    old = policy.rules_of(handoff.policy_version)
    return old.kinds[handoff.kind] != policy.rules.kinds[handoff.kind]


def _calendars_differ(clocks: Iterable[Clock], old: Rules, new: Rules) -> bool:
    teams = {clock.team for clock in clocks}
    names = {clock.calendar for clock in clocks}
    return any(
        old.teams.get(team) is not None
        and new.teams.get(team) is not None
        and old.teams[team].calendar != new.teams[team].calendar
        for team in teams
    ) or any(old.calendars.get(name) != new.calendars.get(name) for name in names)


def _clock_policy(handoff: Handoff, kind: Kind, request: RequestHandoff) -> str:
    with_priority = request.model_copy(update={"priority": handoff.priority})
    return clock_policy(kind, with_priority, handoff.receiving_team, handoff.entitlement)
