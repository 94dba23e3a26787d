"""T10: very many of all open clocks run out within one second, and a sweeper is killed meanwhile."""

from __future__ import annotations

import asyncio
import json
from datetime import datetime, timedelta
from typing import Any

import asyncpg

from bench.faults.evidence import Evidence
from bench.faults.rules import SHORT
from bench.faults.scale import Scale
from bench.faults.site import Site
from bench.faults.stories import Case
from bench.faults.t1_workers_die import all_own
from bench.faults.t5_broker_fails import read_so_far
from bench.faults.trial import Trial, trial, until
from bench.faults.verdict import Verdict
from bench.percentiles import spread
from orchestrator.wall_clock import SystemClock
from tests import builders as b

_NEVER_S = 7_200
_STAND_BY = """
-- Without handoffs, which nothing reads before their clocks are due.
INSERT INTO clocks (handoff_id, kind, generation, team, state, started_at, due_at, next_rung, next_at)
SELECT md5(n::text)::uuid, 'resolve', 1, 'tier-2', 'running', now(), at, 'breach', at
FROM generate_series(1, $1::int) AS n
CROSS JOIN LATERAL (SELECT now() + interval '1 h' + n * interval '3 ms' AS at) AS a
"""
_OVERDUE = "SELECT count(*) FROM clocks WHERE next_at <= now()"
_UNSENT = "SELECT count(*) FROM outbox"
_SLOW_S = 900
_SECOND = timedelta(seconds=1)


async def t10(site: Site, scale: Scale, seed: int, *, mutant: str | None = None) -> Verdict:
    """Let one clock of each handoff run out in the same second."""
    never = dict.fromkeys(("notes", "accept", "first_contact"), _NEVER_S)
    seconds = json.dumps(never | {"resolve": scale.t10_budget_s})
    async with trial(site, "T10", scale, seed, mutant=mutant, FAULTS_SECONDS=seconds) as test:
        cases = [Case(f"{test.prefix}-{number}", SHORT) for number in range(scale.t10_due)]
        for _ in range(2):
            test.fleet.start()
        db = await asyncpg.connect(test.run.dsn)
        try:
            await db.execute(_STAND_BY, scale.t10_open - scale.t10_due, timeout=_SLOW_S)
            await db.execute("VACUUM (ANALYZE) clocks", timeout=_SLOW_S)
            await all_own(test)
            due = await _let_run(test, cases)
            test.verdict.facts |= {"open": scale.t10_open, "due_in_one_second": scale.t10_due}
            await _drain_and_kill(test, db, due)
        finally:
            await db.close()
        verdict = await test.judge()
        verdict.facts["lateness_ms"] = _lateness(test.evidence)
        return verdict


async def _let_run(test: Trial, cases: list[Case]) -> datetime:
    """Let the clocks of all cases start within one second, and return when the last of them is due."""
    await test.sender.tell(case.requests() for case in cases)
    await _is_read(test)
    # What was answered before it was offered would count as answered when it was offered.
    await asyncio.sleep(1.2)
    now = SystemClock().now()
    replies = [
        case.replies(b.an_accept)(now - _SECOND + number * _SECOND / len(cases))
        for number, case in enumerate(cases)
    ]
    await test.sender.send(replies)
    await _is_read(test)
    due = now + timedelta(seconds=test.scale.t10_budget_s)
    ahead = (due - SystemClock().now()).total_seconds()
    test.verdict.facts["ready_before_due_s"] = round(ahead, 1)
    if ahead < 2:
        test.verdict.blame("test", "the clocks were due before all of them had started: give them longer")
    await asyncio.sleep(max(0.0, ahead - 1.5))
    return due


async def _is_read(test: Trial) -> None:
    async def is_so() -> bool:
        return await read_so_far(test) >= len(test.sender.places)

    if not await until(is_so, within_s=_SLOW_S, every_s=0.2):
        test.verdict.blame("test", "the messages were never read")


async def _drain_and_kill(test: Trial, db: Any, due: datetime) -> None:
    """Kill a worker while it sweeps, start another, and note how long it takes until all is told."""
    killed_at, most = 0, 0
    while True:
        overdue = await db.fetchval(_OVERDUE)
        most = max(most, overdue)
        ahead = (due - SystemClock().now()).total_seconds()
        if not killed_at and (overdue > test.scale.t10_due / 4 or ahead < -0.2):
            killed_at = overdue
            test.rng.choice(test.fleet.running()).kill()
            test.fleet.start()
        # The ladder goes on for less than a second after the breach.
        if ahead < -1 and not overdue and not await db.fetchval(_UNSENT):
            break
        if ahead < -_SLOW_S:
            test.verdict.blame("rest", f"{overdue} clocks are overdue after {_SLOW_S} s")
            break
        await asyncio.sleep(0.02)
    test.verdict.facts |= {
        "killed_with_overdue": killed_at,
        "overdue_at_most": most,
        "drained_after_s": round(-ahead, 1),
    }


def _lateness(found: Evidence) -> dict[str, Any]:
    """Return how late the breaches were noticed."""
    late = [
        datetime.fromisoformat(entry.data["fired_at"]) - datetime.fromisoformat(entry.data["at"])
        for entries in found.journal.values()
        for entry in entries
        if entry.type.startswith("support.handoff.sla.breached.")
    ]
    of = spread([each.total_seconds() for each in late])
    return {"count": of.count, "p50": round(of.p50_ms), "p99": round(of.p99_ms), "max": round(of.max_ms)}
