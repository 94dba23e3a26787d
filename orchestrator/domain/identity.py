"""Ids that follow from what they name: never random, never from the clock, equal on every retry."""

from __future__ import annotations

from functools import lru_cache
from hashlib import sha1
from uuid import UUID

NAMESPACE = UUID("6f1d2f0e-6a55-5d0c-9b1e-0c2f7a1d4e83")
"""Fixed for ever: another value would give every past event a second identity."""


_OPEN_BITS = ~(0xF << 76 | 0x3 << 62)
_VERSION_5 = 0x5 << 76 | 0x2 << 62
"""The version and the variant, where RFC 9562 puts them."""


def _uuid5(namespace: UUID, name: str) -> UUID:
    """Return RFC 9562's name-based UUID; the library's own takes twice as long, several times an event."""
    digest = sha1(namespace.bytes + name.encode(), usedforsecurity=False).digest()
    number = int.from_bytes(digest[:16]) & _OPEN_BITS | _VERSION_5
    return UUID(int=number)


def event_id(source: str, id: str) -> UUID:
    """Identify an incoming event by the two CloudEvents attributes that together are unique."""
    return _uuid5(NAMESPACE, f"event\n{source}\n{id}")


@lru_cache(maxsize=4_096)
def handoff_id(source: str, id: str) -> UUID:
    """Identify the handoff that the event (source, id) requested."""
    return _uuid5(NAMESPACE, f"handoff\n{source}\n{id}")


def packet_id(handoff: UUID, version: int) -> UUID:
    """Identify one rendering of a handoff's packet."""
    return _uuid5(handoff, f"packet\n{version}")


def clock_id(handoff: UUID, kind: str, generation: int) -> UUID:
    """Identify one run of one clock of a handoff."""
    return _uuid5(handoff, f"clock\n{kind}\n{generation}")


def rung_id(handoff: UUID, kind: str, generation: int, rung: str) -> UUID:
    """Identify one rung of one run of a clock; it fires at most once."""
    return _uuid5(handoff, f"rung\n{kind}\n{generation}\n{rung}")


def journal_id(handoff: UUID, version: int) -> UUID:
    """Identify the journal entry at `version` of a handoff; consumers see it as the CloudEvents id."""
    return _uuid5(handoff, f"journal\n{version}")


def question_id(handoff: UUID, number: int) -> UUID:
    """Identify a question about a handoff: the first that came to us is number 1."""
    return _uuid5(handoff, f"question\n{number}")


def pair_id(one: UUID, other: UUID) -> UUID:
    """Identify two handoffs together, in whichever order."""
    first, second = sorted((one, other))
    return _uuid5(first, f"pair\n{second}")


def flow_journal(flow: str) -> UUID:
    """Identify the journal of a flow of the integration map."""
    return _uuid5(NAMESPACE, f"flow\n{flow}")
