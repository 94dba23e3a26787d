"""T12: the answer is given within 5 ms of the due instant, and arrives before or after the breach was told.

What counts is when the team answered. So for each handoff there is one right outcome, whichever of the two
came first: kept, or breached; and when a breach was told that never was, it is taken back.
"""

from __future__ import annotations

import asyncio
import heapq
import json
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import asyncpg

from bench.faults.evidence import Entry
from bench.faults.rules import SECONDS, SHORT
from bench.faults.scale import Scale
from bench.faults.site import Site
from bench.faults.stories import Case
from bench.faults.t1_workers_die import all_own
from bench.faults.timeline_oracle import micros, of_instant
from bench.faults.trial import Trial, trial
from bench.faults.verdict import Verdict
from orchestrator.wall_clock import SystemClock
from tests import builders as b

_AROUND_S = 0.005
_ON_ITS_WAY_S = 0.04
"""How long an answer takes at most before it is sent: some arrive before the next sweep, some after it."""
_SETTINGS = {
    "FAULTS_SECONDS": json.dumps({"notes": 7_200, "first_contact": 7_200, "resolve": 7_200}),
    # Seldom enough that answers win as often as sweeps.
    "HANDOFF_SWEEP__EVERY": "PT0.06S",
}
_LOOK_EVERY_S = 0.1
_OFFERED = """
SELECT h.case_id, c.due_at FROM clocks c JOIN handoffs h ON h.id = c.handoff_id
WHERE c.next_at > now() AND c.next_at < now() + interval '3 s' AND c.kind = 'accept'
"""
_SLA = "support.handoff.sla."


async def t12(site: Site, scale: Scale, seed: int, *, mutant: str | None = None) -> Verdict:
    """Answer every handoff at the last moment, or just after it."""
    async with trial(site, "T12", scale, seed, mutant=mutant, **_SETTINGS) as test:
        cases = {
            case.name: case for case in (Case(f"{test.prefix}-{n}", SHORT) for n in range(scale.t12_handoffs))
        }
        for _ in range(2):
            test.fleet.start()
        await all_own(test)
        requests = [case.requests() for case in cases.values()]
        sending = asyncio.create_task(test.sender.tell(requests, per_second=scale.t12_per_s))
        answered = await _answer(test, cases)
        await sending
        verdict = await test.judge()
        _judge(verdict, [*test.evidence.journal.values()], answered)
        return verdict


async def _answer(test: Trial, cases: dict[str, Case]) -> dict[str, int]:
    """Answer each handoff when it is about due, and return when each team answered."""
    clock = SystemClock()
    answered: dict[str, int] = {}
    waiting: list[tuple[datetime, datetime, str]] = []
    under_way: list[asyncio.Task[None]] = []
    looked_at = 0.0
    loop = asyncio.get_running_loop()
    deadline = loop.time() + len(cases) / test.scale.t12_per_s + 60
    db = await asyncpg.connect(test.run.dsn)
    try:
        while len(under_way) < len(cases) and loop.time() < deadline:
            if loop.time() - looked_at > _LOOK_EVERY_S:
                looked_at = loop.time()
                for case, due in await db.fetch(_OFFERED):
                    if case not in answered:
                        at = due + timedelta(seconds=test.rng.uniform(-_AROUND_S, _AROUND_S))
                        answered[case] = of_instant(at)
                        arrives = at + timedelta(seconds=test.rng.uniform(0, _ON_ITS_WAY_S))
                        heapq.heappush(waiting, (arrives, at, case))
            while waiting and waiting[0][0] <= clock.now():
                _, at, case = heapq.heappop(waiting)
                accept = cases[case].replies(b.an_accept)(at)
                under_way.append(asyncio.create_task(test.sender.send([accept])))
            await asyncio.sleep(0.002)
    finally:
        await db.close()
    await asyncio.gather(*under_way)
    if len(answered) < len(cases):
        test.verdict.blame("test", f"only {len(answered)} of {len(cases)} handoffs could be answered in time")
    return answered


def _judge(verdict: Verdict, journals: list[list[Entry]], answered: dict[str, int]) -> None:
    """Hold each handoff's outcome against the two instants, which decide it alone."""
    kept = taken_back = 0
    for entries in journals:
        case, offered = entries[0].case, micros(entries[0].data["offered_at"])
        if case not in answered:
            continue
        at = max(answered[case], offered)
        is_kept = at <= offered + round(SECONDS["accept"] * 1_000_000)
        said = {word: list(_said(entries, word)) for word in ("breached", "fulfilled", *_BACK)}
        kept += is_kept
        taken_back += bool(said["met-late-delivery"])
        for wrong in _wrong(said, at, is_kept=is_kept):
            verdict.blame("rule 9", f"{case}, {at - offered - 2_000_000} µs after it was due: {wrong}")
    breached = len(answered) - kept
    verdict.facts |= {"kept": kept, "of_these_told_late": taken_back, "breached": breached}
    if not (breached and kept and taken_back):
        verdict.blame("test", "not every outcome occurred: nothing is shown")


_BACK = ("met-late-delivery", "breach-withdrawn")


def _said(entries: list[Entry], word: str) -> Iterator[dict[str, Any]]:
    for entry in entries:
        if entry.type == f"{_SLA}{word}.v1" and entry.data["kind"] == "accept":
            yield entry.data


def _wrong(said: dict[str, list[dict[str, Any]]], at: int, *, is_kept: bool) -> Iterator[str]:
    breached, fulfilled, met_late = said["breached"], said["fulfilled"], said["met-late-delivery"]
    if [micros(each["at"]) for each in fulfilled] != [at]:
        yield f"it was met {len(fulfilled)} times, or at another instant"
    if said["breach-withdrawn"]:
        yield "the breach was withdrawn, as if it had been paused"
    if is_kept and len(breached) != len(met_late):
        yield f"it was kept, {len(breached)} breaches were told and {len(met_late)} taken back"
    elif is_kept and any(
        one["rung_id"] != other["rung_id"] for one, other in zip(breached, met_late, strict=True)
    ):
        yield "another breach was taken back than was told"
    elif not is_kept and (len(breached), len(met_late)) != (1, 0):
        yield f"it was late, {len(breached)} breaches were told and {len(met_late)} taken back"
    versions = [each["version"] for each in (*breached, *fulfilled, *met_late)]
    if versions != sorted(versions):
        yield "it was told in the wrong order"
