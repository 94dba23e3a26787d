"""What one tab with the board, or a wall, is told: rows as they change, figures once a second."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from orchestrator.board.discretion import knows_customer, nameless
from orchestrator.board.filters import Filters
from orchestrator.board.lead.news import News
from orchestrator.board.lead.room import Room
from orchestrator.board.lead.selection import Selection
from orchestrator.board.live.card import Card
from orchestrator.board.live.change import Change, Fragment, Message
from orchestrator.board.live.shown import Shown
from orchestrator.board.order import Order, order_of, order_text


@dataclass(frozen=True, slots=True)
class Figures:
    """A piece of the page that is told when it has changed."""

    id: str
    template: str
    place: object
    """Equal for tabs that show the same."""
    facts: Mapping[str, Any]


class Tab(ABC):
    """A list of handoffs with figures around it; the board and the wall say which."""

    row: str
    """The template of a row."""
    into: str
    """The id of the element that holds the rows."""

    def __init__(
        self,
        room: Room,
        selection: Selection,
        language: str,
        *,
        limit: int,
        after: Order | None = None,
        last: Order | None = None,
    ) -> None:
        self.room = room
        self.selection = selection
        self.language = language
        self.limit = limit
        self.after = after
        self._rows: Shown[Card] = Shown(lambda card: last is not None and order_of(card) <= last)
        self._told: dict[str, str] = {}
        self._news = News(selection, room.parts.renderer, language)

    @property
    def filters(self) -> Filters:
        """What the tab asks for."""
        return self.selection.filters

    def refresh(self, change: Change) -> None:
        """Take in what changed."""
        self.selection.refresh([*(card.id for card in change.cards), *change.gone])

    @abstractmethod
    def figures(self) -> Iterator[Figures]:
        """Return the pieces around the rows, as they are now."""

    def lists(self) -> Iterator[Message]:
        """Return what to tell of other lists on the page."""
        return iter(())

    def as_shown(self, card: Card) -> Card:
        """Return a card as it may be read here."""
        return card if knows_customer(self.selection.viewer, card) else nameless(card)

    def messages(self, change: Change) -> Iterable[Message]:
        """Return the rows that are not as they were, and what to say of it."""
        self.refresh(change)
        window = self.room.memo.get(
            ("window", self.selection.key, self.after, self.limit),
            self.selection.revision,
            lambda: {element(card): card for card in self.selection.window(self.after, self.limit)},
        )
        changed = {f"card-{id}" for id in (*(card.id for card in change.cards), *change.gone)}
        put, drop = self._rows.update(window, changed)
        # What goes makes room before what comes is put in: a list lets nothing in beyond its limit.
        gone = Message(drop=tuple(drop))
        told = Message(
            put=tuple(self._row(id, card) for id, card in put), alert=tuple(self._news.alerts(change))
        )
        self._news.hear(change)
        yield from _worth_telling(gone, told, *self.lists())

    def tick(self) -> Iterable[Message]:
        """Return the figures that changed since they were told."""
        put = []
        for each in self.figures():
            html = self.room.pieces.render(each.place, each.template, self.language, each.facts)
            if self._told.get(each.id) != html:
                self._told[each.id] = html
                put.append(Fragment(each.id, html))
        told = Message(put=tuple(put), say=tuple(self._news.says(self.room.parts.clock.now())))
        yield from _worth_telling(told, *self.lists())

    def _row(self, id: str, card: Card) -> Fragment:
        shown = self.as_shown(card)
        facts = {"card": shown, "order": order_text(order_of(card))}
        place = (card.id, shown is card)
        html = self.room.pieces.render(place, self.row, self.language, facts)
        return Fragment(id, html, into=self.into)


def _worth_telling(*messages: Message) -> Iterator[Message]:
    return (each for each in messages if each.put or each.drop or each.say or each.alert)


def element(card: Card) -> str:
    """Return the id of a row."""
    return f"card-{card.id}"
