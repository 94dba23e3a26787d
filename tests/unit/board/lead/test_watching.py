"""A tab shows what the board is, whichever way it comes back: also where its id stands still in a gap."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from operator import itemgetter
from types import SimpleNamespace
from uuid import UUID

import pytest
from starlette.requests import Request

from orchestrator.board.access.viewer import Role, Viewer
from orchestrator.board.filters import Filters
from orchestrator.board.lead import watching
from orchestrator.board.lead.room import Room
from orchestrator.board.live.card import Card
from orchestrator.board.live.catching_up import missed
from orchestrator.board.live.change import Change, Message
from orchestrator.board.order import order_of
from orchestrator.board.parts import Parts
from tests import builders as b
from tests.live_builders import a_card, a_card_clock, a_happening, some_parts

LEAD = Viewer("lena", "Lena", frozenset({Role.LEAD}), None)
MADE = 4
"""How far the journal was read when the page was made; what comes after it lies beyond a gap."""


@pytest.fixture(autouse=True)
def few(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let a page have three rows."""
    monkeypatch.setattr(watching, "ROWS", 3)


def _card(n: int, **over: object) -> Card:
    return a_card(**({"id": UUID(int=n), "clocks": (a_card_clock(due_at=b.T0 + n * b.MINUTE),)} | over))


class _Browser:
    """A page, and the board that tells it what happens while a number of the journal has not come yet."""

    def __init__(self, *cards: Card) -> None:
        self.parts: Parts = some_parts()
        self.parts.floor.put(cards)
        self.parts.floor.seq = self.parts.hub.told_from = MADE
        self.room = Room(self.parts)
        for reading in (self.room.rates, self.room.over):
            reading._read_at = b.T0  # nothing is asked of a database that is not there
        shown = self._board()[:3]
        self.address = watching.live_address("board", Filters(), shown, 3)
        self.rows = {f"card-{card.id}": order_of(card) for card in shown}
        self._happened = MADE + 1

    def happens(self, *cards: Card, gone: Sequence[Card] = ()) -> Change:
        """Let something happen beyond the gap."""
        self._happened += 1
        changed = [*(card.id for card in cards), *(card.id for card in gone)]
        told = tuple(a_happening(self._happened, id) for id in changed)
        change = Change(MADE, cards, tuple(card.id for card in gone), told)
        self.parts.floor.put(change.cards)
        self.parts.floor.drop(change.gone)
        self.parts.hub.tell(change)
        return change

    def follows(self, query: str, **headers: str) -> watching.BoardTab:
        """Open a stream, and return what tells it."""
        view = watching.board_view(self.asks(query, **headers), self.parts, LEAD)
        assert isinstance(view, watching.BoardTab)
        list(view.lists())  # the breach feed is another list
        return view

    def asks(self, query: str, **headers: str) -> Request:
        """Return what asks for a stream."""
        path, _, asked = f"{self.address}&since={MADE}{query}".partition("?")
        scope = {
            "type": "http",
            "path": path,
            "query_string": asked.encode(),
            "headers": [(name.replace("_", "-").encode(), value.encode()) for name, value in headers.items()],
            "app": SimpleNamespace(state=SimpleNamespace(parts=self.parts, lead=self.room)),
            "state": {"viewer": LEAD, "preferences": SimpleNamespace(language="en")},
        }
        return Request(scope)

    def is_told(self, messages: Iterable[Message]) -> None:
        """Do as the script of the page does: put rows in, and those beyond the limit out."""
        cards = {f"card-{card.id}": order_of(card) for card in self.parts.floor.cards()}
        for message in messages:
            for fragment in message.put:
                self.rows[fragment.id] = cards[fragment.id]
                self.rows = dict(sorted(self.rows.items(), key=itemgetter(1))[:3])
            for id in message.drop:
                self.rows.pop(id, None)

    def shows(self) -> list[str]:
        return list(self.rows)

    def should_show(self) -> list[str]:
        return [f"card-{card.id}" for card in self._board()[:3]]

    def _board(self) -> list[Card]:
        return sorted(self.parts.floor.cards(), key=order_of)


async def _missed(page: _Browser) -> Change:
    change = await missed(page.parts, MADE)
    assert change is not None
    return change


async def test_a_row_that_was_pushed_out_comes_back_although_the_id_stood_still() -> None:
    first, *others = (_card(n) for n in range(4))
    page = _Browser(*others)
    view = page.follows("&unchanged=1")
    page.is_told(view.messages(page.happens(first)))
    assert page.shows() == page.should_show() == [f"card-{UUID(int=n)}" for n in range(3)]

    page.happens(gone=[first])
    again = page.follows("")
    page.is_told(again.messages(await _missed(page)))
    assert page.shows() == page.should_show() == [f"card-{UUID(int=n)}" for n in range(1, 4)]


async def test_a_browser_that_comes_back_by_itself_asks_for_the_first_time_no_more() -> None:
    first, *others = (_card(n) for n in range(4))
    page = _Browser(*others)
    page.is_told(page.follows("&unchanged=1").messages(page.happens(first)))

    page.happens(gone=[first])
    again = page.follows("&unchanged=1", last_event_id=str(MADE))
    page.is_told(again.messages(await _missed(page)))
    assert page.shows() == page.should_show()


async def test_a_page_that_was_told_nothing_yet_gets_only_what_is_new() -> None:
    page = _Browser(*(_card(n) for n in range(1, 5)))
    page.happens(_card(2, version=2))
    messages = list(page.follows("&unchanged=1").messages(await _missed(page)))
    assert [each.id for message in messages for each in message.put] == [f"card-{UUID(int=2)}"]


async def test_a_wall_that_comes_back_is_told_all_its_rows() -> None:
    page = _Browser(*(_card(n) for n in range(1, 5)))
    wall = watching.wall_tab(page.asks(""))
    messages = list(wall.messages(await _missed(page)))
    assert [each.id for message in messages for each in message.put] == [
        f"card-{UUID(int=n)}" for n in range(1, 5)
    ]
