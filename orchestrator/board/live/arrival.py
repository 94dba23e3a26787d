"""Waits until the pages know what was just done, so that the page that comes next shows it."""

from __future__ import annotations

import asyncio
from typing import Final

from orchestrator.board.live.floor import Floor
from orchestrator.domain.handoff import Handoff

_LOOK_EVERY_S: Final = 0.05


async def until_known(floor: Floor, handoff: Handoff, *, within_s: float = 2.0) -> bool:
    """Wait until `floor` has a handoff as it is, or as it became since; return whether it has.

    When the journal cannot be read, more than `within_s` helps nobody: the page says that it is old.
    """
    for _ in range(int(within_s / _LOOK_EVERY_S)):
        if _knows(floor, handoff):
            return True
        await asyncio.sleep(_LOOK_EVERY_S)
    return _knows(floor, handoff)


def _knows(floor: Floor, handoff: Handoff) -> bool:
    card = floor.card(handoff.id)
    if card is None:
        return not handoff.status.is_open
    return card.version >= handoff.version
