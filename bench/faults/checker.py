"""The invariants, checked on what is really there; nothing here calls the code that it judges.

I1 every message one packet, entry or dead letter · I2 no id twice on a topic · I3 clocks, see `clock_oracle`
I4 order per case · I6 the audit chain · I7 no committed offset ahead of the progress. I5 is a matter of
lateness and measured elsewhere.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from hashlib import sha256
from typing import Any
from uuid import UUID, uuid5

from bench.faults.clock_oracle import ClockOracle
from bench.faults.evidence import Evidence, by_topic, header
from bench.faults.fates import check_fates
from bench.faults.message import Message
from bench.faults.sender import Place
from bench.faults.verdict import Verdict

_STREAMS = {
    "support.handoff.packet.": "support.handoff.packet.",
    "support.handoff.lifecycle.": "support.handoff.lifecycle.",
    "support.handoff.notice.": "support.handoff.notice.",
    "support.handoff.notification.": "support.handoff.notification.",
    "support.handoff.sla.": "support.handoff.sla.",
}
"""Beginning of an entry's type -> beginning of the topic on which it leaves."""
_ROUTINE = tuple(f"support.handoff.sla.{word}." for word in ("activated", "fulfilled", "cancelled"))
"""What leaves only where the workers were told to send it."""
_RUNGS = tuple(f"support.handoff.sla.{word}." for word in ("warned", "breached", "escalated"))
_DEAD = "support.handoff.dead-letter."


def check(
    verdict: Verdict,
    found: Evidence,
    messages: dict[str, Message],
    places: dict[Place, str],
    since: dict[Any, int],
) -> Verdict:
    """Judge a test that has come to rest."""
    verdict.sent = len(messages)
    check_fates(verdict, found, messages, places)
    _outputs(verdict, found)
    _order(verdict, found)
    _clocks(verdict, found)
    _chain(verdict, found)
    _offsets(verdict, found, since)
    for what, number in (("outbox rows", found.outbox), ("parked replies", found.parked)):
        if number:
            verdict.miss("rest", f"{number} {what} are left")
    if found.overdue:
        verdict.miss("rest", f"{found.overdue} clocks are overdue")
    return verdict


def _outputs(verdict: Verdict, found: Evidence) -> None:
    """Check that every entry with a stream is on its topic once, word for word (I1, I2)."""
    due = {}
    for entries in found.journal.values():
        for entry in entries:
            topic = next((t for begin, t in _STREAMS.items() if entry.type.startswith(begin)), None)
            if topic is not None and (found.sends_routine or not entry.type.startswith(_ROUTINE)):
                due[str(uuid5(entry.handoff, f"journal\n{entry.version}"))] = (topic, entry)
    seen: Counter[str] = Counter()
    for record in found.outbound:
        if record.topic.startswith((_DEAD, "support.handoff.relay-cursor.")):
            continue
        id = header(record, "ce_id") or ""
        seen[id] += 1
        if id not in due:
            verdict.surplus("I1", f"{record.topic}: {id} is in no journal")
            continue
        topic, entry = due[id]
        if not record.topic.startswith(topic) or record.value != entry.text.encode():
            verdict.surplus("I1", f"{record.topic}: {id} is not what the journal has")
    for id, (topic, entry) in due.items():
        if not seen[id]:
            verdict.miss("I1", f"{entry.type} of {entry.handoff} is not on {topic}*")
        elif seen[id] > 1:
            verdict.double("I2", f"{id} ({entry.type}) is there {seen[id]} times", seen[id] - 1)


def _order(verdict: Verdict, found: Evidence) -> None:
    """Check that what concerns a case stands in one partition of a topic, in the journal's order (I4)."""
    seq = {
        str(uuid5(e.handoff, f"journal\n{e.version}")): e.seq
        for entries in found.journal.values()
        for e in entries
    }
    last: dict[tuple[str, bytes], int] = {}
    partitions: dict[tuple[str, bytes], set[int]] = defaultdict(set)
    seen: set[str] = set()
    for record in sorted(found.outbound, key=lambda r: (r.topic, r.partition, r.offset)):
        id = header(record, "ce_id")
        if record.topic.startswith(_DEAD) or id not in seq or id in seen:
            continue
        seen.add(id)
        place = (record.topic, record.key)
        partitions[place].add(record.partition)
        if seq[id] < last.get(place, 0):
            verdict.blame("I4", f"{record.topic}: {id} of case {record.key!r} comes after a later one")
        last[place] = seq[id]
    for (topic, key), numbers in partitions.items():
        if len(numbers) > 1:
            verdict.blame("I4", f"{topic}: case {key!r} is in partitions {sorted(numbers)}")


def _clocks(verdict: Verdict, found: Evidence) -> None:
    oracle = ClockOracle(found.rules)
    for handoff, entries in found.journal.items():
        for wrong in oracle.walk(entries, found.read_at, found.clocks.get(handoff, {})):
            verdict.blame("I3", wrong)
    rungs = [
        r
        for r in by_topic(found.outbound, "support.handoff.sla.")
        if (header(r, "ce_type") or "").startswith(_RUNGS)
    ]
    verdict.facts |= {
        "rungs_armed": oracle.armed,
        "rungs_fired": oracle.fired,
        "rungs_cancelled": oracle.cancelled,
        "breaches_withdrawn": oracle.withdrawn,
        "rungs_on_topic": len(rungs),
    }


def _chain(verdict: Verdict, found: Evidence) -> None:
    """Check the audit chain of every handoff from its beginning (I6)."""
    for handoff, entries in found.journal.items():
        chain = b""
        for number, entry in enumerate(entries, start=1):
            chain = sha256(chain + entry.text.encode()).digest()
            if entry.version != number or chain != entry.hash:
                verdict.blame("I6", f"{handoff}: the chain breaks at version {entry.version}")
                break
        if found.chains.get(handoff) != chain:
            verdict.blame("I6", f"{handoff}: the handoff does not carry its newest hash")
    without: set[UUID] = set(found.chains) - set(found.journal)
    for handoff in without:
        verdict.blame("I6", f"{handoff}: a handoff without a journal")


def _offsets(verdict: Verdict, found: Evidence, since: dict[Any, int]) -> None:
    for tp, offset in found.committed.items():
        if offset > max(found.progress.get(tp) or 0, since.get(tp, 0)):
            verdict.blame(
                "I7", f"{tp.topic}/{tp.partition}: Kafka has {offset}, the ledger {found.progress.get(tp)}"
            )
