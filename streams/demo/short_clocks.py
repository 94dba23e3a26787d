"""The packaged rules with clocks of seconds instead of minutes and hours, and one flow that is soon late."""

from __future__ import annotations

from datetime import timedelta

from handoff_templates import load
from orchestrator.domain.clocks.spec import BREACH_RUNG, ELAPSED_TIME, ClockSpec, Rung
from orchestrator.domain.integration_map.model import IntegrationMap
from orchestrator.domain.policy import Kind, Policy

SILENT_FLOW = "usage-signals"
USAGE_LATE_AFTER = timedelta(minutes=1)
"""Instead of half an hour. Longer than a slow machine needs to start: before, nothing can be heard."""

_BUDGETS = {
    "notes": timedelta(seconds=2),
    "accept": timedelta(seconds=3),
    "first_contact": timedelta(seconds=30),
    "resolve": timedelta(seconds=60),
}
_OTHERS = timedelta(seconds=60)
_HALF = Rung(name="50%", share=0.5)
_LEAD = Rung(name="lead", effect="notify", to="lead", before=timedelta())


def short_policy() -> Policy:
    """Return the packaged policy; each clock has a warning at half of its few seconds, and tells a lead."""
    policy = load()
    kinds = {name: _shortened(kind) for name, kind in policy.rules.kinds.items()}
    changes = {
        "version": f"{policy.rules.version}-demo",
        "kinds": kinds,
        "integration_map": _impatient(policy.rules.integration_map),
    }
    rules = policy.rules.without_hours().model_copy(update=changes)
    return Policy(rules, policy.words)


def _impatient(map: IntegrationMap) -> IntegrationMap:
    flow = map.flows[SILENT_FLOW].model_copy(update={"warn_after": USAGE_LATE_AFTER})
    return map.model_copy(update={"flows": {**map.flows, SILENT_FLOW: flow}})


def _shortened(kind: Kind) -> Kind:
    clocks = tuple(_short(clock) for clock in kind.clocks)
    return kind.model_copy(update={"clocks": clocks, "policies": ()})


def _short(clock: ClockSpec) -> ClockSpec:
    budget = _BUDGETS.get(clock.kind, _OTHERS)
    return clock.model_copy(
        update={"budget": budget, "calendar": ELAPSED_TIME, "rungs": (_HALF, BREACH_RUNG, _LEAD)}
    )
