"""Counts what arrives, one message after another, flow by flow."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Final

from orchestrator.domain.flow_health.counts import Counts, Minute, minute_of, newest_drifts
from orchestrator.domain.flow_health.drift import Drift, DriftSeen, departs
from orchestrator.domain.flow_health.histogram import bin_of
from orchestrator.domain.flow_health.limits import DRIFTS_KEPT, WINDOW_MINUTES
from orchestrator.domain.flow_health.noted import Noted
from orchestrator.domain.flow_health.watched import WatchedFlow

_HISTORY: Final = timedelta(minutes=WINDOW_MINUTES)
"""What the broker took longer ago is read again, or late by our own fault: it says nothing of the flow."""
_DRIFTS_AT_ONCE: Final = 10 * DRIFTS_KEPT
_UNDOCUMENTED_KEPT: Final = 1_000


class _Open:
    """What was counted of one flow since it was taken last."""

    def __init__(self) -> None:
        self.heard_at: datetime | None = None
        self.newest_at: datetime | None = None
        self.passed: Counter[int] = Counter()
        self.failed: defaultdict[int, Counter[str]] = defaultdict(Counter)
        self.latency: defaultdict[int, Counter[int]] = defaultdict(Counter)
        self.drifts: dict[Drift, datetime] = {}


class Tally:
    """Counts for the flows of a map. A message counts for each flow that its system feeds its subject by.

    One whose system cannot be read counts for the flow of its subject, where there is one only.
    """

    def __init__(self, flows: Iterable[WatchedFlow]) -> None:
        self._by_sender: defaultdict[tuple[str, str], list[WatchedFlow]] = defaultdict(list)
        by_subject: defaultdict[str, list[WatchedFlow]] = defaultdict(list)
        for flow in flows:
            for subject in flow.subjects:
                for sender in flow.senders:
                    self._by_sender[sender, subject].append(flow)
                by_subject[subject].append(flow)
        self._only = {subject: each for subject, each in by_subject.items() if len(each) == 1}
        self._open: defaultdict[str, _Open] = defaultdict(_Open)
        self.undocumented: set[tuple[str, str]] = set()
        """(system, subject) that arrived although no flow of the map says so, a thousand at most."""

    def add(self, noted: Noted, *, now: datetime) -> None:
        """Count one message that was received at `now`."""
        if noted.system is None:
            flows = self._only.get(noted.subject, [])
        else:
            flows = self._by_sender.get((noted.system, noted.subject), [])
            if not flows and len(self.undocumented) < _UNDOCUMENTED_KEPT:
                self.undocumented.add((noted.system, noted.subject))
        for flow in flows:
            _count(self._open[flow.id], flow, noted, now)

    def take(self) -> dict[str, Counts]:
        """Return flow -> what was counted since the last call."""
        taken, self._open = self._open, defaultdict(_Open)
        return {flow: _closed(each) for flow, each in taken.items()}


def _count(open: _Open, flow: WatchedFlow, noted: Noted, now: datetime) -> None:
    passed = noted.failure is None
    if passed and noted.at is not None:
        # A source whose clock is ahead of ours has not seen the future.
        at = min(noted.at, now)
        open.newest_at = at if open.newest_at is None else max(open.newest_at, at)
    if noted.appended_at is not None and now - noted.appended_at > _HISTORY:
        return
    open.heard_at = now if open.heard_at is None else max(open.heard_at, now)
    minute = minute_of(now)
    if noted.failure is not None:
        open.failed[minute][noted.failure] += 1
        return
    open.passed[minute] += 1
    if noted.at is not None:
        open.latency[minute][bin_of(now - noted.at)] += 1
    if len(open.drifts) < _DRIFTS_AT_ONCE:
        for drift in _drifts(flow, noted):
            open.drifts[drift] = max(now, open.drifts.get(drift, now))


def _drifts(flow: WatchedFlow, noted: Noted) -> Iterable[Drift]:
    prefix = f"{noted.subject}."
    for name, value in noted.fields.items():
        drift = departs(prefix + name, value, flow)
        if drift is not None:
            yield drift


def _closed(open: _Open) -> Counts:
    minutes = open.passed.keys() | open.failed.keys()
    return Counts(
        heard_at=open.heard_at,
        newest_at=open.newest_at,
        minutes={
            minute: Minute(
                passed=open.passed[minute],
                failed=dict(open.failed.get(minute, {})),
                latency=dict(open.latency.get(minute, {})),
            )
            for minute in sorted(minutes)
        },
        drifts=newest_drifts(DriftSeen(drift=drift, seen_at=at) for drift, at in open.drifts.items()),
    )
