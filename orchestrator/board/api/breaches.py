"""Broken promises: all that stand, page by page, and those that were answered late or given up lately."""

from __future__ import annotations

from datetime import datetime
from heapq import nlargest
from typing import Annotated, Final
from uuid import UUID

from pydantic import AwareDatetime, Field, TypeAdapter

from orchestrator.board.api.cursor import decode, encode, next_page
from orchestrator.board.api.endpoint import Answer, Call
from orchestrator.board.api.handoff_queries import OpenQuery
from orchestrator.board.filters import Filters
from orchestrator.board.lead.feed import Breach, as_breach, over
from orchestrator.board.lead.room import room_of
from orchestrator.board.lead.selection import Selection
from orchestrator.board.live.card import Card, CardClock, Risk
from orchestrator.domain.model import Frozen

Place = tuple[datetime, UUID, str, int]
"""When it was due, and which clock of which handoff it is: the newest come first."""
_PLACE: Final[TypeAdapter[Place]] = TypeAdapter(tuple[AwareDatetime, UUID, str, int])
_KIND: Final = "broken"


class Acknowledged(Frozen):
    """A lead has seen it."""

    by: str
    at: datetime
    note: str | None


class BreachLine(Frozen):
    """A broken promise."""

    handoff_id: UUID
    case_id: str
    clock: str
    generation: int
    team: Annotated[str, Field(description="The team that owes, or owed.")]
    sending_team: str
    receiving_team: str
    due_at: datetime
    ended_at: Annotated[
        datetime | None, Field(description="When it was answered late, or given up; None while it stands.")
    ]
    acknowledged: Annotated[Acknowledged | None, Field(description="By the newest acknowledgement of it.")]
    is_acknowledged: Annotated[bool, Field(description="Whether that has not expired.")]
    may_acknowledge: Annotated[bool, Field(description="Whether you may.")]


class Breaches(Frozen):
    """Promises that are broken, the newest first."""

    items: Annotated[list[BreachLine], Field(description="Those that are broken now.")]
    next: Annotated[str | None, Field(description="The address of the next page; None: this is the last.")]
    over: Annotated[
        list[BreachLine],
        Field(description="The newest that were answered late or given up in the last 24 hours."),
    ]


async def breaches(call: Call) -> Answer:
    """Return a page of the promises that are broken now, and those that were until lately."""
    query, room = call.query, room_of(call.request)
    assert isinstance(query, OpenQuery)
    selection = room.selections.of(Filters.of(call.request.query_params), call.viewer)
    after: Place | None = decode(query.cursor, _KIND, _PLACE)
    found = _broken(selection, after, query.limit + 1)
    shown = found[: query.limit]
    ended = await room.over.get()
    await room.notes.learn(card for _, card, _ in shown)
    at_end = encode(_KIND, shown[-1][0]) if len(found) > query.limit else None
    address, headers = next_page(call.request, at_end)
    now = call.parts.clock.now()
    standing = (as_breach(selection, card, clock, room.notes.peek(card), now=now) for _, card, clock in shown)
    page = Breaches(
        items=[_line(each) for each in standing],
        next=address,
        over=[_line(each) for each in over(selection, ended or ())],
    )
    return Answer(page, headers)


def _broken(selection: Selection, after: Place | None, limit: int) -> list[tuple[Place, Card, CardClock]]:
    """Return the first `limit` broken promises of those behind `after`."""
    standing = (
        ((clock.due_at, card.id, clock.kind, clock.generation), card, clock)
        for card in selection.cards()
        for clock in card.clocks
        if clock.risk is Risk.BREACHED and clock.due_at is not None
    )
    behind = (each for each in standing if after is None or each[0] < after)
    return nlargest(limit, behind, key=lambda each: each[0])


def _line(breach: Breach) -> BreachLine:
    told = breach.acknowledgement
    return BreachLine(
        handoff_id=breach.handoff,
        acknowledged=Acknowledged(by=told.by, at=told.at, note=told.note) if told is not None else None,
        **{name: getattr(breach, name) for name in _SAME},
    )


_SAME: Final = tuple(name for name in BreachLine.model_fields if name not in ("handoff_id", "acknowledged"))
