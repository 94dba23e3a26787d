"""Journal entries as happenings."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Final

from orchestrator.board.live.change import Happening
from orchestrator.domain.events import (
    JOURNAL_ENTRIES,
    Declined,
    IntegrationHealthChanged,
    Reopened,
    Returned,
)
from orchestrator.domain.events.event import Stream
from orchestrator.ledger.floor import TailEntry

_SHOWN: Final = (Stream.SLA, Stream.NOTICES, Stream.HEALTH)
TELLING: Final = frozenset(
    type for type, entry in JOURNAL_ENTRIES.items() if entry.stream in _SHOWN and not entry.is_routine
)
"""Types of entries of which pages show what they say."""
HEALTH: Final = IntegrationHealthChanged.type
"""The one type that is not in the journal of a handoff."""
BOUNCES: Final = frozenset({Declined.type, Returned.type, Reopened.type})
"""What changes how often a case bounced, which other handoffs of the case show too."""


def happenings(entries: Iterable[TailEntry]) -> tuple[Happening, ...]:
    """Return what happened, in the same order."""
    return tuple(
        Happening(
            e.seq,
            e.journal,
            e.version,
            e.type,
            e.at,
            None if e.data is None else json.loads(e.data),
            e.case_id,
        )
        for e in entries
    )
