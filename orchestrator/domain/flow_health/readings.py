"""Counts against limits: what is read of a flow at an instant, and what state that is."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Literal

from orchestrator.domain.flow_health.counts import Counts, within_window
from orchestrator.domain.flow_health.drift import Drift, is_declared_now
from orchestrator.domain.flow_health.histogram import merged, quantile
from orchestrator.domain.flow_health.limits import CLEAR_BELOW, ENOUGH, FAILURES_ERROR, FAILURES_WARN
from orchestrator.domain.flow_health.state import Aspect, State
from orchestrator.domain.flow_health.watched import WatchedFlow
from orchestrator.domain.model import Frozen

Unit = Literal["seconds", "share", "drifts"]
_P95 = 0.95


class Reading(Frozen):
    """One aspect of a flow at an instant."""

    aspect: Aspect
    unit: Unit
    value: float | None
    """None: nothing arrived that could be measured."""
    samples: int = 0
    warn_at: float | None
    """From this value on it is `warn`; None: never."""
    error_at: float | None
    is_enough: bool = True
    """Whether there is enough to raise an alarm; less can only end one."""


def read(counts: Counts, flow: WatchedFlow, *, since: datetime, now: datetime) -> dict[Aspect, Reading]:
    """Measure a flow at `now`; `since` is when it began to be watched."""
    counts = within_window(counts, now=now)
    warn_s, error_s = _seconds(flow.warn_after), _seconds(flow.error_after)
    passed = sum(minute.passed for minute in counts.minutes.values())
    failed = sum(sum(minute.failed.values()) for minute in counts.minutes.values())
    latency: dict[int, int] = {}
    for minute in counts.minutes.values():
        latency = merged(latency, minute.latency)
    p95 = quantile(latency, _P95)
    drifts = drifts_of(counts, flow)
    is_broken = any(drift.kind == "changed-type" for drift in drifts)
    return {
        Aspect.AGE: Reading(
            aspect=Aspect.AGE,
            unit="seconds",
            value=max(0.0, (now - (counts.newest_at or since)).total_seconds()),
            warn_at=warn_s,
            error_at=error_s,
        ),
        Aspect.LATENCY: Reading(
            aspect=Aspect.LATENCY,
            unit="seconds",
            value=_seconds(p95),
            samples=sum(latency.values()),
            warn_at=warn_s,
            error_at=error_s,
            is_enough=sum(latency.values()) >= ENOUGH,
        ),
        Aspect.FAILURES: Reading(
            aspect=Aspect.FAILURES,
            unit="share",
            value=failed / (passed + failed) if passed + failed else None,
            samples=passed + failed,
            warn_at=FAILURES_WARN,
            error_at=FAILURES_ERROR,
            is_enough=passed + failed >= ENOUGH,
        ),
        # One changed type is worse than many new fields, so this one has no limit in numbers for `error`.
        Aspect.DRIFT: Reading(
            aspect=Aspect.DRIFT,
            unit="drifts",
            value=float(len(drifts)),
            samples=len(drifts),
            warn_at=1.0,
            error_at=1.0 if is_broken else None,
        ),
    }


def drifts_of(counts: Counts, flow: WatchedFlow) -> tuple[Drift, ...]:
    """Return the drifts that the map has not caught up with, sorted."""
    return tuple(sorted(s.drift for s in counts.drifts if not is_declared_now(s.drift, flow)))


def state_after(reading: Reading, before: State) -> State:
    """Return the state of an aspect that was `before`.

    It rises as soon as a limit is reached, and falls only well below it: a value that hovers about a limit
    changes the state once.
    """
    if reading.value is None:
        return before
    risen = _level(reading, reading.value) if reading.is_enough else State.OK
    # At `value / CLEAR_BELOW` the limit is reached by what is CLEAR_BELOW of it.
    held = _level(reading, reading.value / CLEAR_BELOW)
    kept = min(before, held, key=lambda state: state.rank)
    return max(risen, kept, key=lambda state: state.rank)


def _level(reading: Reading, value: float) -> State:
    if reading.error_at is not None and value >= reading.error_at:
        return State.ERROR
    return State.WARN if reading.warn_at is not None and value >= reading.warn_at else State.OK


def _seconds(span: timedelta | None) -> float | None:
    return None if span is None else span.total_seconds()
