from __future__ import annotations

import pytest

from orchestrator.domain.knowledge import question
from orchestrator.domain.model import Reason
from orchestrator.knowledge.words import MOST_WORDS, without_ending, words_of
from tests.builders import a_request


def test_words_come_once_in_their_order_in_small_letters_and_without_those_that_say_nothing() -> None:
    assert words_of("The invoice, and the Invoice INV-4417 (grace_pd) ist überfällig!") == [
        "invoice",
        "inv",
        "4417",
        "grace",
        "pd",
        "überfällig",
    ]


def test_a_flood_of_words_is_cut() -> None:
    assert len(words_of(" ".join(f"w{n}" for n in range(1_000)))) == MOST_WORDS
    assert words_of("x" * 5_000) == ["x" * 40] or len(words_of("x" * 5_000)) <= MOST_WORDS


@pytest.mark.parametrize(
    ("word", "stem"),
    [("rechnungen", "rechnung"), ("kundes", "kund"), ("kinder", "kind"), ("see", "see"), ("konto", "konto")],
)
def test_a_german_word_loses_its_ending(word: str, stem: str) -> None:
    assert without_ending(word) == stem


def test_what_a_request_is_about_is_its_reason_and_how_its_summary_begins() -> None:
    asked = a_request(reason=Reason(code="refund", text="twice"), summary="One. Two! Three? Four.\nFive.")
    assert question(asked) == "twice\nOne.\nTwo!\nThree?"
    assert question(a_request(reason=Reason(code="refund"), summary=None)) == ""
    assert len(question(a_request(reason=Reason(text="x" * 2_000), summary="y" * 90_000))) <= 1_201
