"""Lateness: how long after its instant a rung fires, with few and with many open clocks beside it.

The clocks run on the calendars of three sites; some stood still, some go on by themselves just before they
warn; each warns, runs out and climbs its ladder (`sites`).
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from time import perf_counter
from typing import Any

import asyncpg

from bench.open_handoffs import OPEN_CLOCKS_EACH, SLOW_S, Model, insert_open, models
from bench.ours import SLA, our_worker
from bench.percentiles import Spread, spread
from bench.reader import reading, skip_the_load
from bench.scale import CLOCKS, DUE_PER_S, Scale
from bench.servers import Servers
from bench.sites import FALLS_DUE, WARNS_BEFORE, sites_policy
from orchestrator.ledger import sql
from orchestrator.wall_clock import SystemClock

_LEAD_S = 1.5 + 2 * WARNS_BEFORE.total_seconds()
"""Between the insert of what falls due and the first breach; pauses end and warnings come before it."""
_WARM_UP_S = 1.0
_ARRIVE_WITHIN_S = 60.0
_SOONEST_DUE, _LATEST_DUE = timedelta(minutes=30), timedelta(minutes=80)
"""Of the clocks that only stand by, after any run is over."""


@dataclass(frozen=True, slots=True)
class Lateness:
    """What was late at one number of open clocks."""

    fired: Spread
    """Until the worker noticed: `fired_at` of the event."""
    read: Spread
    """Until a consumer had read the event."""


@dataclass(frozen=True, slots=True)
class Ledgers:
    """Ledgers with open clocks, and what their handoffs are copies of."""

    models: list[Model]
    dsns: dict[int, str]
    """Number of open clocks -> where."""


async def fill_ledgers(servers: Servers, scale: Scale, say: Callable[[str], None]) -> Ledgers:
    """Make ledgers with as many open clocks as `CLOCKS` says."""
    now = SystemClock().now()
    policy = sites_policy(now)
    ledgers = Ledgers(models(policy, now), {})
    for size in CLOCKS:
        began = perf_counter()
        ledgers.dsns[size] = dsn = await servers.fresh_database()
        count = size // OPEN_CLOCKS_EACH
        async with _two_connections(dsn) as pool:
            rules = policy.rules
            await pool.execute(sql.KEEP_RULES, rules.version, rules.model_dump_json(), now)
            await _insert(
                pool,
                ledgers.models,
                prefix=f"open-{size}-",
                count=count,
                first_due=SystemClock().now() + _SOONEST_DUE,
                every=(_LATEST_DUE - _SOONEST_DUE) / count,
                at_most=scale.stand_by_handoffs,
            )
            await pool.execute("VACUUM (ANALYZE) handoffs, clocks", timeout=SLOW_S)
            await pool.execute("CHECKPOINT", timeout=SLOW_S)
        say(f"{size:,} clocks are open, after {perf_counter() - began:.0f} s")
    return ledgers


async def measure_clocks(
    servers: Servers, ledgers: Ledgers, scale: Scale, say: Callable[[str], None]
) -> dict[int, Lateness]:
    """Run a worker on each of the ledgers and let clocks fall due in it."""
    found: dict[int, Lateness] = {}
    for size, dsn in ledgers.dsns.items():
        group = f"clocks-{size}"
        await skip_the_load(servers.kafka, group)
        async with _two_connections(dsn) as pool:
            with our_worker(servers, dsn, group=group):
                await _measure(servers, pool, ledgers.models, f"warm-{size}-", _WARM_UP_S)
                late = found[size] = await _measure(
                    servers, pool, ledgers.models, f"due-{size}-", scale.clocks_s
                )
        say(f"{size:,} open clocks: lateness p50 {late.fired.p50_ms:.0f}, p99 {late.fired.p99_ms:.0f} ms")
    return found


def _two_connections(dsn: str) -> Any:
    return asyncpg.create_pool(dsn, min_size=2, max_size=2)


async def _insert(
    pool: Any,
    of: list[Model],
    *,
    prefix: str,
    count: int,
    first_due: datetime,
    every: timedelta,
    at_most: int | None = None,
) -> None:
    """Insert copies of all models, in turns: now one is due, then one of another site."""
    for number, model in enumerate(of):
        await insert_open(
            pool,
            model,
            prefix=f"{prefix}{number}-",
            count=len(range(number, count, len(of))),
            first_due=first_due + number * every,
            every=len(of) * every,
            at_most=None if at_most is None else at_most // len(of),
        )


async def _measure(servers: Servers, pool: Any, of: list[Model], prefix: str, seconds: float) -> Lateness:
    """Let rungs fall due evenly, and read what the worker says of them."""
    handoffs = int(seconds * DUE_PER_S / FALLS_DUE)
    clock = SystemClock()
    fired: dict[str, float] = {}
    read: dict[str, float] = {}
    complete = asyncio.Event()

    def note(record: Any) -> None:
        event = json.loads(record.value) if record.key.startswith(prefix.encode()) else {}
        if "rung_id" not in event:
            return
        at = datetime.fromisoformat(event["at"])
        read[event["rung_id"]] = (clock.now() - at).total_seconds()
        fired[event["rung_id"]] = (datetime.fromisoformat(event["fired_at"]) - at).total_seconds()
        if len(fired) == handoffs * FALLS_DUE:
            complete.set()

    async with reading(servers.kafka, SLA, note):
        await _insert(
            pool,
            of,
            prefix=prefix,
            count=handoffs,
            first_due=clock.now() + timedelta(seconds=_LEAD_S),
            every=timedelta(seconds=FALLS_DUE / DUE_PER_S),
        )
        async with asyncio.timeout(_LEAD_S + seconds + _ARRIVE_WITHIN_S):
            await complete.wait()
    return Lateness(spread(list(fired.values())), spread(list(read.values())))
