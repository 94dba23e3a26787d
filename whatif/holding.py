"""Packets that a policy would have held: until when."""

from __future__ import annotations

from datetime import datetime

from orchestrator.domain.clocks.spec import BREACH
from orchestrator.domain.errors import Refused
from orchestrator.domain.handoff import Handoff
from orchestrator.domain.lifecycle.holding import NOTES
from orchestrator.domain.policy import Kind
from whatif.book import Book
from whatif.verdicts import verdicts_of


def is_held(kind: Kind, clock_policy: str, brought: tuple[str, ...], book: Book) -> bool:
    """Whether the packet of a request that came with `brought` waits.

    It does not where the log tells nothing of what would let it go.
    """
    if not kind.holds or set(book.required(kind)) <= set(brought):
        return False
    return any(spec.kind == NOTES for spec in book.specs(kind.name, clock_policy))


def released_at(handoff: Handoff, book: Book, now: datetime) -> datetime | None:
    """Return when the time for the notes of a held packet was over; None where it is not by `now`."""
    try:
        verdicts = verdicts_of(handoff, book, now)
    except (Refused, ValueError):
        return None  # a clock that cannot run is told of where the handoff is judged
    return next(
        (each.due_at for each in verdicts if each.run.spec.kind == NOTES and BREACH in each.fired), None
    )
