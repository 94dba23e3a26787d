"""Two teams at work on one customer at once: both are told, so that the customer hears one story."""

from __future__ import annotations

from orchestrator.domain import events as e
from orchestrator.domain.identity import pair_id
from orchestrator.domain.lifecycle.story import Story
from orchestrator.domain.open_work import OpenHandoff, OpenHandoffs, open_handoff
from orchestrator.domain.redaction.personal import clean
from orchestrator.domain.routing.trail import Trail


def tell_concurrent(story: Story, open_work: OpenHandoffs, trail: Trail) -> None:
    """Tell the receiving team, and each other team that has another case of the customer, of each other.

    Of a team with several, the newest is told. Nothing is told of handoffs of the same case, of automated
    teams, nor of two teams that were told of each other by an earlier handoff of the case.
    """
    handoff = story.handoff
    teams = story.policy.rules_of(handoff.policy_version).teams
    if handoff.receiving_team in teams and teams[handoff.receiving_team].is_automated:
        return
    told = {handoff.receiving_team}
    for other in open_work.newest:
        team = other.receiving_team
        if other.case_id == handoff.case_id or team in told or (team in teams and teams[team].is_automated):
            continue
        told.add(team)
        if not _was_told(trail, handoff.receiving_team, other):
            _tell(story, other)


def _was_told(trail: Trail, team: str, other: OpenHandoff) -> bool:
    """Whether an earlier handoff of the case brought it to `team` while the other one was open."""
    return any(
        hop.receiving_team == team
        and (
            hop.requested_at >= other.requested_at
            or hop.status.is_open
            or (hop.outcome is not None and hop.outcome.at > other.requested_at)
        )
        for hop in trail.hops
    )


def _tell(story: Story, other: OpenHandoff) -> None:
    new = open_handoff(story.handoff)
    handoff = story.handoff
    for own, others in ((new, other), (other, new)):
        # Everybody reads the topic of notices.
        reason, _ = clean(others.reason)
        about = f": {reason}" if reason else ""
        story.tell(
            e.ConcurrentWork,
            pair_id=pair_id(new.handoff_id, other.handoff_id),
            team=own.receiving_team,
            own_handoff_id=own.handoff_id,
            own_case_id=own.case_id,
            other_team=others.receiving_team,
            other_handoff_id=others.handoff_id,
            other_case_id=others.case_id,
            customer_id=handoff.customer_id,
            account_id=handoff.account_id,
            priority=others.priority,
            reason=reason,
            message=f"{others.receiving_team} is at work on case {others.case_id} of the customer of your "
            f"case {own.case_id}{about}. Agree with them on what the customer is told, and by whom.",
        )
