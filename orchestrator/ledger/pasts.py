"""What became of the handoffs of a window, read from their states and kept until they change.

A state is some kilobytes of JSON, of which figures need a few marks. The newest hash of the journal stands
beside it, and tells whether what was read before is still so.
"""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import replace
from operator import is_
from sys import intern
from typing import Any, Final, NamedTuple
from uuid import UUID

from sqlalchemy import Select, Text, cast, or_, select
from sqlalchemy.ext.asyncio import AsyncConnection

from orchestrator.domain.clocks.custody import Hold, holds
from orchestrator.domain.clocks.occasions import Mark
from orchestrator.domain.events import Declined, Returned
from orchestrator.domain.figures.asked import Asked
from orchestrator.domain.figures.bounces import bounce
from orchestrator.domain.figures.past import TURNS, Past
from orchestrator.domain.model import Frozen, Reason
from orchestrator.ledger.tables import handoffs as h
from orchestrator.ledger.tables import journal as j

MOST: Final = 30_000
"""Handoffs that are read for one question."""
_KEPT: Final = 30_000
"""Of about two kilobytes each."""
_AT_ONCE: Final = 500
_COLUMNS: Final[tuple[Any, ...]] = (
    h.c.id,
    h.c.chain,
    h.c.case_id,
    h.c.kind,
    h.c.status,
    h.c.sending_team,
    h.c.receiving_team,
    h.c.requested_at,
    # As text: PostgreSQL takes no document apart that has a NUL in one of its texts.
    cast(h.c.state, Text).label("state"),
)


class TooMany(Exception):
    """More handoffs are asked for than are read for one question."""


class _State(Frozen):
    """What is read of the state of a handoff."""

    sender_keeps_case: bool = False
    began_held: bool = False
    marks: tuple[Mark, ...] = ()


class _GivenBack(Frozen):
    """What is read of the journal's entry by which it came back."""

    reason: Reason = Reason()


class _Kept(NamedTuple):
    chain: bytes
    past: Past


class Pasts:
    """Reads, and keeps what it has read last."""

    def __init__(self) -> None:
        self._kept: OrderedDict[UUID, _Kept] = OrderedDict()
        self._held: OrderedDict[str, tuple[list[Past], list[Hold]]] = OrderedDict()

    async def of(self, db: AsyncConnection, asked: Asked, *, most: int = MOST) -> list[Past]:
        """Return every handoff of the cases of which one is asked for: see `Past.is_asked`.

        Raises:
            TooMany: they are more than `most`.
        """
        rows = (await db.execute(_of_the_cases(asked).limit(most + 1))).all()
        if len(rows) > most:
            raise TooMany(f"more than {most} handoffs")
        known = {id: kept.past for id, chain in rows if (kept := self._kept.get(id)) and kept.chain == chain}
        for id in known:
            self._kept.move_to_end(id)
        missing = [id for id, _ in rows if id not in known]
        for start in range(0, len(missing), _AT_ONCE):
            for each in await self._read(db, missing[start : start + _AT_ONCE]):
                known[each.id] = each
        while len(self._kept) > _KEPT:
            self._kept.popitem(last=False)
        return list(known.values())

    def holds_of(self, case: Sequence[Past]) -> list[Hold]:
        """Return who held a case, of all its handoffs; as before where these are the same."""
        name = case[0].case_id
        known = self._held.get(name)
        if known is not None and len(known[0]) == len(case) and all(map(is_, known[0], case)):
            return known[1]
        found = holds(case)
        self._held[name] = list(case), found
        while len(self._held) > _KEPT:
            self._held.popitem(last=False)
        return found

    async def _read(self, db: AsyncConnection, ids: Sequence[UUID]) -> list[Past]:
        rows = (await db.execute(select(*_COLUMNS).where(h.c.id.in_(ids)))).all()
        # In another thread, so that who watches is told meanwhile what happens.
        found = await asyncio.to_thread(lambda: [_past(row) for row in rows])
        reasons = await _reasons(db, [each.id for each in found if bounce(each) is not None])
        found = [replace(each, reason=reasons[each.id]) if each.id in reasons else each for each in found]
        for row, past in zip(rows, found, strict=True):
            self._kept[past.id] = _Kept(row.chain, past)
        return found


def _of_the_cases(asked: Asked) -> Select[Any]:
    window = select(h.c.case_id).where(h.c.requested_at >= asked.since, h.c.requested_at < asked.until)
    if asked.kind is not None:
        window = window.where(h.c.kind == asked.kind)
    if asked.teams is not None:
        teams = sorted(asked.teams)
        window = window.where(or_(h.c.sending_team.in_(teams), h.c.receiving_team.in_(teams)))
    columns: list[Any] = [h.c.id, h.c.chain]
    return select(*columns).where(h.c.case_id.in_(window), h.c.requested_at < asked.until)


def _past(row: Any) -> Past:
    state = _State.model_validate_json(row.state)
    return Past(
        id=row.id,
        case_id=row.case_id,
        kind=intern(row.kind),
        status=intern(row.status),
        sending_team=intern(row.sending_team),
        receiving_team=intern(row.receiving_team),
        requested_at=row.requested_at,
        sender_keeps_case=state.sender_keeps_case,
        began_held=state.began_held,
        marks=tuple(
            Mark(mark.at, intern(mark.what), None if mark.team is None else intern(mark.team))
            for mark in state.marks
            if mark.what in TURNS
        ),
    )


async def _reasons(db: AsyncConnection, ids: Sequence[UUID]) -> dict[UUID, str]:
    """Return the codes for which handoffs were declined or returned."""
    if not ids:
        return {}
    columns: list[Any] = [j.c.handoff_id, cast(j.c.data, Text)]
    given = select(*columns).where(j.c.handoff_id.in_(ids), j.c.type.in_((Declined.type, Returned.type)))
    rows = await db.execute(given)
    return {row[0]: _GivenBack.model_validate_json(row[1]).reason.code or "" for row in rows}
