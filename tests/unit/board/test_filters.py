"""What a page shows, as its address says it."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from starlette.datastructures import QueryParams

from orchestrator.board.access.viewer import Role, Viewer
from orchestrator.board.filters import FIELDS, Filters
from orchestrator.board.live.card import Risk
from orchestrator.board.order import END, FAR, order_from, order_of, order_text
from orchestrator.board.said import Unclear
from orchestrator.domain.handoff import Status
from tests import builders as b
from tests.live_builders import a_card, a_card_clock

_TEXT = st.text(st.characters(codec="utf-8", exclude_categories=("C", "Z")), min_size=1, max_size=12)
_OPEN = [each.value for each in Status if each.is_open]
_FILTERS = st.builds(
    lambda **fields: Filters(**{name: tuple(sorted(values)) for name, values in fields.items()}),
    **{name: st.sets(_TEXT, max_size=4) for name in ("team", "sender", "receiver", "kind", "tier", "owner")},
    q=st.sets(_TEXT.map(str.casefold).filter(lambda text: text.isprintable() and text.split() == [text])),
    status=st.sets(st.sampled_from(_OPEN)),
    priority=st.sets(st.sampled_from(["low", "normal", "high", "urgent"])),
    risk=st.sets(st.sampled_from([each.value for each in Risk])),
    trait=st.sets(st.sampled_from(["missing", "questions", "bounces"])),
)


def _viewer(*roles: Role, teams: set[str] | None = None) -> Viewer:
    held = None if teams is None else frozenset(teams)
    return Viewer(id="lena", name="Lena", roles=frozenset(roles), teams=held)


@settings(max_examples=40, deadline=None)
@given(_FILTERS)
def test_filters_come_back_from_their_own_address(filters: Filters) -> None:
    assert Filters.of(QueryParams(filters.query())) == filters


@settings(max_examples=40, deadline=None)
@given(_FILTERS)
def test_each_chip_takes_away_its_own_value_and_no_other(filters: Filters) -> None:
    asked = list(filters.pairs())
    for chip in filters.chips():
        left = list(Filters.of(QueryParams(chip.without)).pairs())
        assert sorted([*left, (chip.name, chip.value)]) == sorted(asked)


@pytest.mark.parametrize("query", ["risk=soon", "status=completed", "priority=1", "with=luck"])
def test_a_value_that_there_is_none_of_is_named(query: str) -> None:
    name, _, value = query.partition("=")
    with pytest.raises(Unclear, match=f"{name} is '{value}', and is one of"):
        Filters.of(QueryParams(query))


def test_endless_values_are_refused() -> None:
    with pytest.raises(Unclear, match="more than 50 values"):
        Filters.of(QueryParams([("kind", str(n)) for n in range(51)]))
    with pytest.raises(Unclear, match="1 to 200 printable"):
        Filters.of(QueryParams([("kind", "k" * 201)]))


def test_names_that_are_no_filter_and_empty_fields_ask_for_nothing() -> None:
    filters = Filters.of(QueryParams("after=x&csrf=y&kind=&q=+"))
    assert not filters
    assert filters.query() == ""


CARD = a_card(
    agent="ana", tier="gold", missing=("id-checked",), bounces=1, clocks=(a_card_clock(risk=Risk.AT_RISK),)
)


@pytest.mark.parametrize(
    ("query", "is_shown"),
    [
        ("", True),
        ("team=tier-1", True),
        ("team=tier-2", True),
        ("team=billing", False),
        ("from=tier-2", False),
        ("from=tier-1&to=tier-2", True),
        ("to=tier-2&to=billing", True),
        ("status=held", False),
        ("status=held&status=offered", True),
        ("risk=at-risk", True),
        ("risk=breached", False),
        ("tier=gold", True),
        ("tier=silver", False),
        ("owner=ana", True),
        ("owner=-", False),
        ("with=missing", True),
        ("with=questions", False),
        ("with=questions&with=bounces", True),
        ("q=RESET+case-1", True),
        ("q=lovelace", True),
        ("q=reset+nowhere", False),
        ("priority=urgent", False),
        ("kind=tier-1-to-tier-2", True),
    ],
)
def test_of_each_field_any_value_will_do_and_all_fields_have_to(query: str, is_shown: bool) -> None:
    assert Filters.of(QueryParams(query)).matches(CARD) is is_shown


def test_nobody_owns_what_was_not_accepted() -> None:
    assert Filters(owner=("-",)).matches(a_card(agent=None))


def test_cards_come_by_time_left_and_what_is_paused_comes_last() -> None:
    late = a_card(id=UUID(int=1), clocks=(a_card_clock(due_at=b.T0 + b.HOUR),))
    soon = a_card(id=UUID(int=2), clocks=(a_card_clock(due_at=b.T0),))
    paused = a_card(id=UUID(int=3), clocks=(a_card_clock(due_at=None, risk=Risk.PAUSED),))
    shown = Filters().select([paused, late, soon], _viewer(Role.AUDITOR))
    assert [card.id.int for card in shown] == [2, 1, 3]


def test_a_lead_sees_the_handoffs_of_either_side_of_the_team_alone() -> None:
    mine = a_card(id=UUID(int=1), sending_team="billing")
    others = a_card(id=UUID(int=2), sending_team="chat", receiving_team="phone")
    assert Filters().select([mine, others], _viewer(Role.LEAD, teams={"tier-2"})) == [mine]
    assert Filters().select([mine, others], _viewer(Role.AGENT, teams=set())) == []


def test_words_are_not_looked_for_in_names_that_the_viewer_may_not_know() -> None:
    by_name = Filters(q=("lovelace",))
    assert by_name.select([CARD], _viewer(Role.OPS)) == []
    assert by_name.select([CARD], _viewer(Role.LEAD, teams={"tier-1"})) == [CARD]
    assert Filters(q=("reset",)).select([CARD], _viewer(Role.OPS)) == [CARD]


@settings(max_examples=40, deadline=None)
@given(
    st.lists(
        st.tuples(
            st.datetimes(datetime(2000, 1, 1), datetime(2100, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001
            | st.just(FAR),
            st.uuids(),
        ),
        max_size=6,
    )
)
def test_places_sort_alike_as_text_and_come_back(orders: list[tuple[datetime, UUID]]) -> None:
    texts = [order_text(order) for order in sorted(orders)]
    assert texts == sorted(texts)
    assert [order_from(text) for text in texts] == sorted(orders)


def test_every_handoff_stands_before_the_end() -> None:
    assert order_of(a_card(clocks=())) < END
    assert order_text(order_of(a_card(clocks=()))) < order_text(END)


@pytest.mark.parametrize("text", ["", "x~y", "2026-01-01T00:00:00Z~1", "~", "2026-01-01T00:00:00Z"])
def test_a_made_up_place_is_refused(text: str) -> None:
    with pytest.raises(Unclear, match="after is no place in the queue"):
        order_from(text)


def test_changing_a_field_leaves_the_others() -> None:
    filters = Filters(team=("a",), risk=("breached",))
    assert filters.query(risk=None) == "team=a"
    assert filters.query(receiver=["b", "a"]) == "team=a&to=a&to=b&risk=breached"
    assert {*FIELDS} == set(Filters.__dataclass_fields__)


def test_a_card_of_another_offset_has_the_same_place() -> None:
    east = datetime.fromisoformat("2026-03-02T10:00:00+01:00")
    card = replace(CARD, clocks=(a_card_clock(due_at=east),))
    assert order_text(order_of(card)).startswith("2026-03-02T09:00:00.000000Z~")
    assert order_of(card)[0] - east == timedelta()
