"""Who comes back is told all that was missed, as one change."""

from __future__ import annotations

from uuid import UUID

import pytest

from orchestrator.board.live import catching_up
from orchestrator.board.live.catching_up import missed
from orchestrator.board.live.change import Change
from orchestrator.board.parts import Parts
from orchestrator.domain.events import Declined, IntegrationHealthChanged
from tests.live_builders import a_card, a_happening, some_parts

OPEN, DONE, FLOW = (UUID(int=number) for number in (1, 2, 3))


def a_board() -> Parts:
    """Return the parts of a board that began at 10 and was told of 11 to 14, in another order."""
    parts = some_parts()
    parts.hub.told_from = 10
    parts.floor.put([a_card(id=OPEN, version=5)])
    flow = a_happening(13, FLOW, type=IntegrationHealthChanged.type)
    told = (a_happening(11, OPEN), a_happening(14, OPEN), a_happening(12, DONE), flow)
    parts.hub.tell(Change(14, (), (), told))
    parts.floor.seq = 14
    return parts


async def test_what_changed_since_comes_with_cards_as_they_are_now() -> None:
    change = await missed(a_board(), 11)
    assert change is not None
    assert [(card.id, card.version) for card in change.cards] == [(OPEN, 5)]
    assert change.gone == (DONE,), "a flow is no handoff that could be over"
    assert [each.seq for each in change.happenings] == [12, 13, 14]
    assert change.seq == 14


async def test_a_bounce_changes_the_other_handoffs_of_its_case() -> None:
    parts = a_board()
    parts.floor.put([a_card(id=FLOW, case_id="another")])
    declined = a_happening(15, DONE, type=Declined.type, case_id="case-1")
    parts.hub.tell(Change(15, (), (DONE,), (declined,)))
    parts.floor.seq = 15
    change = await missed(parts, 14)
    assert change is not None
    assert [card.id for card in change.cards] == [OPEN], "it shows how often its case bounced"
    assert change.gone == (DONE,)


async def test_who_missed_nothing_is_told_nothing() -> None:
    assert await missed(a_board(), 14) == Change(14, (), (), ())


@pytest.mark.parametrize("since", [15, 10**19, -1])
async def test_an_id_that_is_none_of_ours_begins_anew(since: int) -> None:
    assert await missed(a_board(), since) is None


async def test_who_missed_too_much_begins_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(catching_up, "_MOST", 2)
    assert await missed(a_board(), 11) is None
    assert await missed(a_board(), 12) is not None
