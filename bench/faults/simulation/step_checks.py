"""What the steps of a ladder did: whom they told, and to whom the work was offered next."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime

from bench.faults.simulation.remains import Step, Times
from bench.faults.simulation.walls import Walls, hours, us
from orchestrator.domain import events as e
from orchestrator.domain.handoff import Handoff, Status
from orchestrator.domain.policy import Rules


def check_steps(journal: Sequence[Step], versions: Mapping[str, Rules], times: Times) -> Iterator[str]:
    """Yield every step of a handoff's ladders after which something else follows than has to."""
    for number, (event, _, state) in enumerate(journal):
        if isinstance(event, e.ClockEscalated):
            after = journal[number + 1].event if number + 1 < len(journal) else None
            team = versions[state.policy_version].teams[event.team]
            what = f"{event.kind} {event.rung} at version {event.version}"
            if event.effect == "notify":
                to = team.lead if event.to == "lead" else team.manager
                if not isinstance(after, e.Notified) or (after.to, after.team) != (to, event.team):
                    yield f"{what}: {to} was not told"
            elif event.effect == "raise-priority":
                is_raised = isinstance(after, e.PriorityRaised)
                if is_raised != (state.priority != "urgent"):
                    yield f"{what}: the priority {state.priority.value} was raised: {is_raised}"
            elif event.effect == "reoffer":
                wanted = _next_team(state, event.at, event.fired_at, versions[state.policy_version], times)
                offered = after.receiving_team if isinstance(after, e.Reoffered) else None
                if offered != wanted:
                    yield f"{what}: offered to {offered}, not {wanted}"


def _next_team(state: Handoff, at: datetime, now: datetime, rules: Rules, times: Times) -> str | None:
    """Return who has to get the offer: down the line of fallbacks, who is open and was not asked."""
    offers = [mark for mark in state.marks if mark.what == "offered"]
    if state.status is not Status.OFFERED or at < offers[-1].at:
        return None
    asked = {state.sending_team, *(mark.team for mark in offers)}
    passed: set[str] = set()
    team = rules.teams[state.receiving_team]
    while (next_team := team.fallback) is not None and next_team not in passed:
        passed.add(next_team)
        team = rules.teams[next_team]
        shift = hours(rules.calendar(team.calendar), rules.version, *times)
        if next_team not in asked and (not isinstance(shift, Walls) or shift.is_open(us(now))):
            return next_team
    return None
