"""The rungs of a clock for the team that owes: a step that nobody could take is skipped at once."""

from __future__ import annotations

from datetime import timedelta
from functools import lru_cache

from orchestrator.domain.clocks.schedule import Step
from orchestrator.domain.clocks.spec import ClockSpec, Rung
from orchestrator.domain.policy import Team


def climb(spec: ClockSpec, team: Team | None, is_bounced: bool) -> tuple[Step, ...]:
    """Return the rungs of `spec` in the order in which they are reached.

    A step of the ladder with nobody to notify, or nowhere to go, is left out, and what comes after it moves
    up to its place. A case that has bounced is not offered to another team by itself.
    """
    return _climb(_Key(spec), team, is_bounced)


class _Key:
    """A specification by its identity: comparing two for every clock takes longer than the work."""

    __slots__ = ("spec",)

    def __init__(self, spec: ClockSpec) -> None:
        self.spec = spec

    def __hash__(self) -> int:
        return id(self.spec)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Key) and self.spec is other.spec


@lru_cache(maxsize=4_096)
def _climb(key: _Key, team: Team | None, is_bounced: bool) -> tuple[Step, ...]:
    budget = key.spec.budget
    rungs = sorted(key.spec.rungs, key=lambda rung: (rung.offset(budget), rung.is_ladder))
    steps = [Step(rung.offset(budget), rung) for rung in rungs if not rung.is_ladder]
    ladder = [rung for rung in rungs if rung.is_ladder]
    moves_up = timedelta()
    skipped: list[str] = []
    for index, rung in enumerate(ladder):
        why = _nobody(rung, team, is_bounced)
        if why is None:
            steps.append(Step(rung.offset(budget) - moves_up, rung, tuple(skipped)))
            skipped = []
            continue
        skipped.append(f"{rung.name}: {why}")
        for after in ladder[index + 1 : index + 2]:
            moves_up += after.offset(budget) - rung.offset(budget)
    return tuple(sorted(steps, key=lambda step: step.offset))


def _nobody(rung: Rung, team: Team | None, is_bounced: bool) -> str | None:
    """Return why a step cannot be taken; None when it can."""
    if team is None:
        return "the team is not in teams.yaml any more"
    match rung.effect:
        case "notify" if rung.to == "manager":
            return None if team.manager else f"{team.name} has no manager"
        case "notify":
            return None if team.lead else f"{team.name} has no lead"
        case "reoffer" if is_bounced:
            return "the case has bounced, and is not offered by itself any more"
        case "reoffer":
            return None if team.fallback else f"{team.name} has no fallback"
        case _:
            return None
