"""Lateness: how long after its instant a clock fires, with few and with many open clocks beside it."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from time import perf_counter
from typing import Any

import asyncpg

from bench.open_handoffs import OPEN_CLOCKS_EACH, SLOW_S, Model, a_model, insert_open
from bench.ours import SLA, our_worker
from bench.percentiles import Spread, spread
from bench.reader import reading, skip_the_load
from bench.scale import CLOCKS, DUE_PER_S, Scale
from bench.servers import Servers
from orchestrator.wall_clock import SystemClock

_LEAD_S = 1.5
"""Between the insert of what falls due and its first instant."""
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


async def fill_ledgers(servers: Servers, scale: Scale, say: Callable[[str], None]) -> dict[int, str]:
    """Return the number of open clocks -> DSN of a ledger that holds as many."""
    model = a_model()
    found: dict[int, str] = {}
    for size in CLOCKS:
        began = perf_counter()
        found[size] = dsn = await servers.fresh_database()
        count = size // OPEN_CLOCKS_EACH
        async with _two_connections(dsn) as pool:
            await insert_open(
                pool,
                model,
                prefix=f"open-{size}-",
                count=count,
                first_due=SystemClock().now() + _SOONEST_DUE,
                every=(_LATEST_DUE - _SOONEST_DUE) / count,
                at_most=scale.stand_by_handoffs,
            )
            await pool.execute("VACUUM (ANALYZE) handoffs, clocks", timeout=SLOW_S)
            await pool.execute("CHECKPOINT", timeout=SLOW_S)
        say(f"{size:,} clocks are open, after {perf_counter() - began:.0f} s")
    return found


async def measure_clocks(
    servers: Servers, ledgers: Mapping[int, str], scale: Scale, say: Callable[[str], None]
) -> dict[int, Lateness]:
    """Run a worker on each of the ledgers and let clocks fall due in it."""
    model = a_model()
    found: dict[int, Lateness] = {}
    for size, dsn in ledgers.items():
        group = f"clocks-{size}"
        await skip_the_load(servers.kafka, group)
        async with _two_connections(dsn) as pool:
            with our_worker(servers, dsn, group=group):
                await _measure(servers, pool, model, f"warm-{size}-", _WARM_UP_S)
                late = found[size] = await _measure(servers, pool, model, f"due-{size}-", scale.clocks_s)
        say(f"{size:,} open clocks: lateness p50 {late.fired.p50_ms:.0f}, p99 {late.fired.p99_ms:.0f} ms")
    return found


def _two_connections(dsn: str) -> Any:
    return asyncpg.create_pool(dsn, min_size=2, max_size=2)


async def _measure(servers: Servers, pool: Any, model: Model, prefix: str, seconds: float) -> Lateness:
    """Let clocks fall due evenly, and read what the worker says of them."""
    count = int(seconds * DUE_PER_S)
    clock = SystemClock()
    fired: dict[str, float] = {}
    read: dict[str, float] = {}
    complete = asyncio.Event()

    def note(record: Any) -> None:
        if not record.key.startswith(prefix.encode()):
            return
        event = json.loads(record.value)
        at = datetime.fromisoformat(event["at"])
        read[event["case_id"]] = (clock.now() - at).total_seconds()
        fired[event["case_id"]] = (datetime.fromisoformat(event["fired_at"]) - at).total_seconds()
        if len(fired) == count:
            complete.set()

    async with reading(servers.kafka, SLA, note):
        await insert_open(
            pool,
            model,
            prefix=prefix,
            count=count,
            first_due=clock.now() + timedelta(seconds=_LEAD_S),
            every=timedelta(seconds=1 / DUE_PER_S),
        )
        async with asyncio.timeout(_LEAD_S + seconds + _ARRIVE_WITHIN_S):
            await complete.wait()
    return Lateness(spread(list(fired.values())), spread(list(read.values())))
