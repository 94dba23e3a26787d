"""What a tab with the board is told of a change."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from uuid import UUID

from orchestrator.board.access.viewer import Role, Viewer
from orchestrator.board.filters import Filters
from orchestrator.board.lead.board_tab import BoardTab
from orchestrator.board.lead.notes import Notes
from orchestrator.board.lead.room import Room
from orchestrator.board.lead.wall_tab import WallTab
from orchestrator.board.live.card import Card, Risk
from orchestrator.board.live.change import Change, Message
from orchestrator.board.order import END, Order, order_of
from orchestrator.domain.events import ClockBreached, HandoffRequested
from tests import builders as b
from tests.fakes import ManualClock
from tests.live_builders import a_card, a_card_clock, a_change, a_happening, some_parts

LEAD = Viewer("lena", "Lena", frozenset({Role.LEAD}), frozenset({"tier-2"}))
OPS = Viewer("olga", "Olga", frozenset({Role.OPS}), None)


def _card(n: int, **over: object) -> Card:
    return a_card(**({"id": UUID(int=n), "clocks": (a_card_clock(due_at=b.T0 + n * b.MINUTE),)} | over))


class _NoNotes(Notes):
    """Of a board on which nobody has acknowledged anything."""

    def ask(self, cards: Iterable[Card]) -> None:
        pass


class _Board:
    """A floor, and a tab that shows it."""

    def __init__(
        self,
        *cards: Card,
        viewer: Viewer = LEAD,
        filters: Filters | None = None,
        limit: int = 3,
        after: Order | None = None,
        last: Order | None = END,
    ) -> None:
        self.clock = ManualClock(b.T0)
        self.parts = some_parts(clock=self.clock)
        self.parts.floor.put(cards)
        self.room = Room(self.parts)
        self.room.notes = _NoNotes(self.parts.readers)
        for reading in (self.room.rates, self.room.over):
            reading._read_at = b.T0  # nothing is asked of a database that is not there
        filters = filters or Filters()
        selection = self.room.selections.of(filters, viewer)
        around = self.room.selections.of(filters.changed(sender=None, receiver=None), viewer)
        self.tab = BoardTab(self.room, selection, around, "en", limit=limit, after=after, last=last)
        list(self.tab.lists())

    def begin(self) -> None:
        """Let the tab know that nothing has happened since its page was made."""
        assert self.hear(a_change(4)) == []

    def hear(self, change: Change) -> list[Message]:
        """Let the floor and then the tab know."""
        self.parts.floor.put(change.cards)
        self.parts.floor.drop(change.gone)
        return list(self.tab.messages(change))


def _put(messages: list[Message], into: str = "queue") -> list[str]:
    return [each.id for message in messages for each in message.put if each.into == into]


def _dropped(messages: list[Message]) -> list[str]:
    return [id for message in messages for id in message.drop]


def _row(n: int) -> str:
    return f"card-{UUID(int=n)}"


def test_a_card_that_changed_is_put_in_its_place() -> None:
    board = _Board(_card(1), _card(2))
    told = board.hear(a_change(5, _card(2, version=2, questions=1)))
    assert _put(told) == [_row(2)]
    (fragment,) = [each for message in told for each in message.put]
    assert f'id="{_row(2)}"' in fragment.html
    assert f'data-order="2026-03-02T09:02:00.000000Z~{UUID(int=2)}"' in fragment.html


def test_a_card_of_others_is_not_told() -> None:
    board = _Board(_card(1))
    board.begin()
    assert board.hear(a_change(5, _card(2, sending_team="chat", receiving_team="phone"))) == []


def test_a_card_that_the_filters_do_not_ask_for_any_more_goes() -> None:
    board = _Board(_card(1), _card(2), filters=Filters(status=("offered",)))
    accepted = replace(_card(1), version=2, status=b.Status.ACCEPTED)
    assert _dropped(board.hear(a_change(5, accepted))) == [_row(1)]


def test_what_goes_makes_room_for_the_next_one() -> None:
    board = _Board(*(_card(n) for n in range(1, 6)), last=order_of(_card(3)))
    told = board.hear(a_change(5, gone=(UUID(int=1),)))
    assert _dropped(told) == [_row(1)]
    assert _put(told) == [_row(4)]
    assert told.index(next(m for m in told if m.drop)) < told.index(next(m for m in told if m.put))


def test_what_comes_first_pushes_the_last_one_out() -> None:
    board = _Board(*(_card(n) for n in range(2, 6)), last=order_of(_card(4)))
    board.hear(a_change(4))
    told = board.hear(a_change(5, _card(1)))
    assert (_put(told), _dropped(told)) == ([_row(1)], [_row(4)])


def test_a_page_behind_a_place_shows_nothing_that_comes_before_it() -> None:
    board = _Board(*(_card(n) for n in range(1, 6)), after=order_of(_card(2)))
    board.begin()
    assert board.hear(a_change(5, _card(1, version=2))) == []
    assert _put(board.hear(a_change(6, _card(3, version=2)))) == [_row(3)]


def test_a_tab_that_comes_back_is_told_all_rows() -> None:
    board = _Board(*(_card(n) for n in range(1, 6)), last=None)
    assert _put(board.hear(a_change(5))) == [_row(1), _row(2), _row(3)]
    assert board.hear(a_change(6)) == []


def test_a_change_that_is_told_twice_is_shown_once() -> None:
    board = _Board(_card(1))
    change = a_change(5, _card(1, version=2))
    assert _put(board.hear(change)) == [_row(1)]
    assert board.hear(change) == []


def test_a_slow_tab_sees_what_the_floor_has_by_now() -> None:
    board = _Board(_card(1), _card(2))
    gone, back = a_change(5, gone=(UUID(int=1),)), a_change(6, _card(1, version=3))
    board.parts.floor.drop(gone.gone)
    board.parts.floor.put(back.cards)
    assert _put(list(board.tab.messages(gone))) == [_row(1)]
    assert list(board.tab.messages(back)) == []


def test_ops_are_told_no_customer() -> None:
    board = _Board(_card(1), viewer=OPS)
    (message,) = board.hear(a_change(5, _card(1, version=2)))
    assert "Lovelace" not in message.put[0].html
    lead = _Board(_card(1))
    (message,) = lead.hear(a_change(5, _card(1, version=2)))
    assert "Lovelace" in message.put[0].html


def test_what_a_customer_wrote_is_text() -> None:
    board = _Board(_card(1))
    hostile = '"><script>alert(1)</script>'
    (message,) = board.hear(a_change(5, _card(1, version=2, reason=hostile, customer=hostile, tier=hostile)))
    assert "<script" not in message.put[0].html
    assert "&lt;script&gt;" in message.put[0].html


def _breach(seq: int, journal: UUID) -> Change:
    told = {"case_id": "case-1", "kind": "accept", "team": "tier-2"}
    return Change(seq, (), (), (a_happening(seq, journal, type=ClockBreached.type, data=told),))


def test_a_breach_is_told_aloud_and_comes_to_the_feed() -> None:
    board = _Board(_card(1))
    broken = _card(1, version=2, clocks=(a_card_clock(risk=Risk.BREACHED, due_at=b.T0),))
    told = board.hear(replace(_breach(5, UUID(int=1)), cards=(broken,)))
    assert [text for message in told for text in message.alert] == [
        "Breached: case-1, Accept, owed by tier-2"
    ]
    assert _put(told, "feed-standing") == [f"breach-{UUID(int=1)}-accept-1"]
    over = board.hear(a_change(6, gone=(UUID(int=1),)))
    assert f"breach-{UUID(int=1)}-accept-1" in _dropped(over)


def test_breaches_of_others_are_not_told() -> None:
    board = _Board(_card(1), _card(2, sending_team="chat", receiving_team="phone"))
    assert board.hear(_breach(5, UUID(int=2))) == []


def test_many_breaches_at_once_are_told_as_a_number() -> None:
    board = _Board(*(_card(n) for n in range(1, 6)))
    told = Change(5, (), (), tuple(_breach(n, UUID(int=n)).happenings[0] for n in range(1, 6)))
    (message,) = board.hear(told)
    assert message.alert == ("5 promises were broken",)


def test_figures_are_told_when_they_changed() -> None:
    board = _Board(_card(1))
    first = {each.id for message in board.tab.tick() for each in message.put}
    assert {"strip", "figures", "matrix", "more"} <= first
    assert list(board.tab.tick()) == []
    board.hear(a_change(5, _card(2)))
    changed = {each.id: each.html for message in board.tab.tick() for each in message.put}
    assert changed.keys() == {"figures", "matrix", "more"}
    assert '<span class="figure">2</span>' in changed["figures"]


def test_equal_tabs_share_what_is_rendered() -> None:
    board = _Board(_card(1), _card(2))
    room, selection = board.room, board.tab.selection
    other = BoardTab(room, selection, selection, "en", limit=3, after=None, last=END)
    change = a_change(5, _card(1, version=2))
    one = board.hear(change)[0].put[0].html
    two = next(iter(other.messages(change))).put[0].html
    assert one is two


def test_new_handoffs_are_said_now_and_then() -> None:
    board = _Board()
    new = a_happening(5, UUID(int=1), type=HandoffRequested.type, data=None)
    board.hear(Change(5, (_card(1),), (), (new,)))
    assert [text for message in board.tab.tick() for text in message.say] == ["1 new handoff"]
    board.hear(Change(6, (_card(2),), (), (replace(new, journal=UUID(int=2)),)))
    board.hear(Change(7, (_card(3),), (), (replace(new, journal=UUID(int=3)),)))
    assert [text for message in board.tab.tick() for text in message.say] == []
    board.clock.advance(b.MINUTE)
    for reading in (board.room.rates, board.room.over):
        reading._read_at = board.clock.now()
    assert [text for message in board.tab.tick() for text in message.say] == ["2 new handoffs"]


def test_a_wall_names_no_customer() -> None:
    parts = some_parts()
    parts.floor.put([_card(1)])
    room = Room(parts)
    wall = WallTab(room, room.selections.of(Filters(), LEAD), "en", limit=10)
    (message,) = wall.messages(a_change(5))
    assert "case-1" in message.put[0].html
    assert "Lovelace" not in message.put[0].html
