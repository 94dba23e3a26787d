"""The packaged rules with clocks of seconds instead of minutes and hours."""

from __future__ import annotations

from datetime import timedelta

from handoff_templates import load
from orchestrator.domain.clocks import BREACH_RUNG, ClockSpec, Rung
from orchestrator.domain.policy import Kind, Policy

_BUDGETS = {
    "notes": timedelta(seconds=2),
    "accept": timedelta(seconds=3),
    "first_contact": timedelta(seconds=30),
    "resolve": timedelta(seconds=60),
}
_OTHERS = timedelta(seconds=60)
_HALF = Rung(name="50%", share=0.5)


def short_policy() -> Policy:
    """Return the packaged policy, each clock with one warning at half of its few seconds."""
    policy = load()
    kinds = {name: _shortened(kind) for name, kind in policy.rules.kinds.items()}
    rules = policy.rules.model_copy(update={"version": f"{policy.rules.version}-demo", "kinds": kinds})
    return Policy(rules, policy.words)


def _shortened(kind: Kind) -> Kind:
    return kind.model_copy(update={"clocks": tuple(_short(clock) for clock in kind.clocks)})


def _short(clock: ClockSpec) -> ClockSpec:
    budget = _BUDGETS.get(clock.kind, _OTHERS)
    return clock.model_copy(update={"budget": budget, "rungs": (_HALF, BREACH_RUNG)})
