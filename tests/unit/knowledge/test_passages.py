from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from orchestrator.knowledge.passages import LONGEST, passages
from tests.unit.domain.properties import PROPERTY

LONG = "This sentence is repeated until the paragraph is long enough to stand by itself. " * 2


def test_a_paragraph_is_a_passage_and_its_heading_stands_before_it() -> None:
    text = f"# How to tell\n\n{LONG}\n\n## What to do?\n\n{LONG}"
    assert passages(text) == [f"How to tell: {LONG.strip()}", f"What to do? {LONG.strip()}"]


def test_short_paragraphs_are_joined() -> None:
    assert passages("One.\n\nTwo.\n\nThree.") == ["One. Two. Three."]


def test_markup_is_taken_out() -> None:
    text = "- **Search** the `log`\n- read [the guide](https://x.example/a_b)\n> and *wait* for snake_case"
    assert passages(text) == ["Search the log read the guide and wait for snake_case"]


def test_code_between_fences_stays_without_them() -> None:
    assert passages("Run\n```sh\nhandoff show C-1\n```\nand look.") == ["Run handoff show C-1 and look."]


def test_a_long_paragraph_is_cut_behind_a_sentence() -> None:
    found = passages("word " * 50 + "end. " + "next " * 50)
    assert [piece[-4:] for piece in found] == ["end.", "next"]


def test_a_word_that_never_ends_is_cut_too() -> None:
    found = passages("x" * 1_000)
    assert [len(piece) for piece in found] == [LONGEST, LONGEST, 1_000 - 2 * (LONGEST - 1)]
    assert found[0].endswith("…")


def test_nothing_has_no_passages() -> None:
    assert passages("") == passages("\n\n \n") == passages("##\n") == []


@PROPERTY
@given(st.text(alphabet=st.sampled_from("ab .#*_`[]()\n!-é\t"), max_size=1_500))
def test_every_passage_is_one_short_line(markdown: str) -> None:
    for passage in passages(markdown):
        assert 0 < len(passage) <= LONGEST
        assert "\n" not in passage
