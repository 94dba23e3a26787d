"""False evidence: what a sound test left behind, with one thing wrong; the checker has to see each."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from bench.faults.checker import check
from bench.faults.evidence import Entry, Evidence, by_topic, gather
from bench.faults.scale import Scale
from bench.faults.site import Site
from bench.faults.stories import interleave, tell
from bench.faults.trial import trial
from bench.faults.verdict import Verdict

_PACKETS, _LIFE, _SLA, _TOLD = (
    f"support.handoff.{name}." for name in ("packet", "lifecycle", "sla", "notification")
)


def _lose_a_packet(found: Evidence) -> None:
    found.outbound.remove(by_topic(found.outbound, _PACKETS)[0])


def _tell_nobody(found: Evidence) -> None:
    found.outbound.remove(by_topic(found.outbound, _TOLD)[0])


def _send_twice(found: Evidence) -> None:
    first = by_topic(found.outbound, _LIFE)[0]
    found.outbound.append(replace(first, offset=max(r.offset for r in found.outbound) + 1))


def _swap_order(found: Evidence) -> None:
    """Let the first two records of one case change places."""
    seen: dict[Any, int] = {}
    for index, record in enumerate(found.outbound):
        place = (record.topic, record.key)
        if record.topic.startswith(_LIFE) and place in seen:
            earlier = found.outbound[seen[place]]
            found.outbound[seen[place]] = replace(earlier, offset=record.offset)
            found.outbound[index] = replace(record, offset=earlier.offset)
            return
        seen.setdefault(place, index)


def _skip(word: str) -> Callable[[Evidence], None]:
    def forge(found: Evidence) -> None:
        entries, entry = _first(found, word)
        entries.remove(entry)

    return forge


def _first(found: Evidence, word: str) -> tuple[list[Entry], Entry]:
    """Return the first entry about a clock that says `word`, and the journal that it is in."""
    return next(
        (entries, entry)
        for entries in found.journal.values()
        for entry in entries
        if entry.type.startswith(f"{_SLA}{word}.")
    )


def _fire_twice(found: Evidence) -> None:
    entries, entry = _first(found, "warned")
    entries.insert(entries.index(entry), entry)


def _keep_sooner(found: Evidence) -> None:
    _, entry = _first(found, "fulfilled")
    data = entry.data
    sooner = datetime.fromisoformat(data["at"]) - timedelta(milliseconds=1)
    entry.text = json.dumps(data | {"at": sooner.isoformat()})


def _forget_in_a_row(found: Evidence) -> None:
    _, entry = _first(found, "breached")
    found.clocks[entry.handoff][entry.data["kind"], entry.data["generation"]] = "running"


def _rewrite_history(found: Evidence) -> None:
    entry = next(iter(found.journal.values()))[0]
    entry.text = entry.text.replace("second-opinion", "third-opinion")


def _commit_ahead(found: Evidence) -> None:
    place = next(iter(found.committed))
    found.committed[place] += 1_000


TAMPERINGS: dict[str, tuple[str, Callable[[Evidence], None]]] = {
    "a packet is not on its topic": ("I1", _lose_a_packet),
    "a record is on its topic twice": ("I2", _send_twice),
    "nobody was notified": ("I1", _tell_nobody),
    "a breach is missing": ("I3", _skip("breached")),
    "a step of the ladder is missing": ("I3", _skip("escalated")),
    "a clock ended at another time": ("I3", _keep_sooner),
    "a row knows nothing of a breach": ("I3", _forget_in_a_row),
    "a warning fired twice": ("I3", _fire_twice),
    "two records of a case changed places": ("I4", _swap_order),
    "a journal entry was rewritten": ("I6", _rewrite_history),
    "an offset is committed ahead": ("I7", _commit_ahead),
}
"""What is wrong -> the invariant that breaks, and how to forge it."""


async def forge_all(site: Site, scale: Scale, seed: int) -> dict[str, dict[str, Any]]:
    """Run a test without any fault, then show the checker its evidence, forged in every way."""
    found: dict[str, dict[str, Any]] = {}
    async with trial(site, "forged", scale, seed) as test:
        test.fleet.start()
        await test.sender.tell(interleave(test.rng, tell(test.rng, 200, prefix=test.prefix, short=0.5)))
        sound = await test.judge()
        for what, (invariant, forge) in TAMPERINGS.items():
            evidence = await gather(test.run)
            forge(evidence)
            sent = test.sender
            verdict = check(Verdict(), evidence, sent.messages, sent.places, test.run.since)
            found[f"checker: {what}"] = {
                "what": what,
                "test": "forged evidence",
                "killed": sound.is_clean and invariant in verdict.broken,
                "broken": {name: each["count"] for name, each in verdict.broken.items()},
            }
    return found
