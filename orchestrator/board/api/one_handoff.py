"""One handoff: where it stands, its packet and its journal."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Final
from uuid import UUID

from pydantic import Field, TypeAdapter

from orchestrator.board.access.viewer import Viewer
from orchestrator.board.agent.shown import Shown, show
from orchestrator.board.api.cursor import decode, encode, next_page
from orchestrator.board.api.endpoint import Answer, Call
from orchestrator.board.api.handoff_models import CaseOf, HandoffState, clock_of, item_of, possible
from orchestrator.board.api.handoff_queries import Page
from orchestrator.board.api.problems import NoPacket
from orchestrator.board.discretion import knows_customer
from orchestrator.board.parts import Parts
from orchestrator.board.problems import NotAllowed, NotFound
from orchestrator.domain.events import ConcurrentWork, PacketPrepared
from orchestrator.domain.handoff import Handoff
from orchestrator.domain.model import Frozen
from orchestrator.domain.packet import Packet
from orchestrator.ledger import reading
from orchestrator.ledger.journal_pages import entries_after
from orchestrator.ledger.reading import Entry as Stored

_VERSION: Final[TypeAdapter[int]] = TypeAdapter(Annotated[int, Field(ge=0, lt=2**31)])
_KIND: Final = "version"


class Entry(Frozen):
    """An entry of a journal."""

    version: Annotated[int, Field(description="Its place in the journal, from 1.")]
    type: str
    at: Annotated[datetime, Field(description="When it became true.")]
    data: Annotated[
        dict[str, Any] | None,
        Field(description="What it says, as it was stored; None where it is not theirs to read."),
    ]


class Journal(Frozen):
    """What happened to a handoff, in its order."""

    items: list[Entry]
    next: Annotated[str | None, Field(description="The address of the next page; None: this is the last.")]


async def state(call: Call) -> HandoffState:
    """Return where a handoff stands."""
    return await state_of(call.parts, call.viewer, _id(call))


async def state_of(parts: Parts, viewer: Viewer, id: UUID) -> HandoffState:
    """Return where a handoff stands, as this viewer may know.

    Raises:
        NotFound: there is none, or none that they may know of (`doing.NotFound`).
    """
    shown = await show(parts, viewer, id)
    handoff = shown.handoff
    ended = handoff.outcome
    return HandoffState(
        **{name: getattr(handoff, name) for name in _SAME},
        title=shown.kind.title,
        agent=handoff.receiving_agent,
        customer=_case_of(shown),
        tier=handoff.entitlement.tier,
        outcome=ended if shown.knows_case or ended is None else ended.model_copy(update={"said": ""}),
        has_packet=shown.packet is not None,
        missing=tuple(id for id in handoff.required if id not in handoff.done),
        checklist=tuple(map(item_of, shown.lines)),
        clocks=tuple(map(clock_of, shown.promises)),
        questions=handoff.questions if shown.knows_case else (),
        actions=tuple(map(possible, shown.offers.values())),
    )


async def packet(call: Call) -> Packet:
    """Return the newest packet.

    Raises:
        NotAllowed: they are not of the receiving team.
        NoPacket: it is held, or nothing of this version can be read.
    """
    shown = await show(call.parts, call.viewer, _id(call))
    if not call.viewer.may_read(shown.handoff):
        team = shown.handoff.receiving_team
        raise NotAllowed(f"the packet is for {team} to read: it was cut to what they may know")
    if shown.packet is None:
        raise NoPacket("there is no packet yet: see `missing` of the handoff for what it waits for")
    return shown.packet


async def journal(call: Call) -> Answer:
    """Return a page of what happened."""
    query = call.query
    assert isinstance(query, Page)
    after: int | None = decode(query.cursor, _KIND, _VERSION)
    handoff = await visible_now(call)
    async with call.parts.readers.connection() as db:
        found = await entries_after(db, handoff.id, version=after or 0, limit=query.limit + 1)
    shown = found[: query.limit]
    at_end = encode(_KIND, shown[-1].version) if len(found) > query.limit else None
    address, headers = next_page(call.request, at_end)
    items = [
        Entry(
            version=each.version,
            type=each.type,
            at=each.at,
            data=each.data if _may_read(call.viewer, handoff, each) else None,
        )
        for each in shown
    ]
    return Answer(Journal(items=items, next=address), headers)


async def visible_now(call: Call) -> Handoff:
    """Return the handoff that the address names.

    Raises:
        NotFound: it is not there, or not theirs to see.
    """
    id = _id(call)
    async with call.parts.readers.connection() as db:
        handoff = await reading.handoff(db, id)
    if handoff is None or not call.viewer.may_see(handoff):
        raise NotFound(f"there is no handoff {id}")
    return handoff


def _may_read(viewer: Viewer, handoff: Handoff, entry: Stored) -> bool:
    """Whether they may read what an entry says: the sending team may not, where it tells of the packet."""
    if viewer.may_read(handoff):
        return True
    if not knows_customer(viewer, handoff) or entry.type == PacketPrepared.type:
        return False
    return entry.type != ConcurrentWork.type or viewer.is_of(str(entry.data.get("team")))


def _id(call: Call) -> UUID:
    id = call.request.path_params["id"]
    assert isinstance(id, UUID)
    return id


def _case_of(shown: Shown) -> CaseOf | None:
    if not shown.knows_case:
        return None
    handoff = shown.handoff
    name = shown.customer.name if shown.customer is not None else None
    return CaseOf(id=handoff.customer_id, account_id=handoff.account_id, name=name)


_SAME: Final = (
    *("id", "version", "case_id", "kind", "status", "priority", "reason", "sending_team", "receiving_team"),
    *("offered_to", "requested_at", "ended_at", "policy_version"),
)
