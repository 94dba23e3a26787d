"""`handoff map health`: how the flows that feed context do, as the workers told it, with figures of now."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, Final, NamedTuple

from rich.text import Text

from handoff_templates import load
from orchestrator.domain.flow_health.counts import within_window
from orchestrator.domain.flow_health.health import FlowHealth
from orchestrator.domain.flow_health.readings import Reading, drifts_of, read
from orchestrator.domain.flow_health.state import Aspect, State
from orchestrator.domain.flow_health.summary import drift_in_words
from orchestrator.domain.flow_health.watched import WatchedFlow
from orchestrator.domain.flow_health.watching import watched_flows
from orchestrator.ledger import reading
from orchestrator.ledger.flow_health import healths
from orchestrator.wall_clock import SystemClock
from streams.cli.lines import full_time
from streams.cli.output import Json, emit, note, out, table
from streams.cli.places import dsn_of, find
from streams.cli.running import run
from streams.feed.records import span

_COLUMNS: Final = ("FLOW", "STATE", "SINCE", "AGE", "WARN / ERROR", "P95", "REFUSED", "DRIFT")
_STYLES: Final = {State.OK: "green", State.WARN: "yellow", State.ERROR: "bold red"}
_NONE: Final = "-"


class Row(NamedTuple):
    """One flow as it does now."""

    flow: WatchedFlow
    health: FlowHealth | None
    """None: no worker has watched it yet."""
    readings: dict[Aspect, Reading]
    drifts: tuple[str, ...]


def health(as_json: Json = False) -> None:
    """Show how each flow that feeds context does: age, latency, refused messages, drift, since when.

    The state is the one that was told; the workers keep it. What is wrong is explained below the table.
    """
    settings = find()
    rules = load(settings.templates).rules
    flows = watched_flows(rules.integration_map, rules.translations)
    now = SystemClock().now()
    rows = run(_rows(dsn_of(settings), flows, now))
    if as_json:
        for row in rows:
            emit(_as_json(row))
    elif not rows:
        note("no flow of the integration map feeds context: nothing is watched")
    else:
        table("", _COLUMNS, map(_cells, rows))
        _explain(rows)


async def _rows(dsn: str, flows: Sequence[WatchedFlow], now: datetime) -> list[Row]:
    async with reading.reading(dsn) as db:
        known = await healths(db)
    return [row_of(flow, known.get(flow.id), now=now) for flow in flows]


def row_of(flow: WatchedFlow, health: FlowHealth | None, *, now: datetime) -> Row:
    """Return what is known of a flow."""
    if health is None:
        return Row(flow, None, {}, ())
    readings = read(health.counts, flow, since=health.watched_since, now=now)
    drifts = drifts_of(within_window(health.counts, now=now), flow)
    return Row(flow, health, readings, tuple(drift_in_words(drift) for drift in drifts))


def _cells(row: Row) -> list[str | Text]:
    limits = f"{_limit(row.flow.warn_after)} / {_limit(row.flow.error_after)}"
    if row.health is None:
        return [row.flow.id, Text("not watched yet", style="dim"), _NONE, _NONE, limits, _NONE, _NONE, _NONE]
    state = row.health.state
    never = " (never heard)" if row.health.counts.newest_at is None else ""
    return [
        row.flow.id,
        Text(state.value, style=_STYLES[state]),
        full_time(_since(row.health)),
        f"{_span(row.readings[Aspect.AGE].value)}{never}",
        limits,
        _span(row.readings[Aspect.LATENCY].value),
        _share(row.readings[Aspect.FAILURES]),
        str(len(row.drifts)) if row.drifts else _NONE,
    ]


def _explain(rows: Sequence[Row]) -> None:
    console = out()
    for row in rows:
        if row.health is None or row.health.state is State.OK:
            continue
        wrong = [a.value for a in Aspect if row.health.standing(a).state is not State.OK]
        console.print()
        console.print(Text.assemble((row.flow.id, "bold"), f": {', '.join(wrong)}"))
        for label, value in (
            ("drift", "; ".join(row.drifts)),
            ("feeds", ", ".join(row.flow.feeds)),
            ("hits", "; ".join(f"{each.name}: {each.impact}" for each in row.flow.workflows)),
            ("call", "; ".join(f"{c.name} ({c.contact})" if c.contact else c.name for c in row.flow.calls)),
            ("instead", row.flow.fallback or ""),
        ):
            if value:
                console.print(Text.assemble((f"  {label:<8}", "dim"), value))


def _as_json(row: Row) -> dict[str, Any]:
    found: dict[str, Any] = {"flow": row.flow.id, "state": None}
    if row.health is not None:
        found = {
            "flow": row.flow.id,
            "state": row.health.state.value,
            "since": _since(row.health).isoformat(),
            "newest_at": row.health.counts.newest_at and row.health.counts.newest_at.isoformat(),
            "heard_at": row.health.counts.heard_at and row.health.counts.heard_at.isoformat(),
            "aspects": [
                reading.model_dump(mode="json") | {"state": row.health.standing(aspect).state.value}
                for aspect, reading in row.readings.items()
            ],
            "drifts": list(row.drifts),
        }
    return found | row.flow.model_dump(
        mode="json", include={"source", "destination", "feeds", "fallback", "workflows", "teams", "calls"}
    )


def _since(health: FlowHealth) -> datetime:
    """Return since when it is in its state."""
    instants = [standing.since for standing in health.standings.values() if standing.state is health.state]
    if not instants:
        return health.watched_since
    return max(instants) if health.state is State.OK else min(instants)


def _limit(limit: timedelta | None) -> str:
    return _NONE if limit is None else span(limit)


def _span(seconds: float | None) -> str:
    return _NONE if seconds is None else span(timedelta(seconds=round(seconds, 3)))


def _share(reading: Reading) -> str:
    return _NONE if reading.value is None else f"{reading.value:.1%} of {reading.samples}"
