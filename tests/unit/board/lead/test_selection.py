"""What tabs with equal filters share: always what the filters ask of the floor, whatever happened before."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta
from uuid import UUID

from hypothesis import given, settings
from hypothesis import strategies as st

from orchestrator.board.access.viewer import Role, Viewer
from orchestrator.board.filters import Filters
from orchestrator.board.lead.selection import Selection
from orchestrator.board.lead.selections import Selections
from orchestrator.board.live.card import Card, Risk
from orchestrator.board.live.floor import Floor
from orchestrator.board.order import order_of
from tests import builders as b
from tests.live_builders import a_card, a_card_clock

LEAD = Viewer(id="lena", name="Lena", roles=frozenset({Role.LEAD}), teams=frozenset({"a", "b"}))
_TEAMS = ("a", "b", "c", "d")


@st.composite
def _cards(draw: st.DrawFn) -> Card:
    clocks = draw(
        st.lists(
            st.builds(
                lambda risk, due: a_card_clock(risk=risk, due_at=None if due is None else b.T0 + due),
                st.sampled_from([Risk.BREACHED, Risk.AT_RISK, Risk.ON_TIME, Risk.PAUSED]),
                st.none() | st.timedeltas(timedelta(hours=-2), timedelta(hours=2)),
            ),
            max_size=3,
        )
    )
    return a_card(
        id=UUID(int=draw(st.integers(1, 8))),
        version=draw(st.integers(1, 50)),
        sending_team=draw(st.sampled_from(_TEAMS)),
        receiving_team=draw(st.sampled_from(_TEAMS)),
        tier=draw(st.sampled_from(["gold", None])),
        agent=draw(st.sampled_from(["ana", None])),
        clocks=tuple(clocks),
    )


_STEPS = st.lists(st.tuples(st.sampled_from(["put", "drop", "sync"]), st.booleans(), _cards()), max_size=25)
_ASKED = st.builds(
    lambda risk, sender: Filters(risk=tuple(sorted(risk)), sender=tuple(sorted(sender))),
    st.sets(st.sampled_from(["breached", "at-risk"])),
    st.sets(st.sampled_from(_TEAMS)),
)


@settings(max_examples=60, deadline=None)
@given(_STEPS, _ASKED)
def test_a_selection_is_what_its_filters_select(
    steps: list[tuple[str, bool, Card]], filters: Filters
) -> None:
    floor = Floor()
    selection = Selection(floor, filters, LEAD)
    for what, is_told, card in steps:
        if what == "put":
            floor.put([card])
        elif what == "drop":
            floor.drop([card.id])
        if is_told:
            selection.refresh([card.id])
        else:
            selection.sync()
    selection.sync()
    expected = filters.select(floor.cards(), LEAD)
    assert list(selection.cards()) == expected
    assert len(selection) == len(expected)
    risks = Counter(card.risk for card in expected)
    counts = selection.counts
    assert (counts.all.open, counts.all.at_risk, counts.all.breached) == (
        len(expected),
        risks[Risk.AT_RISK],
        risks[Risk.BREACHED],
    )
    pairs = Counter((card.sending_team, card.receiving_team) for card in expected)
    assert {pair: tally.open for pair, tally in counts.pairs.items()} == pairs
    assert counts.tiers == Counter(card.tier for card in expected if card.tier)
    broken = [
        (clock.due_at, card.id)
        for card in expected
        for clock in card.clocks
        if clock.risk is Risk.BREACHED and clock.due_at is not None
    ]
    assert [(clock.due_at, card.id) for card, clock in selection.broken()] == sorted(broken, reverse=True)[
        :20
    ]


def test_a_window_begins_behind_a_place_also_when_that_handoff_is_gone() -> None:
    floor = Floor()
    cards = [a_card(id=UUID(int=n), clocks=(a_card_clock(due_at=b.T0 + n * b.MINUTE),)) for n in range(1, 7)]
    floor.put(cards)
    selection = Selection(floor, Filters(), Viewer("x", "x", frozenset({Role.AUDITOR}), None))
    selection.sync()
    after = order_of(cards[1])
    assert selection.window(after, 2) == cards[2:4]
    floor.drop([cards[1].id])
    selection.refresh([cards[1].id])
    assert selection.window(after, 2) == cards[2:4]
    assert (selection.place_of(after), selection.place_of(None)) == (1, 0)


def test_who_may_see_the_same_shares_a_selection_and_others_do_not() -> None:
    selections = Selections(Floor())
    twin = Viewer(id="other", name="Other", roles=LEAD.roles, teams=LEAD.teams)
    auditor = Viewer(id="audit", name="Audit", roles=frozenset({Role.AUDITOR}), teams=None)
    one = selections.of(Filters(), LEAD)
    assert selections.of(Filters(), twin) is one
    assert selections.of(Filters(), auditor) is not one
    assert selections.of(Filters(risk=("breached",)), LEAD) is not one
