"""What a tab that comes back has missed, as one change."""

from __future__ import annotations

from typing import Final

from orchestrator.board.live.change import Change, Happening
from orchestrator.board.live.happening import BOUNCES, HEALTH, TELLING, happenings
from orchestrator.board.parts import Parts
from orchestrator.ledger.floor import span

_MOST: Final = 2_000
"""Who missed more than so many journal entries begins anew."""


async def missed(parts: Parts, since: int) -> Change | None:
    """Return what has changed since the entry `since`; None when that is too much, or nobody can tell.

    Call it before the tab is told anything: what it says and what comes then may overlap, and has no hole.

    Raises:
        LedgerUnavailable: it lies so far back that the ledger has to say.
    """
    hub, floor = parts.hub, parts.floor
    if not 0 <= since <= floor.seq:
        return None
    found: dict[int, Happening] = {}
    known = since
    # What is kept may have gone on while the ledger was asked.
    while known < hub.told_from:
        upto = hub.told_from
        async with parts.readers.connection() as db:
            older = await span(db, known + 1, upto, telling=TELLING, limit=_MOST + 1)
        found |= {each.seq: each for each in happenings(older)}
        if len(found) > _MOST:
            return None
        known = upto
    found |= {each.seq: each for each in hub.told_since(since)}
    if len(found) > _MOST:
        return None
    changed = {each.journal for each in found.values() if each.type != HEALTH}
    bounced = {each.case_id for each in found.values() if each.type in BOUNCES}
    if bounced:
        changed |= {card.id for card in floor.cards() if card.case_id in bounced}
    cards = tuple(card for card in map(floor.card, changed) if card is not None)
    gone = tuple(changed - {card.id for card in cards})
    return Change(floor.seq, cards, gone, tuple(found[seq] for seq in sorted(found)))
