"""Why the clocks of a case are where they are: from its handoffs, their journals and their rules."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from orchestrator.domain import events as e
from orchestrator.domain.clocks.clockwork import Clockwork
from orchestrator.domain.clocks.custody import holds
from orchestrator.domain.clocks.occasions import RULES_CHANGED
from orchestrator.domain.clocks.timeline import Run
from orchestrator.domain.explanation.clocks import clock_story
from orchestrator.domain.explanation.custody import custody_of
from orchestrator.domain.explanation.explained import Explanation, HandoffStory, Matched, NoRun, RulesStep
from orchestrator.domain.explanation.happenings import Journal
from orchestrator.domain.explanation.match import kind_matched, policy_matched
from orchestrator.domain.explanation.telling import Telling
from orchestrator.domain.handoff import Handoff
from orchestrator.domain.policy import Policy


class History(NamedTuple):
    """A handoff, and its journal."""

    handoff: Handoff
    events: Sequence[e.Event] = ()


def explain(
    case: Sequence[History], *, policy: Policy, now: datetime, only: UUID | None = None
) -> Explanation:
    """Explain the clocks of a case, or of one handoff of it.

    Args:
        case: all handoffs of the case, the first one first: who held it when follows from all of them.
        policy: remembers the rules of each version in `Handoff.versions`.
        now: up to when time is counted.
        only: the handoff whose clocks are asked for; None: all.
    """
    handoffs = [history.handoff for history in case]
    moving = [handoff for handoff in handoffs if not handoff.sender_keeps_case]
    held = holds(moving) if moving else []
    teams = {handoff.id: handoff.receiving_team for handoff in handoffs}
    return Explanation(
        case_id=handoffs[0].case_id,
        now=now,
        custody=custody_of(moving, held, policy, now),
        handoffs=tuple(
            _handoff_story(
                Telling(
                    handoff,
                    policy,
                    Journal(handoff, events, teams),
                    Clockwork(handoff, policy, now),
                    held,
                    now,
                )
            )
            for handoff, events in case
            if only in (None, handoff.id)
        ),
    )


def _handoff_story(telling: Telling) -> HandoffStory:
    handoff, policy, first = telling.handoff, telling.policy, telling.journal.first
    kind = policy.kind_of(handoff.kind, handoff.first_version)
    runs = telling.works.runs()
    return HandoffStory(
        id=handoff.id,
        sending_team=handoff.sending_team,
        receiving_team=handoff.receiving_team,
        status=handoff.status,
        requested_at=handoff.requested_at,
        is_side=handoff.sender_keeps_case,
        kind=kind_matched(kind, first) if first else Matched(name=kind.name),
        clock_policy=policy_matched(kind, first) if first else Matched(name=handoff.clock_policy),
        entitlement=handoff.entitlement,
        routing_notes=handoff.routing_notes,
        rules_version=handoff.first_version,
        rules_steps=tuple(_rules_steps(telling)),
        clocks=tuple(clock_story(telling, run) for run in runs),
        without_run=tuple(_without_run(telling, runs)),
    )


def _rules_steps(telling: Telling) -> Iterator[RulesStep]:
    for mark in telling.handoff.marks:
        if mark.what == RULES_CHANGED:
            event = telling.journal.event_of(mark)
            assert isinstance(event, e.RulesChanged)
            yield RulesStep(
                at=mark.at,
                version=event.policy_version,
                clock_policy=event.clock_policy,
                calendars_only=event.calendars_only,
                reason=event.reason,
                by=telling.journal.who(mark),
            )


def _without_run(telling: Telling, runs: Sequence[Run]) -> Iterator[NoRun]:
    handoff, works = telling.handoff, telling.works
    known = {(run.spec.kind, run.generation) for run in runs}
    told = {clock.kind for clock in handoff.clocks}
    rules = telling.policy.rules_of(handoff.policy_version)
    for spec in rules.kinds[handoff.kind].clocks_of(handoff.clock_policy):
        if spec.kind not in told and all(run.spec.kind != spec.kind for run in runs):
            yield NoRun(kind=spec.kind, why="waits", starts=spec.starts)
    for clock in handoff.clocks:
        if (clock.kind, clock.generation) not in known:
            yield NoRun(
                kind=clock.kind,
                why="undone" if works.has(clock.kind) else "not-in-the-rules",
                team=clock.team,
                started_at=clock.started_at,
                ended_at=clock.ended_at,
            )
