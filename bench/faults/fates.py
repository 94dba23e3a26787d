"""I1: what became of each message, by the bytes on the topics and the causes in the journal."""

from __future__ import annotations

from collections import Counter
from typing import Any
from uuid import UUID

from bench.faults.evidence import Evidence, by_topic, header
from bench.faults.message import Fate, Message
from bench.faults.sender import Place
from bench.faults.verdict import Verdict

_LIFE = "support.handoff.lifecycle."


def check_fates(
    verdict: Verdict, found: Evidence, messages: dict[str, Message], places: dict[Place, str]
) -> None:
    """Compare what became of each message with what had to."""
    senders = _senders(found, messages, places)
    dead = _dead(verdict, found, messages, senders)
    packets = _packets(found)
    applied = Counter(
        entry.data["cause"]["id"]
        for entries in found.journal.values()
        for entry in entries
        if entry.type.startswith(_LIFE) and entry.data["cause"] is not None and _is_first(entry)
    )
    for message in messages.values():
        _check_one(verdict, message, packets, applied[message.id], dead.get(message.id, []))
    known = {message.handoff for message in messages.values() if message.fate is Fate.PACKET}
    for handoff in set(found.journal) - known:
        verdict.surplus("I1", f"handoff {handoff}: nobody asked for it")
    for handoff, number in packets.items():
        if handoff not in known:
            verdict.surplus("I1", f"{number} packets of handoff {handoff}, which nobody asked for")


def _is_first(entry: Any) -> bool:
    """Whether an entry is its cause's own, and not that of another handoff which it ended."""
    return not entry.type.endswith("handed-on.v1")


def _senders(found: Evidence, messages: dict[str, Message], places: dict[Place, str]) -> dict[Place, str]:
    """Return which message stands where; one whose acknowledgement was lost is known by its id."""
    senders = dict(places)
    for place, record in found.inbound.items():
        if place not in senders:
            id = header(record, "ce_id") or ""
            if id in messages:
                senders[place] = id
    return senders


def _packets(found: Evidence) -> Counter[UUID]:
    packets: Counter[UUID] = Counter()
    for entries in found.journal.values():
        for entry in entries:
            if entry.type.endswith("packet.prepared.v1") and entry.data["packet"]["packet_version"] == 1:
                packets[entry.handoff] += 1
    on_topic = {
        header(r, "ce_subject")
        for r in by_topic(found.outbound, "support.handoff.packet.")
        if b'"packet_version":1,' in r.value
    }
    for handoff in list(packets):
        if str(handoff) not in on_topic:
            del packets[handoff]
    return packets


def _dead(
    verdict: Verdict, found: Evidence, messages: dict[str, Message], senders: dict[Place, str]
) -> dict[str, list[str]]:
    """Return the codes of the dead letters of each message, and check that each is the original."""
    codes: dict[str, list[str]] = {}
    seen: set[str | None] = set()
    for record in by_topic(found.outbound, "support.handoff.dead-letter."):
        name = header(record, "handoff_dead-letter-id")
        if name in seen:
            verdict.double("I2", f"{name} is on the topic twice")
            continue
        seen.add(name)
        topic, partition, offset = (
            header(record, f"__streams.errors.{part}") or "" for part in ("topic", "partition", "offset")
        )
        place = (topic, int(partition), int(offset))
        original, sender = found.inbound.get(place), senders.get(place)
        if original is None or sender is None:
            verdict.surplus("I1", f"dead letter {name} of {place}: nobody sent that")
            continue
        is_whole = (record.key, record.value) == (original.key, original.value)
        if not is_whole or tuple(record.headers[: len(original.headers)]) != tuple(original.headers):
            verdict.blame("I1", f"dead letter {name} of {sender} is not what was sent")
        codes.setdefault(sender, []).append(header(record, "handoff_reason-code") or "")
    stored = Counter(place_of_row(row) for row in found.dead_letters)
    if sum(stored.values()) != len(seen):
        verdict.miss("I1", f"{sum(stored.values())} dead letters are stored, {len(seen)} are on the topic")
    return codes


def place_of_row(row: Any) -> Place:
    """Return where the message of a stored dead letter stood."""
    return (row["topic"], row["partition"], row["offset"])


def _check_one(
    verdict: Verdict, message: Message, packets: Counter[UUID], applied: int, dead: list[str]
) -> None:
    id, fate = message.id, message.fate
    done = packets[message.handoff] if fate is Fate.PACKET and message.handoff else applied
    wanted_done, wanted_dead = {
        Fate.PACKET: (1, 0),
        Fate.APPLIED: (1, 0),
        Fate.DEAD: (0, 1),
        Fate.EITHER: (done > 0, done == 0),
    }[fate]
    for what, there, wanted in (("effect", done, wanted_done), ("dead letter", len(dead), wanted_dead)):
        if there < wanted:
            verdict.miss("I1", f"{id} ({fate}): no {what}, dead letters {dead}")
        elif there > wanted and wanted:
            verdict.double("I1", f"{id} ({fate}): {there} times the {what}", there - int(wanted))
        elif there > wanted:
            verdict.surplus("I1", f"{id} ({fate}): {there} {what} {dead}")
    if dead and message.code is not None and set(dead) != {message.code}:
        verdict.blame("I1", f"{id}: dead for {dead}, expected {message.code}")
