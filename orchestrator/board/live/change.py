"""What happened since a tab was told last, and how a page tells it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol
from uuid import UUID

from orchestrator.board.live.card import Card


@dataclass(frozen=True, slots=True)
class Happening:
    """A journal entry, without what it says in full."""

    seq: int
    journal: UUID
    """The handoff, or the journal of a flow of the integration map."""
    version: int
    type: str
    at: datetime
    """When it became true."""
    data: Mapping[str, Any] | None
    """What it says, where pages show that: notices, the health of flows, and what happened to clocks.

    None also where a clock only starts, is met or lapses: the card says what that changes.
    """
    case_id: str = ""
    """Of the handoff."""


@dataclass(frozen=True, slots=True)
class Change:
    """What the board learned at once."""

    seq: int
    """Every journal entry up to here is known: what a tab names when it comes back."""
    cards: tuple[Card, ...]
    """Open handoffs that changed, as they are now."""
    gone: tuple[UUID, ...]
    """Handoffs that changed and are not open any more."""
    happenings: tuple[Happening, ...]
    """In the order of the journal."""


@dataclass(frozen=True, slots=True)
class Fragment:
    """A piece of the page: it replaces the element with this id."""

    id: str
    html: str
    into: str | None = None
    """The id of the element that it is put into where there is none with its id yet; None: it is left out.

    Its place follows from `data-order`, compared as text with that of its siblings.
    """


@dataclass(frozen=True, slots=True)
class Message:
    """What one tab is told at once."""

    put: tuple[Fragment, ...] = ()
    drop: tuple[str, ...] = ()
    """Ids of elements that are to go."""
    say: tuple[str, ...] = ()
    """For screen readers, politely."""
    alert: tuple[str, ...] = ()
    """For everybody at once: breaches. Also a notification of the browser, where the reader wants them."""

    def as_json(self) -> dict[str, Any]:
        """Return it as it is sent."""
        put = [{"id": f.id, "html": f.html} | ({} if f.into is None else {"into": f.into}) for f in self.put]
        return {"put": put, "drop": self.drop, "say": self.say, "alert": self.alert}


class View(Protocol):
    """What one tab shows, and so wants to be told."""

    def messages(self, change: Change) -> Iterable[Message]:
        """Return what to tell of `change`; nothing where the tab does not show it.

        It is called on the event loop, for each tab: what many tabs share is rendered once and kept.
        """
        ...

    def tick(self) -> Iterable[Message]:
        """Return what to tell although nothing happened; called about once a second."""
        ...
