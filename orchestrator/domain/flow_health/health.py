"""The health of one flow, and how it changes: each change of state is told once, in one event.

`step` is called when something arrived and at the instant that the step before named. It decides on what is
stored and on `now`, and on nothing else, so that whoever calls it, and how often, tells the same.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

from orchestrator.domain.events.integration_events import AspectHealth, IntegrationHealthChanged
from orchestrator.domain.flow_health import summary
from orchestrator.domain.flow_health.counts import EMPTY, Counts, merge, within_window
from orchestrator.domain.flow_health.drift import Drift
from orchestrator.domain.flow_health.limits import DRIFT_LASTS, DRIFTS_TOLD
from orchestrator.domain.flow_health.readings import Reading, drifts_of, read, state_after
from orchestrator.domain.flow_health.state import Aspect, State, worst
from orchestrator.domain.flow_health.watched import WatchedFlow
from orchestrator.domain.model import Frozen

_MINUTE = timedelta(minutes=1)


class Standing(Frozen):
    """In what state an aspect is, as it was told."""

    state: State = State.OK
    since: datetime


class FlowHealth(Frozen):
    """What is known of one flow."""

    flow: str
    watched_since: datetime
    counts: Counts = EMPTY
    standings: Mapping[Aspect, Standing] = {}
    """Absent: it has always been well."""
    drifts_told: tuple[Drift, ...] = ()
    version: int = 0
    """How many changes were told."""

    @property
    def state(self) -> State:
        """The worst state of its aspects."""
        return worst(standing.state for standing in self.standings.values())

    def standing(self, aspect: Aspect) -> Standing:
        """Return in what state an aspect is, and since when."""
        return self.standings.get(aspect) or Standing(since=self.watched_since)


class Step(NamedTuple):
    """What follows from looking at a flow."""

    health: FlowHealth
    event: IntegrationHealthChanged | None
    """What has to be told, if anything."""
    next_at: datetime | None
    """When to look again although nothing arrives; None: only when something does."""


def note(health: FlowHealth, counts: Counts) -> FlowHealth:
    """Return the health with what was counted elsewhere."""
    return health.model_copy(update={"counts": merge(health.counts, counts)})


def step(health: FlowHealth, flow: WatchedFlow, *, now: datetime) -> Step:
    """Judge a flow at `now`, which is never before that of an earlier step."""
    counts = within_window(health.counts, now=now)
    readings = read(counts, flow, since=health.watched_since, now=now)
    standings = dict(health.standings)
    changed: dict[Aspect, Standing] = {}
    for aspect, reading in readings.items():
        before = health.standing(aspect)
        state = state_after(reading, before.state)
        if state is not before.state:
            standings[aspect] = changed[aspect] = Standing(
                state=state, since=_since(reading, state, before.state, now)
            )
    drifts = drifts_of(counts, flow)
    is_new_drift = len(health.drifts_told) < DRIFTS_TOLD and bool(set(drifts) - set(health.drifts_told))
    is_told = bool(changed) or is_new_drift
    after = health.model_copy(
        update={
            "counts": counts,
            "standings": standings,
            "drifts_told": drifts if is_told else health.drifts_told,
            "version": health.version + is_told,
        }
    )
    event = _event(health, after, flow, readings, changed, drifts, now) if is_told else None
    return Step(after, event, _next_at(after, flow, now=now))


def _since(reading: Reading, state: State, before: State, now: datetime) -> datetime:
    """Return when a state became true: for an age the instant of its limit, however late noticed."""
    limit = reading.error_at if state is State.ERROR else reading.warn_at
    is_worse = state.rank > before.rank
    if reading.aspect is Aspect.AGE and is_worse and limit is not None and reading.value is not None:
        return now - timedelta(seconds=reading.value) + timedelta(seconds=limit)
    return now


def _event(
    before: FlowHealth,
    after: FlowHealth,
    flow: WatchedFlow,
    readings: dict[Aspect, Reading],
    changed: dict[Aspect, Standing],
    drifts: tuple[Drift, ...],
    now: datetime,
) -> IntegrationHealthChanged:
    aspects = tuple(
        AspectHealth(
            **dict(reading),
            was=before.standing(aspect).state,
            state=after.standing(aspect).state,
            since=after.standing(aspect).since,
        )
        for aspect, reading in readings.items()
    )
    shown = tuple(summary.drift_in_words(drift) for drift in drifts[:DRIFTS_TOLD])
    return IntegrationHealthChanged(
        flow=flow.id,
        version=after.version,
        at=max((standing.since for standing in changed.values()), default=now),
        noticed_at=now,
        source=flow.source,
        destination=flow.destination,
        was=before.state,
        state=after.state,
        aspects=aspects,
        drifts=shown,
        newest_at=after.counts.newest_at,
        heard_at=after.counts.heard_at,
        summary=summary.in_words(
            flow, before.state, after.state, aspects, shown, has_been_heard=after.counts.heard_at is not None
        ),
        fields=flow.feeds,
        workflows=flow.workflows,
        teams=flow.teams,
        calls=flow.calls,
        fallback=flow.fallback,
    )


def _next_at(health: FlowHealth, flow: WatchedFlow, *, now: datetime) -> datetime | None:
    newest = health.counts.newest_at or health.watched_since
    instants = [newest + after for after in (flow.warn_after, flow.error_after) if after is not None]
    instants += [seen.seen_at + DRIFT_LASTS for seen in health.counts.drifts]
    if health.counts.minutes:
        # What leaves the window may change a share either way.
        instants.append(datetime.fromtimestamp(int(now.timestamp()) // 60 * 60, UTC) + _MINUTE)
    return min((each for each in instants if each > now), default=None)
