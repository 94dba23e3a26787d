"""To whom a policy would have offered work again: counted, and taken as made only where the log says so."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from orchestrator.domain.clocks.occasions import Mark, Occasion, insert
from orchestrator.domain.handoff import Handoff
from orchestrator.domain.routing.substitutes import takes_over
from whatif.book import Book
from whatif.replayed import Replayed
from whatif.verdicts import Verdict, verdicts_of

ANSWERS: Final = frozenset(
    {
        Occasion.ACCEPTED,
        Occasion.DECLINED,
        Occasion.WITHDRAWN,
        Occasion.HANDED_ON,
        Occasion.COMPLETED,
    }
)


def offers_again(
    handoff: Handoff, verdicts: list[Verdict], book: Book, *, needs_person: bool
) -> list[tuple[str, Mark]]:
    """Return each offer that a ladder would have made while nobody had answered.

    With it comes the team that let the work lie.
    """
    instants = sorted(
        reached.at for verdict in verdicts for reached in verdict.ladder if reached.rung.effect == "reoffer"
    )
    if not instants:
        return []
    answered_at = min((mark.at for mark in handoff.marks if mark.what in ANSWERS), default=None)
    found = []
    for at in instants:
        asked = [mark for mark in handoff.marks if mark.what == Occasion.OFFERED and mark.at <= at]
        if not asked:
            continue  # nobody has the packet yet
        if answered_at is not None and at >= answered_at:
            break
        team = _next(handoff, asked, book, at, needs_person=needs_person)
        if team is not None:
            found.append((asked[-1].team or "", Mark(at, Occasion.OFFERED, team)))
    return found


def explained(held: Replayed, team: str, book: Book, now: datetime) -> tuple[Mark, ...]:
    """Return the offers by which the policy would have brought the work to `team` by `now`.

    There are none if it would not have.
    """
    handoff = held.handoff
    found: tuple[Mark, ...] = ()
    for _ in book.known:
        last = found[-1].at if found else handoff.requested_at
        verdicts = verdicts_of(handoff, book, now)
        offers = offers_again(handoff, verdicts, book, needs_person=held.needs_person)
        offer = next((mark for _, mark in offers if mark.at > last), None)
        if offer is None:
            return ()
        found = (*found, offer)
        if offer.team == team:
            return found
        update = {"marks": insert(handoff.marks, offer), "receiving_team": offer.team}
        handoff = handoff.model_copy(update=update)
    return ()


def _next(handoff: Handoff, asked: list[Mark], book: Book, at: datetime, *, needs_person: bool) -> str | None:
    """Return the next fallback that is open at `at`, and was not asked before."""
    tried = {mark.team for mark in asked} | {handoff.sending_team}
    return takes_over(
        asked[-1].team or "",
        book.rules,
        now=at,
        open_counts={},
        is_fit=lambda team: team.id not in tried and not (needs_person and team.is_automated),
    )
