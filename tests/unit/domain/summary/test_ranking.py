from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orchestrator.domain.summary.ranking import rank
from tests.unit.domain.properties import PROPERTY

BAGS = st.lists(st.frozensets(st.sampled_from("abcdefghij"), min_size=1, max_size=5), max_size=10)


def test_the_sentence_that_shares_most_ranks_highest() -> None:
    ranks = rank([{"export", "report", "stops"}, {"export", "slow"}, {"report", "late"}, {"hello"}])
    assert ranks.index(max(ranks)) == 0
    assert ranks[3] == pytest.approx(0.15)


def test_a_word_that_all_share_tells_nothing() -> None:
    assert rank([{"app", str(n)} for n in range(20)]) == [pytest.approx(0.15)] * 20


@PROPERTY
@given(BAGS)
def test_ranks_are_those_of_a_walk_so_their_sum_is_the_number_of_sentences_that_share(
    bags: list[frozenset[str]],
) -> None:
    sharing = [any(bag & other for n, other in enumerate(bags) if n != m) for m, bag in enumerate(bags)]
    ranks = rank(bags)
    assert sum(ranks) == pytest.approx(sum(1 if shares else 0.15 for shares in sharing))


@PROPERTY
@given(BAGS, st.randoms())
def test_ranks_do_not_depend_on_the_order_of_sentences(bags: list[frozenset[str]], random: object) -> None:
    order = list(range(len(bags)))
    random.shuffle(order)  # type: ignore[attr-defined]
    shuffled = rank([bags[n] for n in order])
    assert [shuffled[order.index(n)] for n in range(len(bags))] == pytest.approx(rank(bags))
