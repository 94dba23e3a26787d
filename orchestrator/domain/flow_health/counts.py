"""What arrived of a flow, in numbers that add up: those of two processes merge, in whatever order.

Merging is commutative, associative, and leaves what `EMPTY` is merged with as it is.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Final

from orchestrator.domain.flow_health.drift import Drift, DriftSeen
from orchestrator.domain.flow_health.histogram import merged
from orchestrator.domain.flow_health.limits import DRIFT_LASTS, DRIFTS_KEPT, WINDOW_MINUTES
from orchestrator.domain.model import Frozen


class Minute(Frozen):
    """What arrived within one minute."""

    passed: int = 0
    failed: Mapping[str, int] = {}
    """Reason code -> messages that became dead letters for it."""
    latency: Mapping[int, int] = {}
    """Histogram of those that passed."""


class Counts(Frozen):
    """What arrived of one flow within the window."""

    heard_at: datetime | None = None
    """When anything arrived last, of whatever kind."""
    newest_at: datetime | None = None
    """The latest instant at which the source made an observation that passed."""
    minutes: Mapping[int, Minute] = {}
    """Minutes since 1970 -> what arrived in them."""
    drifts: tuple[DriftSeen, ...] = ()
    """The newest first."""


EMPTY: Final = Counts()


def minute_of(instant: datetime) -> int:
    """Return the minute of an instant, counted from 1970."""
    return int(instant.timestamp()) // 60


def merge(one: Counts, other: Counts) -> Counts:
    """Return what both counted, as far as it lies within the window of the newest minute."""
    newest = max((*one.minutes, *other.minutes), default=0)
    return Counts(
        heard_at=_later(one.heard_at, other.heard_at),
        newest_at=_later(one.newest_at, other.newest_at),
        minutes={
            minute: _both(one.minutes.get(minute), other.minutes.get(minute))
            for minute in sorted(one.minutes.keys() | other.minutes.keys())
            if minute > newest - WINDOW_MINUTES
        },
        drifts=newest_drifts((*one.drifts, *other.drifts)),
    )


def within_window(counts: Counts, *, now: datetime) -> Counts:
    """Return what still counts at `now`; the instants stay for ever."""
    oldest = minute_of(now) - WINDOW_MINUTES
    return counts.model_copy(
        update={
            "minutes": {minute: each for minute, each in counts.minutes.items() if minute > oldest},
            "drifts": tuple(seen for seen in counts.drifts if seen.seen_at > now - DRIFT_LASTS),
        }
    )


def newest_drifts(seen: Iterable[DriftSeen]) -> tuple[DriftSeen, ...]:
    """Return each drift as it was seen last, the newest first, at most `DRIFTS_KEPT`."""
    last: dict[Drift, DriftSeen] = {}
    for each in seen:
        known = last.get(each.drift)
        if known is None or each.seen_at > known.seen_at:
            last[each.drift] = each
    newest = sorted(last.values(), key=lambda each: each.drift)
    return tuple(sorted(newest, key=lambda each: each.seen_at, reverse=True)[:DRIFTS_KEPT])


def _later(one: datetime | None, other: datetime | None) -> datetime | None:
    return max((each for each in (one, other) if each is not None), default=None)


def _both(one: Minute | None, other: Minute | None) -> Minute:
    if one is None or other is None:
        return one or other or Minute()
    failed = {
        code: one.failed.get(code, 0) + other.failed.get(code, 0)
        for code in sorted(one.failed.keys() | other.failed.keys())
    }
    return Minute(passed=one.passed + other.passed, failed=failed, latency=merged(one.latency, other.latency))
