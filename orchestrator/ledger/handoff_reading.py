"""One handoff as its page needs it: where it stands, its newest packet, and all that happened."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from pydantic import ValidationError
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from orchestrator.domain.commands import COMMANDS, RequestHandoff
from orchestrator.domain.events import EVENTS, Event, PacketPrepared
from orchestrator.domain.handoff import Handoff
from orchestrator.domain.packet import Packet
from orchestrator.ledger import reading
from orchestrator.ledger.reading import Entry
from orchestrator.ledger.tables import handoffs


@dataclass(frozen=True, slots=True)
class Told:
    """A handoff with its story."""

    handoff: Handoff
    packet: Packet | None
    """The newest; None while it is held, and where no version of this program can read it."""
    events: tuple[Event, ...]
    """Its journal, without the entries that only a later version of this program knows."""


async def told(db: AsyncConnection, id: UUID) -> Told | None:
    """Return a handoff with its packet and its journal; None when there is no such handoff."""
    handoff = await reading.handoff(db, id)
    if handoff is None:
        return None
    entries = await reading.journal_of(db, id)
    events = tuple(event for entry in entries if (event := _event(entry)) is not None)
    packets = [event.packet for event in events if isinstance(event, PacketPrepared)]
    return Told(handoff, packets[-1] if packets else None, events)


async def request_of(db: AsyncConnection, id: UUID) -> RequestHandoff:
    """Return what a handoff began with, as it was stored: not yet cut to what a team may read."""
    query = select(handoffs.c.request_type, handoffs.c.request).where(handoffs.c.id == id)
    type, data = (await db.execute(query)).one()
    request = COMMANDS[type].model_validate(data)
    assert isinstance(request, RequestHandoff)
    return request


def _event(entry: Entry) -> Event | None:
    """Return what an entry says; None when only another version of this program can read it."""
    known = EVENTS.get(entry.type)
    try:
        return known.model_validate(entry.data) if known is not None else None
    except ValidationError:
        return None
