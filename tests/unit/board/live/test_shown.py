"""What a tab has to be told to show what a list is now."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from orchestrator.board.live.shown import Shown

_LIST = st.dictionaries(st.sampled_from("abcdef"), st.integers(0, 3))


@settings(max_examples=40, deadline=None)
@given(_LIST, st.lists(_LIST, max_size=6))
def test_a_tab_that_applies_what_it_is_told_shows_the_list(
    page: dict[str, int], states: list[dict[str, int]]
) -> None:
    shown: Shown[int] = Shown(lambda _: True)
    tab, before = dict(page), page
    for now in states:
        changed = {id for id in before.keys() | now.keys() if before.get(id) != now.get(id)}
        put, drop = shown.update(now, changed)
        for id in drop:
            tab.pop(id, None)
        tab.update(put)
        assert tab == now
        before = now


def test_what_came_with_the_page_is_not_sent_again() -> None:
    shown: Shown[int] = Shown(lambda each: each < 10)
    assert shown.update({"a": 1, "b": 20}, changed=()) == ([("b", 20)], [])
    assert shown.update({"a": 1, "b": 20}, changed=()) == ([], [])
    assert shown.update({"a": 2, "b": 20}, changed={"a"}) == ([("a", 2)], [])


def test_what_changed_away_before_the_tab_was_told_anything_goes() -> None:
    shown: Shown[int] = Shown(lambda _: True)
    assert shown.update({"a": 1}, changed={"gone"}) == ([], ["gone"])


def test_what_was_taken_for_shown_changes_later() -> None:
    shown: Shown[int] = Shown()
    shown.take({"a": 1, "b": 2})
    assert shown.update({"a": 1, "c": 3}, ()) == ([("c", 3)], ["b"])
