from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orchestrator.domain.knowledge import Enquiry, Knowledge, NoKnowledge
from orchestrator.knowledge import Library, NoFullTextSearch, passage_index
from orchestrator.knowledge.passages import LONGEST
from tests.builders import T0
from tests.unit.domain.properties import PROPERTY
from tests.unit.knowledge.shelf import REVIEWED, an_article, ids, search, some_articles

LIBRARY = Library(some_articles())


def test_an_article_is_found_by_its_words_with_the_passage_that_fits() -> None:
    (found,) = search(LIBRARY, "they want a refund of the second payment")
    assert found.id == "charged-twice"
    assert found.passage.startswith("Then: Refund the second payment")
    assert found.because == ("words",)


def test_a_word_is_found_in_its_other_forms() -> None:
    assert ids(search(LIBRARY, "we cannot export anything")) == ["exports"]
    assert ids(search(LIBRARY, "it was reset twice")) == ["reset", "charged-twice"]


def test_umlauts_do_not_matter_and_a_german_word_finds_what_begins_with_it() -> None:
    assert ids(search(LIBRARY, "uberweisung")) == ["mahnung"]
    assert ids(search(LIBRARY, "die Rechnungen", language="de-DE")) == ["mahnung"]
    assert ids(search(LIBRARY, "die Rechnungen", language="en")) == []


@pytest.mark.parametrize(
    ("asked", "because"),
    [
        ({"reason": "refund"}, ("reason",)),
        ({"kind": "support-to-billing"}, ("kind",)),
        ({"team": "billing"}, ("team",)),
        ({"reason": "refund", "kind": "support-to-billing", "team": "billing"}, ("reason", "kind", "team")),
    ],
)
def test_an_article_is_found_by_what_it_names(asked: dict[str, str], because: tuple[str, ...]) -> None:
    found = search(LIBRARY, **asked)  # type: ignore[arg-type]
    assert (found[0].id, found[0].because) == ("charged-twice", because)
    assert found[0].passage.startswith("First: Look")


def test_a_reason_that_is_named_comes_before_a_kind_and_a_kind_before_a_team() -> None:
    library = Library(
        [an_article("a", teams=("t",)), an_article("b", kinds=("k",)), an_article("c", reasons=("r",))]
    )
    assert ids(search(library, kind="k", team="t", reason="r")) == ["c", "b", "a"]


def test_an_article_whose_words_fit_comes_before_one_that_names_only_the_team() -> None:
    assert ids(search(LIBRARY, "export quota", team="engineering")) == ["exports", "escalation"]


def test_of_two_equally_good_ones_the_customers_language_decides_and_then_the_id() -> None:
    twins = [an_article("a", teams=("t",)), an_article("b", teams=("t",), language="de")]
    assert ids(search(Library(twins), team="t", language="de")) == ["b", "a"]
    assert ids(search(Library(twins), team="t", language="fr")) == ["a", "b"]
    assert ids(search(Library(twins[::-1]), team="t")) == ["a", "b"]


def test_what_fits_by_nothing_is_not_shown() -> None:
    assert search(LIBRARY, "zebra", kind="chat-to-phone", team="phone", reason="nap", language="en") == ()


def test_at_most_three_are_shown_or_as_many_as_are_asked_for() -> None:
    library = Library([an_article(f"a{n}", teams=("t",)) for n in range(9)])
    assert ids(search(library, team="t")) == ["a0", "a1", "a2"]
    assert len(search(library, team="t", limit=7)) == 7


def test_a_word_that_is_everywhere_says_nothing() -> None:
    library = Library([an_article(f"a{n}", body=f"the invoice number{n}") for n in range(40)])
    assert search(library, "invoice") == ()
    assert ids(search(library, "invoice number7")) == ["a7"]


def test_a_rare_word_says_more_than_a_frequent_one() -> None:
    bodies = ["login fails"] * 5 + ["quota used up"]
    library = Library([an_article(f"a{n}", body=body) for n, body in enumerate(bodies)])
    assert ids(search(library, "login quota", limit=1)) == ["a5"]


def test_an_article_that_was_not_reviewed_for_long_says_so() -> None:
    library = Library([an_article("a", teams=("t",)), an_article("b", teams=("t",), reviewed_on=None)])
    fresh, never = search(library, team="t")
    assert (fresh.is_old, fresh.reviewed_on, never.is_old) == (False, REVIEWED, True)
    assert search(library, team="t", now=T0 + timedelta(days=181))[0].is_old
    strict = Library([an_article("a", teams=("t",))], review_every=timedelta(days=7))
    assert search(strict, team="t")[0].is_old


def test_an_empty_library_finds_nothing() -> None:
    assert search(Library([]), "refund", kind="support-to-billing") == ()


def test_who_knows_nothing_finds_nothing() -> None:
    nobody: Knowledge = NoKnowledge()
    found = nobody.search(Enquiry(text="refund", kind="k", team="t"), now=T0)
    assert found == ()


def test_two_articles_with_one_id_are_refused() -> None:
    with pytest.raises(ValueError, match="same id"):
        Library([an_article("a"), an_article("a")])


def test_an_article_of_headings_only_is_shown_by_its_title() -> None:
    library = Library([an_article("a", title="On call", body="---", teams=("t",))])
    assert search(library, team="t")[0].passage in ("---", "On call")


class _Without(sqlite3.Connection):
    def execute(self, statement: str, *values: Any) -> sqlite3.Cursor:
        if "fts5" in statement:
            raise sqlite3.OperationalError("no such module: fts5")
        return super().execute(statement, *values)


@pytest.fixture
def without_fts5(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    connections: list[sqlite3.Connection] = []

    def connect(*args: Any, **named: Any) -> sqlite3.Connection:
        connections.append(_Without(*args, **named))
        return connections[-1]

    monkeypatch.setattr(passage_index.sqlite3, "connect", connect)
    yield
    for connection in connections:
        connection.close()


@pytest.mark.usefixtures("without_fts5")
def test_a_python_without_full_text_search_is_told_so() -> None:
    with pytest.raises(NoFullTextSearch, match=r"has no FTS5 .* HANDOFF_KNOWLEDGE__ENABLED=false"):
        Library(some_articles())


# Whatever a customer writes


@PROPERTY
@given(
    text=st.one_of(
        st.text(max_size=300),
        st.lists(
            st.sampled_from(
                ['"', "*", "NEAR(", "OR", "AND", "NOT", "refund", "title:", "^", "{", "}", "\x00"]
            )
        ).map(" ".join),
    ),
    language=st.sampled_from([None, "de", "en", "", "de_AT", "☃"]),
)
def test_any_text_is_searched_without_an_error_and_with_the_same_answer(text: str, language: str) -> None:
    found = search(LIBRARY, text, kind="support-to-billing", language=language)
    assert found == search(Library(some_articles()), text, kind="support-to-billing", language=language)
    assert len(found) <= 3
    assert all(0 < len(each.passage) <= LONGEST for each in found)


def test_what_was_asked_before_does_not_change_an_answer() -> None:
    fresh = Library(some_articles())
    for text in ("refund", "Überweisung", "second payment", "mail"):
        for language in ("de", "en", None):
            search(fresh, text, language=language, team="billing")
    for text in ("mail refund", "Zahlung", "payment"):
        assert search(fresh, text) == search(Library(some_articles()), text)
