from __future__ import annotations

from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from orchestrator.knowledge.shelf import Publication, Shelf
from tests.builders import T0
from tests.unit.domain.properties import PROPERTY
from tests.unit.knowledge.shelf import an_article


def published(id: str, minute: int, title: str | None = "New", by: str = "e") -> Publication:
    article = an_article(id, title=title) if title is not None else None
    return Publication(id, T0 + timedelta(minutes=minute), by, article)


def titles(shelf: Shelf) -> dict[str, str]:
    return {article.id: article.title for article in shelf.articles()}


def test_what_is_published_hides_the_folders_article_until_it_is_withdrawn() -> None:
    shelf = Shelf([an_article("a", title="Old"), an_article("b", title="B")])
    assert shelf.put(published("a", 1))
    assert shelf.put(published("c", 1))
    assert titles(shelf) == {"a": "New", "b": "B", "c": "New"}
    assert shelf.put(published("a", 2, None))
    assert shelf.put(published("c", 2, None))
    assert titles(shelf) == {"a": "Old", "b": "B"}


def test_an_older_publication_and_a_copy_change_nothing() -> None:
    shelf = Shelf()
    shelf.put(published("a", 5))
    assert not shelf.put(published("a", 5))
    assert not shelf.put(published("a", 4, "Older"))
    assert not shelf.put(published("a", 4, None))
    assert titles(shelf) == {"a": "New"}


def test_a_newer_publication_of_the_same_article_is_no_change() -> None:
    shelf = Shelf()
    shelf.put(published("a", 5))
    assert not shelf.put(published("a", 6))
    assert not shelf.put(published("a", 5, "Late"))


@PROPERTY
@given(
    publications=st.lists(
        st.builds(
            published,
            st.sampled_from("abc"),
            st.integers(0, 4),
            st.sampled_from(["X", "Y", None]),
            st.sampled_from("ef"),
        ),
        max_size=8,
        unique_by=lambda each: (each.id, each.at, each.by),
    ),
    data=st.data(),
)
def test_the_order_of_arrival_and_copies_do_not_matter(
    publications: list[Publication], data: st.DataObject
) -> None:
    one, other = Shelf(), Shelf()
    for each in publications:
        one.put(each)
    for each in data.draw(st.permutations(publications * 2)):
        other.put(each)
    assert titles(one) == titles(other)
