"""The packaged templates, with one kind whose clocks run out within seconds."""

from __future__ import annotations

from datetime import timedelta

from handoff_templates import load
from orchestrator.domain.clocks import BREACH_RUNG, ClockSpec, Rung
from orchestrator.domain.policy import Policy, Rules

SHORT = "tier-1-to-tier-2"
"""The kind whose clocks fire during a test."""
LONG = "team-to-team"
"""A kind whose clocks never do."""

_HALF, _LATE = Rung(name="50%", share=0.5), Rung(name="last", before=timedelta(milliseconds=200))


def _seconds(kind: str, owes: str, seconds: float) -> ClockSpec:
    fields = {"kind": kind, "owes": owes, "budget": timedelta(seconds=seconds)}
    return ClockSpec.model_validate(fields | {"rungs": (_HALF, _LATE, BREACH_RUNG)})


CLOCKS = (
    _seconds("notes", "sending", 1.2),
    _seconds("accept", "receiving", 2),
    _seconds("first_contact", "receiving", 2),
    _seconds("resolve", "receiving", 3),
)


def faults_policy() -> Policy:
    """Return the policy of every worker of the suite."""
    loaded = load()
    kinds = dict(loaded.rules.kinds)
    kinds[SHORT] = kinds[SHORT].model_copy(update={"clocks": CLOCKS})
    return Policy(Rules(version="faults", kinds=kinds, teams=loaded.rules.teams), loaded.words)
