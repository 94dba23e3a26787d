from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orchestrator.domain.summary.sentences import LONGEST, MARK, shorten, split
from tests.unit.domain.properties import PROPERTY


@pytest.mark.parametrize(
    ("text", "sentences"),
    [
        ("", []),
        ("  \n ", []),
        ("One without an end", ["One without an end"]),
        ("It stopped. Why? Help!", ["It stopped.", "Why?", "Help!"]),
        (
            "Dr. Berg wrote, e.g. to Mr. Lee, on no. 5. He waits.",
            ["Dr. Berg wrote, e.g. to Mr. Lee, on no. 5.", "He waits."],
        ),
        (
            "Das ist z.B. am 3. März so. Nicht d.h. immer.",
            ["Das ist z.B. am 3. März so.", "Nicht d.h. immer."],
        ),
        ("It cost 24. I paid.", ["It cost 24.", "I paid."]),
        (
            "Version 1.2.3 fails at 3.5 s. See https://a.example/x.html?y=1. Done",
            ["Version 1.2.3 fails at 3.5 s.", "See https://a.example/x.html?y=1.", "Done"],
        ),
        ("1. Open the app\n2. Log in", ["1. Open the app", "2. Log in"]),
        ("First line\nsecond line", ["First line", "second line"]),
        ('She said "It is down." Then silence.', ['She said "It is down."', "Then silence."]),
        ("Wait... what?! ok", ["Wait...", "what?!", "ok"]),
        ("J. Smith called. a. b", ["J. Smith called.", "a.", "b"]),
        ("壊れています。助けて！", ["壊れています。", "助けて！"]),
    ],
)
def test_a_text_is_split_where_its_sentences_end(text: str, sentences: list[str]) -> None:
    assert split(text) == sentences


@PROPERTY
@given(st.text(alphabet="ab .!?\n3é…,", max_size=200))
def test_sentences_stand_in_the_text_in_their_order_and_nothing_is_lost(text: str) -> None:
    at = 0
    for sentence in split(text):
        assert text[at:].lstrip().startswith(sentence)
        at = text.index(sentence, at) + len(sentence)
    assert not text[at:].strip()


def test_a_long_sentence_ends_at_the_border_of_a_clause_and_is_marked() -> None:
    sentence = "The export stops, " + "the import goes on for a while and then " * 8 + "nothing."
    short = shorten(sentence)
    assert short is not None
    assert short.endswith(MARK)
    assert len(short) <= LONGEST + len(MARK)
    rest = sentence.removeprefix(short.removesuffix(MARK))
    assert rest != sentence
    assert rest.startswith((" and", ","))


def test_a_long_text_without_any_border_is_no_sentence() -> None:
    assert shorten("abc " * 60) == "abc " * 60
    assert shorten("abc " * 200) is None
    assert shorten("short") == "short"
