"""A change of a flow's health in one line, for a person who has not seen the map."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Final

from orchestrator.domain.ages import in_words as span_in_words
from orchestrator.domain.events.integration_events import AspectHealth
from orchestrator.domain.flow_health.drift import Drift
from orchestrator.domain.flow_health.state import Aspect, State
from orchestrator.domain.flow_health.watched import WatchedFlow

_DRIFTS_NAMED: Final = 3
_MENDED: Final = {
    Aspect.AGE: "something new has come again",
    Aspect.LATENCY: "observations arrive in time again",
    Aspect.FAILURES: "its messages are taken again",
    Aspect.DRIFT: "it drifts no more",
}


def in_words(
    flow: WatchedFlow,
    was: State,
    state: State,
    aspects: Sequence[AspectHealth],
    drifts: Sequence[str],
    *,
    has_been_heard: bool,
) -> str:
    """Return what a person has to know first: `Billing to Desk: nothing new for 2 hours (limit: 1 hour)`."""
    wrong = [each for each in aspects if each.state is not State.OK]
    beginning = f"{flow.source.name} to {flow.destination.name}"
    if not wrong:
        return f"{beginning}: well again"
    wrong.sort(key=lambda each: each.state.rank, reverse=True)
    said = [_aspect_in_words(each, drifts, has_been_heard) for each in wrong]
    said += [_MENDED[each.aspect] for each in aspects if each.was is not State.OK and each.state is State.OK]
    better = " (better than before)" if state.rank < was.rank else ""
    return f"{beginning}: {'; '.join(said)}{better}"


def drift_in_words(drift: Drift) -> str:
    """Return a drift as people read it."""
    match drift.kind:
        case "undeclared-field":
            return f"{drift.field} is not declared"
        case "changed-type":
            return f"{drift.field} is a {drift.detail}"
        case "unknown-code":
            return f"{drift.field} has an unknown code, {drift.detail}"


def _aspect_in_words(aspect: AspectHealth, drifts: Sequence[str], has_been_heard: bool) -> str:
    limit = aspect.error_at if aspect.state is State.ERROR else aspect.warn_at
    value = aspect.value or 0.0
    match aspect.aspect:
        case Aspect.AGE:
            what = "nothing new" if has_been_heard else "nothing at all"
            return f"{what} for {_span(value)} (limit: {_span(limit)})"
        case Aspect.LATENCY:
            return f"observations take {_span(value)} to arrive (limit: {_span(limit)})"
        case Aspect.FAILURES:
            return f"{value:.0%} of {aspect.samples} messages are refused (limit: {limit or 0:.0%})"
        case Aspect.DRIFT:
            more = f", and {len(drifts) - _DRIFTS_NAMED} more" if len(drifts) > _DRIFTS_NAMED else ""
            return ", ".join(drifts[:_DRIFTS_NAMED]) + more


def _span(seconds: float | None) -> str:
    span = timedelta(seconds=seconds or 0)
    return span_in_words(span) if span >= timedelta(minutes=1) else f"{span.total_seconds():.3g} s"
