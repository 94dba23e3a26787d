from __future__ import annotations

import pytest

from orchestrator.domain.summary.words import words_of


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", []),
        ("Don't (re)start it: 4417!", ["dont", "re", "start", "it", "4417"]),
        ("Die RÜCKZAHLUNG geht's nicht", ["die", "rückzahlung", "gehts", "nicht"]),
        ("„Es geht’s nicht“ – Übermorgen…", ["es", "gehts", "nicht", "übermorgen"]),
        ("壊れています。助けて！", ["壊れています", "助けて"]),
        ("é\ud800-Ü", ["é\ud800", "ü"]),
    ],
)
def test_a_text_is_taken_apart_into_words(text: str, words: list[str]) -> None:
    assert words_of(text) == words
