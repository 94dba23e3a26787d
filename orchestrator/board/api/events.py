"""Changes as they happen, for programs: the stream of the pages, with data in place of pieces of pages."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any, Final
from uuid import UUID

from pydantic import Field
from starlette.requests import Request
from starlette.responses import Response

from orchestrator.board.access.viewer import Role, Viewer
from orchestrator.board.api.endpoint import Call
from orchestrator.board.api.handoff_models import HandoffLine, line_of
from orchestrator.board.api.query import Query
from orchestrator.board.discretion import knows_customer
from orchestrator.board.live import stream
from orchestrator.board.live.change import Change, Happening, Message
from orchestrator.board.ops.readers import READERS
from orchestrator.board.parts import Parts
from orchestrator.domain.events.integration_events import IntegrationHealthChanged
from orchestrator.domain.model import Frozen

VIEW: Final = "changes"


class EventsQuery(Query):
    """From where on."""

    since: Annotated[
        int | None, Field(ge=0, description="The `seq` of /board; a `Last-Event-ID` header wins.")
    ] = None


class Happened(Frozen):
    """A journal entry."""

    seq: int
    journal: Annotated[UUID, Field(description="The handoff; or the journal of a flow of the map.")]
    version: int
    type: str
    at: datetime
    data: Annotated[
        dict[str, Any] | None,
        Field(description="What it says: of clocks, notices and flows, as far as it is yours to read."),
    ]


class Changed(Frozen):
    """What one `patch` event says."""

    handoffs: Annotated[list[HandoffLine], Field(description="Open ones that changed, as they are now.")]
    gone: Annotated[list[UUID], Field(description="Not open any more; some may be new to who came back.")]
    happened: list[Happened]


@dataclass(frozen=True, slots=True, eq=False)
class Told(Message):
    """A change, as data; equal to no other, since no two programs are told the same."""

    changed: Changed | None = None

    # Else it would be equal to all others: what it inherits compares what pages are told, which is nothing.
    __eq__ = object.__eq__
    __hash__ = object.__hash__

    def as_json(self) -> dict[str, Any]:
        """Return it as it is sent."""
        assert self.changed is not None
        return self.changed.model_dump(mode="json")


class Changes:
    """What one program is told: of handoffs that it may see, from when it knows of them.

    Args:
        comes_back: whether it missed something, and so may ask for handoffs that ended meanwhile.
    """

    def __init__(self, parts: Parts, viewer: Viewer, *, comes_back: bool = False) -> None:
        self._viewer = viewer
        self._comes_back = comes_back
        self._seen = {card.id: card for card in parts.floor.cards() if viewer.may_see(card)}

    def messages(self, change: Change) -> Iterable[Message]:
        """Return what is new, in one message."""
        cards = [card for card in change.cards if self._viewer.may_see(card)]
        self._seen |= {card.id: card for card in cards}
        happened = [told for each in change.happenings if (told := self._told(each)) is not None]
        # Of what ended while nobody listened, nobody knows any more whose it was: an id says nothing of it.
        gone = [id for id in change.gone if id in self._seen or self._comes_back]
        self._comes_back = False
        for id in gone:
            self._seen.pop(id, None)
        if cards or happened or gone:
            handoffs = [line_of(card, self._viewer) for card in cards]
            yield Told(changed=Changed(handoffs=handoffs, gone=gone, happened=happened))

    def tick(self) -> Iterable[Message]:
        """Return nothing: who reads data counts for themselves."""
        return ()

    def _told(self, happening: Happening) -> Happened | None:
        if happening.type == IntegrationHealthChanged.type:
            return self._as_told(happening, self._viewer.has(*READERS))
        card = self._seen.get(happening.journal)
        if card is None:
            return None
        return self._as_told(happening, knows_customer(self._viewer, card) and self._is_for(happening.data))

    def _is_for(self, data: Mapping[str, Any] | None) -> bool:
        """Whether what an entry says is not for another team alone."""
        viewer, team = self._viewer, (data or {}).get("team")
        return team is None or viewer.has(Role.AUDITOR) or viewer.is_of(team) or "clock_id" in (data or {})

    def _as_told(self, happening: Happening, may_read: bool) -> Happened:
        return Happened(
            seq=happening.seq,
            journal=happening.journal,
            version=happening.version,
            type=happening.type,
            at=happening.at,
            data=dict(happening.data) if may_read and happening.data is not None else None,
        )


def make(request: Request, parts: Parts, viewer: Viewer) -> Changes:
    """Return what a program is told."""
    comes_back = bool(request.headers.get("last-event-id") or request.query_params.get("since"))
    return Changes(parts, viewer, comes_back=comes_back)


async def events(call: Call) -> Response:
    """Tell what happens, until the program goes."""
    call.request.path_params["view"] = VIEW
    return await stream.stream(call.request)


VIEWS: Final = {VIEW: make}
