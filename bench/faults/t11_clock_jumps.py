"""T11: a worker's clock is set forward and back, or its machine sleeps, in nights with 23 and 25 hours."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Sequence
from uuid import UUID

from bench.faults.scale import Scale
from bench.faults.simulation.checks import check
from bench.faults.simulation.mutants import mutated
from bench.faults.simulation.night import MOODS, NightShift
from bench.faults.simulation.remains import Entry
from bench.faults.simulation.zones import ZONES, nights
from bench.faults.site import Site
from bench.faults.verdict import Verdict
from orchestrator.domain import events as e


async def t11(site: Site, scale: Scale, seed: int, *, mutant: str | None = None) -> Verdict:
    """Let every night of every zone pass some times, with every sort of clock that goes wrong."""
    return await asyncio.to_thread(live_nights, seed, scale.t11_rounds, mutant)


def live_nights(seed: int, rounds: int, mutant: str | None = None) -> Verdict:
    """Judge all nights; no server is needed."""
    verdict = Verdict()
    tally: Counter[str] = Counter()
    shifts = [
        (night, mood, f"{seed}-{number}")
        for zone in ZONES
        for night in nights(zone)
        for mood in MOODS
        for number in range(rounds)
    ]
    for night, mood, name in shifts:
        one = Verdict()
        with mutated(mutant):
            shift = NightShift(night, mood, name)
            shift.pass_by()
            tally += check(one, shift.remains())
        tally["jumps"] += shift.jumps
        _told_once(one, shift.journal)
        verdict.sent += len(shift.sent)
        verdict.lost += one.lost
        verdict.duplicates += one.duplicates
        for invariant, found in one.broken.items():
            for what in found["examples"]:
                verdict.blame(invariant, f"{night.zone} {night.at:%Y-%m-%d}, {mood}, {name}: {what}")
    verdict.facts |= {"nights": len(shifts), "zones": len(ZONES), "jumps": tally["jumps"]}
    verdict.facts |= {f"rungs_{what}": tally[what] for what in ("armed", "fired", "cancelled", "waiting")}
    verdict.facts["breaches_taken_back"] = tally["BreachWithdrawn"] + tally["MetLateDelivery"]
    return verdict


def _told_once(verdict: Verdict, journal: Sequence[Entry]) -> None:
    """Check that no rung fires twice or early, and that only what happened in time takes a breach back."""
    told: Counter[tuple[UUID, str]] = Counter()
    # What runs out in the very instant in which it comes to stand still has not run out; what is said to
    # happen later than it is counts from that instant, too.
    pauses = {event.cause.id: event.at for event, _ in journal if isinstance(event, e.Paused) and event.cause}
    for event, _ in journal:
        match event:
            case e.RungFired():
                told[event.clock_id, event.rung] += 1
                if event.at > event.fired_at:
                    verdict.blame("early", f"{event.rung} of {event.kind} fired before it was due")
            case e.BreachUndone():
                cause, at = event.cause, event.breached_at
                if cause is None or (cause.at >= at and pauses.get(cause.id) != at):
                    verdict.blame(
                        "undone", f"the breach of {event.kind} at {event.breached_at} was taken back"
                    )
                # The ladder begins anew with the breach.
                told = Counter({key: times for key, times in told.items() if key[0] != event.clock_id})
            case _:
                pass
    for key, times in told.items():
        if times > 1:
            verdict.double("again", f"{key} fired {times} times", times - 1)
