"""Which codes people chose lately, to offer them again: a report that counts codes needs few of them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any, Final, NamedTuple

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from orchestrator.domain.events import Completed, Declined, Returned
from orchestrator.domain.handoff import Status
from orchestrator.ledger.tables import handoffs, journal

_LATELY: Final = timedelta(days=30)
_LOOKED_AT: Final = 200
"""Handoffs, the newest."""
_OFFERED: Final = 8
_ENDED: Final = (Status.COMPLETED.value, Status.DECLINED.value, Status.RETURNED.value)
_LONGEST: Final = 60
"""Characters of what is still a code."""


class UsualWords(NamedTuple):
    """Codes of one kind of handoff, those that were chosen most often first."""

    dispositions: tuple[str, ...] = ()
    declines: tuple[str, ...] = ()
    """For which it was declined or returned."""


async def usual_words(db: AsyncConnection, kind: str, *, now: datetime) -> UsualWords:
    """Return the codes with which handoffs of a kind ended lately."""
    newest = (
        select(handoffs.c.id)
        .where(
            handoffs.c.kind == kind, handoffs.c.status.in_(_ENDED), handoffs.c.requested_at >= now - _LATELY
        )
        .order_by(handoffs.c.requested_at.desc())
        .limit(_LOOKED_AT)
    )
    types = (Completed.type, Declined.type, Returned.type)
    query = select(journal.c.type, journal.c.data)
    rows = await db.execute(query.where(journal.c.handoff_id.in_(newest), journal.c.type.in_(types)))
    dispositions: list[Any] = []
    declines: list[Any] = []
    for type, data in rows:
        if type == Completed.type:
            dispositions.append(data.get("disposition"))
        else:
            declines.append((data.get("reason") or {}).get("code"))
    return UsualWords(_usual(dispositions), _usual(declines))


def _usual(chosen: Iterable[Any]) -> tuple[str, ...]:
    counted = Counter(each for each in chosen if isinstance(each, str) and 0 < len(each) <= _LONGEST)
    return tuple(code for code, _ in counted.most_common(_OFFERED))
