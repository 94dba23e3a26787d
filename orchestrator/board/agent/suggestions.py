"""Codes that a form offers to choose from: those that colleagues chose lately, looked up now and then."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final
from weakref import WeakKeyDictionary

from orchestrator.board.parts import Parts
from orchestrator.domain.policy import Policy
from orchestrator.ledger.usual_words import UsualWords, usual_words

_KEPT_FOR: Final = timedelta(minutes=5)
_Kept = dict[str, tuple[datetime, UsualWords]]

_KEPT: Final[WeakKeyDictionary[Policy, _Kept]] = WeakKeyDictionary()
"""Kind -> when it was looked up, and what was found; for each application apart."""


async def suggestions(parts: Parts, kind: str) -> UsualWords:
    """Return what to offer in the forms of a kind of handoff."""
    now, kept = parts.clock.now(), _KEPT.setdefault(parts.policy, {})
    if kind not in kept or not timedelta() <= now - kept[kind][0] < _KEPT_FOR:
        async with parts.readers.connection() as db:
            kept[kind] = now, await usual_words(db, kind, now=now)
    return kept[kind][1]
