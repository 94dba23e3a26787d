"""Bars stand side by side in the room that there is, as high as what they stand for."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from orchestrator.board.bars import WIDTH, highest, places
from orchestrator.domain.figures.in_time import InTime

_RATES = st.lists(st.builds(InTime, st.integers(0, 500), st.integers(0, 500)), min_size=1, max_size=400)


@settings(max_examples=40, deadline=None)
@given(_RATES)
def test_bars_fill_the_room_and_none_stands_on_another(rates: list[InTime]) -> None:
    found = places(rates, height=100, base=120, gap=0.2)
    assert len(found) == len(rates)
    ends = 0.0
    for place, rate in zip(found, rates, strict=True):
        assert place.x >= ends - 0.002
        ends = place.x + place.width
        assert place.width > 0, "each can be seen"
        assert place.met_y + place.met_height == pytest.approx(120, abs=0.02)
        assert place.breached_y + place.breached_height == pytest.approx(place.met_y, abs=0.02)
        assert place.breached_y >= 20 - 0.02
        assert (place.met_height > 0) == (rate.met > 0)
    assert WIDTH * 0.8 <= ends <= WIDTH + 0.3


def test_the_highest_bar_takes_the_whole_height() -> None:
    rates = [InTime(3, 1), InTime(), InTime(2, 0)]
    assert highest(rates) == 4
    full, empty, half = places(rates, height=80, base=100, gap=1)
    assert (full.breached_y, full.met_y) == (20, 40)
    assert (empty.met_height, empty.breached_height) == (0, 0)
    assert half.met_height == 40
