"""What an open page is told: what changed, of what its reader may see, and nothing else."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from types import SimpleNamespace
from typing import Any, cast
from uuid import UUID

import pytest

from orchestrator.board.access.viewer import Viewer
from orchestrator.board.agent.handoff_view import HandoffView
from orchestrator.board.agent.queue_place import Place
from orchestrator.board.agent.queue_rows import Part, part_of
from orchestrator.board.agent.queue_view import QueueView
from orchestrator.board.filters import Filters
from orchestrator.board.live.card import Card, CardClock, Risk
from orchestrator.board.live.change import Change, Happening, Message
from orchestrator.board.live.floor import Floor
from orchestrator.board.look.rendering import Renderer
from orchestrator.board.parts import Parts
from orchestrator.domain.handoff import Status
from orchestrator.domain.model import Priority
from tests import builders as b
from tests.unit.board.agent.people import OPS, RECEIVER, SENDER, STRANGER

ID = UUID(int=5)
CARD = Card(
    id=ID,
    version=3,
    case_id="C-5",
    kind="k",
    title="Team to team",
    status=Status.OFFERED,
    priority=Priority.HIGH,
    reason="<b>Charts</b> stay empty",
    sending_team="tier-1",
    receiving_team="tier-2",
    agent=None,
    offered_to=None,
    customer_id="customer-1",
    account_id=None,
    customer="Ada <script>",
    tier="gold",
    requested_at=b.T0,
    items_done=1,
    items=2,
    missing=(),
    bounces=0,
    questions=0,
    clocks=(),
)
MINE = replace(CARD, version=4, status=Status.ACCEPTED, agent=RECEIVER.id)


def parts_with(*cards: Card) -> Parts:
    floor = Floor()
    floor.put(cards)
    return cast(Parts, SimpleNamespace(floor=floor, renderer=Renderer({"tier-1": "First line"})))


def change(*cards: Card, gone: tuple[UUID, ...] = (), told: tuple[Happening, ...] = ()) -> Change:
    return Change(9, cards, gone, told)


def happening(version: int) -> Happening:
    return Happening(9, ID, version, "t", b.T0, None)


def queue(*cards: Card, viewer: Viewer = RECEIVER, **filters: Any) -> QueueView:
    return QueueView(Place("tier-2", Filters(**filters)), parts_with(*cards), viewer, "en")


def told(view: Any, it: Change) -> Message:
    """Return all that a tab is told of a change."""
    messages = list(view.messages(it))
    assert messages
    return Message(
        put=tuple(each for message in messages for each in message.put),
        drop=tuple(each for message in messages for each in message.drop),
        say=tuple(each for message in messages for each in message.say),
    )


@pytest.mark.parametrize(
    ("over", "viewer", "team", "part"),
    [
        ({}, RECEIVER, "tier-2", Part.OFFERED),
        ({"status": Status.HELD}, RECEIVER, "tier-2", Part.COMING),
        ({"status": Status.ACCEPTED, "agent": "ana.diaz"}, RECEIVER, "tier-2", Part.MINE),
        ({"status": Status.ACCEPTED, "agent": "ben.cole"}, RECEIVER, "tier-2", Part.OTHERS),
        ({}, SENDER, "tier-1", None),
        ({"questions": 1}, SENDER, "tier-1", Part.SENT),
        ({"missing": ("x",)}, SENDER, "tier-1", Part.SENT),
        ({"missing": ("x",), "status": Status.ACCEPTED}, SENDER, "tier-1", None),
        ({}, STRANGER, "billing", None),
    ],
)
def test_each_handoff_stands_in_one_list(
    over: dict[str, Any], viewer: Viewer, team: str, part: Part | None
) -> None:
    assert part_of(replace(CARD, **over), team, viewer) is part


def test_a_new_handoff_is_put_counted_and_said() -> None:
    view = queue()
    list(view.messages(change()))
    message = told(view, change(CARD))
    html = {each.id: each.html for each in message.put}
    assert message.put[0].into == "queue-offered"
    assert "&lt;b&gt;Charts&lt;/b&gt;" in html[f"offered-{ID}"]
    assert "<script>" not in html[f"offered-{ID}"]
    assert ">1<" in html["queue-count-offered"]
    assert message.say == ("New in the queue: C-5 Ada <script>",)


def test_an_accepted_one_moves_to_the_list_of_who_accepted_it() -> None:
    view = queue(CARD)
    message = told(view, change(MINE))
    assert message.put[0].id == f"mine-{ID}"
    assert f"offered-{ID}" in message.drop
    assert f"mine-{ID}" not in message.drop


def test_one_that_is_over_goes() -> None:
    view = queue(CARD)
    message = told(view, change(gone=(ID,)))
    assert f"offered-{ID}" in message.drop
    assert list(view.messages(change(gone=(ID,)))) == []


def test_what_went_between_the_page_and_its_stream_is_dropped_too() -> None:
    assert f"offered-{ID}" in told(queue(), change(gone=(ID,))).drop
    moved = replace(CARD, receiving_team="billing")
    assert f"offered-{ID}" in told(queue(), change(moved)).drop


def test_a_filter_holds_for_what_happens_later() -> None:
    view = queue(q=("nothing",))
    list(view.messages(change()))
    assert list(view.messages(change(CARD))) == []


def test_a_row_is_rendered_once_for_all_who_may_read_the_same() -> None:
    parts = parts_with(CARD)
    views = [QueueView(Place("tier-2"), parts, RECEIVER, "en") for _ in range(2)]
    first, second = (told(view, change(replace(CARD, version=5))).put[0].html for view in views)
    assert first == second
    assert first is second


def test_ops_is_told_of_no_customer() -> None:
    view = queue(viewer=OPS)
    message = told(view, change(CARD))
    html = message.put[0].html
    assert "Ada" not in html
    assert "Charts" not in html
    assert "data-deed" not in html
    assert message.say == ("New in the queue: C-5",)


def test_the_page_of_a_handoff_is_told_its_newest_version() -> None:
    view = HandoffView(ID, parts_with(CARD), RECEIVER)
    message = told(view, change(MINE, told=(happening(4), happening(5))))
    [sign] = message.put
    assert sign.id == "handoff-version"
    assert 'data-version="5"' in sign.html


def test_the_page_of_another_handoff_is_told_nothing() -> None:
    other = replace(CARD, id=UUID(int=6))
    view = HandoffView(ID, parts_with(CARD, other), RECEIVER)
    assert list(view.messages(change(other))) == []


def test_nobody_is_told_of_a_handoff_that_they_may_not_see() -> None:
    view = HandoffView(ID, parts_with(CARD), STRANGER)
    assert list(view.messages(change(MINE, told=(happening(4),)))) == []
    assert list(view.messages(change(gone=(ID,), told=(happening(5),)))) == []


def test_a_handoff_that_went_to_another_team_is_not_told_of_any_more() -> None:
    view = HandoffView(ID, parts_with(CARD), RECEIVER)
    moved = replace(CARD, version=4, receiving_team="billing")
    assert list(view.messages(change(moved, told=(happening(4),)))) == []


def test_its_end_is_told_to_those_who_saw_it() -> None:
    view = HandoffView(ID, parts_with(CARD), RECEIVER)
    [sign] = told(view, change(gone=(ID,), told=(happening(6),))).put
    assert 'data-version="6"' in sign.html


def test_rows_stand_by_time_left() -> None:
    def due(minutes: int, id: int) -> Card:
        at = b.T0 + timedelta(minutes=minutes)
        clock = CardClock("accept", 1, "tier-2", b.T0, at, Risk.ON_TIME)
        return replace(CARD, id=UUID(int=id), clocks=(clock,))

    view = queue()
    put = told(view, change(due(20, 1), due(5, 2), replace(CARD, id=UUID(int=3)))).put
    orders = {each.id: each.html.split('data-order="')[1].split('"')[0] for each in put if each.into}
    assert sorted(orders, key=orders.__getitem__) == [f"offered-{UUID(int=n)}" for n in (2, 1, 3)]
