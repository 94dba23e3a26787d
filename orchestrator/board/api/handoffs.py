"""Lists of open handoffs, by time left: all that are asked for, or the queue of one team."""

from __future__ import annotations

from collections.abc import Sequence
from heapq import nsmallest
from typing import Annotated, Final
from uuid import UUID

from pydantic import AwareDatetime, Field, TypeAdapter
from starlette.datastructures import ImmutableMultiDict

from orchestrator.board.api.cursor import decode, encode, next_page
from orchestrator.board.api.endpoint import Answer, Call
from orchestrator.board.api.handoff_models import HandoffPage, line_of
from orchestrator.board.api.handoff_queries import HandoffsQuery, OpenQuery
from orchestrator.board.api.history import newest
from orchestrator.board.filters import Filters
from orchestrator.board.lead.room import room_of
from orchestrator.board.live.card import Card
from orchestrator.board.order import Order, order_of
from orchestrator.board.problems import NotFound

_PLACE: Final[TypeAdapter[Order]] = TypeAdapter(tuple[AwareDatetime, UUID])
_KIND: Final = "due"


class Queue(HandoffPage):
    """What a team has to do, and what is on its way to it."""

    team: str
    name: Annotated[str, Field(description="Of the team.")]


async def listed(call: Call) -> Answer:
    """Return a page of handoffs."""
    query = call.query
    assert isinstance(query, HandoffsQuery)
    if query.is_history:
        return await newest(call, query)
    filters, after = Filters.of(call.request.query_params), _after(query.cursor)
    if query.case is None:
        selection = room_of(call.request).selections.of(filters, call.viewer)
        return _page(call, selection.window(after, query.limit + 1), query.limit)
    of_case = (card for card in call.parts.floor.cards() if card.case_id == query.case)
    behind = (card for card in of_case if after is None or order_of(card) > after)
    theirs = (card for card in behind if filters.shows(card, call.viewer))
    return _page(call, nsmallest(query.limit + 1, theirs, key=order_of), query.limit)


async def queue(call: Call) -> Answer:
    """Return a page of what is open for a team.

    Raises:
        NotFound: there is no such team, or it is not theirs to see.
    """
    query, team = call.query, call.request.path_params["team"]
    assert isinstance(query, OpenQuery)
    known = call.parts.policy.rules.teams.get(team)
    if known is None or not call.viewer.may_see(_Of(team)):
        raise NotFound(f"there is no team {team!r}")
    given = [pair for pair in call.request.query_params.multi_items() if pair[0] != "to"]
    filters = Filters.of(ImmutableMultiDict([*given, ("to", team)]))
    selection = room_of(call.request).selections.of(filters, call.viewer)
    page = _page(call, selection.window(_after(query.cursor), query.limit + 1), query.limit)
    assert isinstance(page.model, HandoffPage)
    return Answer(Queue(team=team, name=known.name, **dict(page.model)), page.headers)


class _Of:
    """A handoff within a team."""

    def __init__(self, team: str) -> None:
        self.sending_team = self.receiving_team = team


def _after(cursor: str | None) -> Order | None:
    after: Order | None = decode(cursor, _KIND, _PLACE)
    return after


def _page(call: Call, cards: Sequence[Card], limit: int) -> Answer:
    """Return the first `limit` of these cards as a page; one more tells that there is a next one."""
    shown = cards[:limit]
    at_end = encode(_KIND, order_of(shown[-1])) if len(cards) > limit else None
    address, headers = next_page(call.request, at_end)
    return Answer(HandoffPage(items=[line_of(card, call.viewer) for card in shown], next=address), headers)
