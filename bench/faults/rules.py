"""The packaged templates, with one kind whose clocks run out within seconds."""

from __future__ import annotations

from datetime import timedelta

from handoff_templates import load
from orchestrator.domain.clocks.spec import BREACH_RUNG, ELAPSED_TIME, ClockSpec, Rung
from orchestrator.domain.policy import Policy

SHORT = "tier-1-to-tier-2"
"""The kind whose clocks fire during a test."""
LONG = "team-to-team"
"""A kind whose clocks never do."""

SECONDS = {"notes": 1.2, "accept": 2.0, "first_contact": 2.0, "resolve": 3.0}
"""What its clocks allow."""
_WARNINGS = (Rung(name="50%", share=0.5), Rung(name="last", before=timedelta(milliseconds=200)))
_LADDER = (
    Rung(name="lead", effect="notify", before=timedelta(milliseconds=-150), to="lead"),
    Rung(name="manager", effect="notify", before=timedelta(milliseconds=-400), to="manager"),
)
_CLIMBS = {"accept", "resolve"}


def _shortened(clock: ClockSpec, seconds: float) -> ClockSpec:
    ladder = _LADDER if clock.kind in _CLIMBS else ()
    changes = {"calendar": ELAPSED_TIME, "rungs": (*_WARNINGS, BREACH_RUNG, *ladder)}
    return clock.model_copy(update=changes | {"budget": timedelta(seconds=seconds)})


def faults_policy(**seconds: float) -> Policy:
    """Return the policy of every worker of the suite; `seconds` are other lengths of the short clocks."""
    loaded = load()
    rules = loaded.rules.without_hours()
    kinds = dict(rules.kinds)
    lengths = SECONDS | seconds
    clocks = tuple(
        _shortened(clock, lengths[clock.kind]) for clock in kinds[SHORT].clocks if clock.kind in SECONDS
    )
    kinds[SHORT] = kinds[SHORT].model_copy(update={"clocks": clocks, "policies": ()})
    return Policy(rules.model_copy(update={"version": "faults", "kinds": kinds}), loaded.words)
