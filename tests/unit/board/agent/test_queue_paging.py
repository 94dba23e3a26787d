"""A list that is longer than a page: its stretches, and what an open page is told of the one it shows."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta
from types import SimpleNamespace
from typing import cast
from urllib.parse import parse_qsl, urlsplit
from uuid import UUID

import pytest
from starlette.datastructures import QueryParams

from orchestrator.board.agent import queue_page
from orchestrator.board.agent.queue_list import QueueList, Stretch
from orchestrator.board.agent.queue_place import Place
from orchestrator.board.agent.queue_rows import Part
from orchestrator.board.agent.queue_view import QueueView
from orchestrator.board.filters import Filters
from orchestrator.board.live.card import Card, CardClock, Risk
from orchestrator.board.live.change import Change, Message
from orchestrator.board.live.floor import Floor
from orchestrator.board.look.rendering import Renderer
from orchestrator.board.order import Order, order_of
from orchestrator.board.parts import Parts
from orchestrator.board.said import Unclear
from orchestrator.domain.handoff import Status
from tests import builders as b
from tests.unit.board.agent.people import RECEIVER
from tests.unit.board.agent.test_views import CARD

LIMIT = 3


def due(n: int, *, version: int = 3) -> Card:
    """Return handoff number `n`, which is due in `n` minutes."""
    clock = CardClock("accept", 1, "tier-2", b.T0, b.T0 + timedelta(minutes=n), Risk.ON_TIME)
    return replace(CARD, id=UUID(int=n), case_id=f"C-{n}", version=version, clocks=(clock,))


def numbers(cards: list[Card]) -> list[int]:
    return [card.id.int for card in cards]


def behind(n: int) -> Order:
    return order_of(due(n))


@pytest.fixture(autouse=True)
def _short_pages(monkeypatch: pytest.MonkeyPatch) -> None:
    def short(cards: list[Card], after: Order | None = None) -> QueueList:
        return QueueList(cards, after, LIMIT)

    monkeypatch.setattr(queue_page, "QueueList", short)


class Tab:
    """A page that was rendered, and what became of one of its lists."""

    def __init__(self, numbered: range, after: int | None = None) -> None:
        self.floor = Floor()
        self.floor.put(map(due, numbered))
        part, place = (Part.OFFERED, behind(after)) if after is not None else (None, None)
        self.place = Place("tier-2", Filters(), part, place)
        parts = cast(Parts, SimpleNamespace(floor=self.floor, renderer=Renderer({})))
        self.view = QueueView(self.place, parts, RECEIVER, "en")
        lists = queue_page.lists_of(parts, self.place, RECEIVER)
        self.rows = set(numbers(lists[Part.OFFERED].shown()))
        self.pieces: dict[str, str] = {}

    def hear(self, *cards: Card, gone: tuple[int, ...] = ()) -> list[Message]:
        """Do to the rows what the page would do, and return what it was told."""
        told = list(self.view.messages(Change(9, cards, tuple(UUID(int=n) for n in gone), ())))
        for message in told:
            for id in message.drop:
                if id.startswith("offered-"):
                    self.rows.discard(_number(id))
            for each in message.put:
                if each.into is None:
                    self.pieces[each.id] = each.html
                elif each.into == "queue-offered":
                    self.rows.add(_number(each.id))
                    assert len(self.rows) <= LIMIT, "a row came before there was room for it"
        return told

    @property
    def words(self) -> str:
        """The line under the list."""
        return " ".join(re.sub(r"<[^>]*>", " ", self.pieces["queue-more-offered"]).split())


def _number(element: str) -> int:
    return UUID(element.partition("-")[2]).int


def test_stretches_follow_one_another_without_a_gap_and_without_an_overlap() -> None:
    after, seen = None, []
    while True:
        cards = QueueList(map(due, range(1, 9)), after, LIMIT)
        stretch = cards.stretch()
        assert (stretch.all, stretch.before) == (8, len(seen))
        seen += numbers(cards.shown())
        if stretch.last is None:
            break
        after = stretch.last
    assert seen == list(range(1, 9))


def test_a_list_that_fits_is_whole() -> None:
    assert QueueList(map(due, range(1, 4)), None, LIMIT).stretch() == Stretch(3, 0, 3, True, None)
    assert QueueList(map(due, range(1, 4)), None, LIMIT).stretch().is_whole
    assert not QueueList(map(due, range(1, 4)), behind(3), LIMIT).stretch().is_whole


def test_a_row_that_sorts_beyond_the_page_is_counted_and_not_put_in() -> None:
    tab = Tab(range(1, 4))
    tab.hear()
    tab.hear(due(7))
    assert tab.rows == {1, 2, 3}
    assert ">4<" in tab.pieces["queue-count-offered"]
    assert tab.words == "1–3 of 4, by time left Show more"


def test_a_row_that_sorts_before_the_page_is_counted_and_not_put_in() -> None:
    tab = Tab(range(5, 12), after=7)
    tab.hear()
    tab.hear(due(1))
    assert tab.rows == {8, 9, 10}
    assert tab.words == "5–7 of 8, by time left From the most urgent Show more"
    assert ">5–7 of 8<" in tab.pieces["queue-count-offered"]


def test_a_row_that_comes_pushes_the_last_one_out() -> None:
    tab = Tab(range(2, 6))
    tab.hear()
    tab.hear(due(1))
    assert tab.rows == {1, 2, 3}


def test_a_row_that_leaves_lets_the_next_one_in() -> None:
    tab = Tab(range(1, 6))
    tab.hear()
    tab.hear(gone=(2,))
    assert tab.rows == {1, 3, 4}
    assert tab.words == "1–3 of 4, by time left Show more"
    tab.hear(replace(due(3, version=4), status=Status.ACCEPTED, agent="ben.cole", case_id="C-3"))
    assert tab.rows == {1, 4, 5}
    assert tab.words == ""
    assert "hidden" in tab.pieces["queue-more-offered"]


def test_a_page_whose_rows_have_all_left_says_where_the_rest_is() -> None:
    tab = Tab(range(1, 6), after=4)
    tab.hear()
    tab.hear(gone=(5,))
    assert tab.rows == set()
    assert tab.words == "From the most urgent"
    assert ">4<" in tab.pieces["queue-count-offered"]


def test_a_row_that_is_due_earlier_leaves_the_page_behind() -> None:
    tab = Tab(range(1, 8), after=3)
    tab.hear()
    moved = replace(due(5, version=4), clocks=due(1).clocks)
    tab.hear(moved)
    assert tab.rows == {4, 6, 7}


@pytest.mark.parametrize("after", [None, 2])
def test_what_happened_before_the_stream_began_is_made_up_for(after: int | None) -> None:
    before, tab = Tab(range(1, 8), after), Tab(range(1, 8), after)
    shown = sorted(before.rows)
    # The stream begins when the first row has left already and one has come: the page does not know it yet.
    now = Tab(range(1, 8), after)
    now.floor.drop([UUID(int=shown[0])])
    now.floor.put([due(9)])
    parts = cast(Parts, SimpleNamespace(floor=now.floor, renderer=Renderer({})))
    tab.view = QueueView(tab.place, parts, RECEIVER, "en")
    tab.hear(due(9), gone=(shown[0],))
    assert tab.rows == {each + 1 for each in shown}


def test_a_tab_that_comes_back_is_told_the_rows_that_it_may_lack_and_no_others() -> None:
    tab = Tab(range(1, 5))
    put = [each for message in tab.hear(gone=(9,)) for each in message.put if each.into]
    assert [_number(each.id) for each in put] == [3]
    assert Tab(range(1, 5)).hear() == []


def test_a_page_of_one_list_is_told_of_no_other() -> None:
    tab = Tab(range(1, 8), after=3)
    tab.hear()
    mine = replace(due(20), status=Status.ACCEPTED, agent=RECEIVER.id)
    assert tab.hear(mine) == []


def test_the_way_to_the_rest_keeps_what_is_asked_for() -> None:
    place = Place.of("tier-2", QueryParams("q=chart&risk=breached"))
    there = urlsplit(place.behind(Part.OTHERS, behind(3)))
    assert there.path == "/queue/tier-2"
    assert Place.of("tier-2", QueryParams(there.query)) == replace(place, part=Part.OTHERS, after=behind(3))
    follows = dict(parse_qsl(urlsplit(Place.of("tier-2", QueryParams(there.query)).live).query))
    assert (follows["of"], follows["list"], follows["q"]) == ("tier-2", "others", "chart")
    assert place.whole == "/queue/tier-2?risk=breached&q=chart"


@pytest.mark.parametrize(
    ("query", "named"),
    [
        ("list=all", "list is 'all', and is one of: mine, offered, sent, others, coming"),
        ("after=2026-01-01T00:00:00Z~x&list=mine", "after is no place in the queue"),
        ("after=2026-01-01T00:00:00Z~x", "after goes with list"),
    ],
)
def test_an_address_that_names_no_place_is_refused(query: str, named: str) -> None:
    with pytest.raises(Unclear, match=named):
        Place.of("tier-2", QueryParams(query))
