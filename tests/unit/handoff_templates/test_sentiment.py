"""sentiment.yaml: what a lexicon is made of, and everything that can be wrong with one."""

from __future__ import annotations

from pathlib import Path

import pytest

from handoff_templates import load
from handoff_templates.problems import Problems
from handoff_templates.sentiment_file import lexicon_of
from orchestrator.domain.summary.lexicon import Lexicon
from tests.unit.handoff_templates.sets import a_set, told

SENTIMENT = """\
negations: [not, don't]
breaks: [i]
signs:
  angry:
    says: Is angry
    weight: -0.7
    risk: true
    phrases:
      - unacceptable/outrageous
      - fed up
"""

ONE_CHANGE = {
    "unknown key": (
        "breaks:",
        "brakes:",
        "2:1: unknown key of sentiment.yaml 'brakes'; did you mean 'breaks'?",
    ),
    "no signs": ("signs:", "sings:", "1:1: sentiment.yaml has no 'signs'; add it"),
    "unknown key of a sign": (
        "    risk:",
        "    risky:",
        "7:5: unknown key of sign 'angry' 'risky'; did you mean 'risk'?",
    ),
    "no words for the receiver": ("    says: Is angry\n", "", "5:5: sign 'angry' has no 'says'; add it"),
    "a weight out of range": (
        "-0.7",
        "-7",
        "6:13: 'weight' is not a number from -1 to 1; write one, such as -0.5",
    ),
    "a weight in words": (
        "-0.7",
        "bad",
        "6:13: 'weight' is not a number from -1 to 1; write one, such as -0.5",
    ),
    "a weight that is no number": (
        "-0.7",
        ".nan",
        "6:13: 'weight' is not a number from -1 to 1; write one, such as -0.5",
    ),
    "a risk that is no truth value": (
        "true",
        "1",
        "7:11: 'risk' is neither true nor false; write one of them",
    ),
    "a sign with capitals": (
        "  angry:",
        "  Angry:",
        "4:3: sign 'Angry' is not a plain name; write small letters and digits, with '-' between words",
    ),
    "a phrase twice": (
        "fed up",
        "outrageous/unacceptable",
        "10:9: 'outrageous/unacceptable' is a phrase of 'angry' already; remove one of the two",
    ),
    "a phrase with signs": (
        "fed up",
        "fed-up!",
        (
            "10:9: 'fed-up!' is not a phrase; write words, with single spaces between them and '/' between "
            "words for the same place"
        ),
    ),
    "a phrase of many words": (
        "fed up",
        "a b c d e f g h i j k l m",
        "10:9: 'a b c d e f g h i j k l m' has more than 12 words; shorten it",
    ),
    "two words of negation in one": (
        "[not, don't]",
        "[not, do not]",
        "1:18: 'do not' is not one word; write each word as an item of its own",
    ),
    "a negation that is no word": (
        "[not, don't]",
        "[not, '!']",
        "1:18: '!' is not one word; write each word as an item of its own",
    ),
    "no phrases": (
        "\n      - unacceptable/outrageous\n      - fed up\n",
        " []\n",
        "8:14: sign 'angry' has no phrases; write one, or remove the sign",
    ),
    "not YAML": ("[i]", "[i", "3:6: not YAML: expected ',' or ']', but got ':'; correct the syntax here"),
}


def read(source: str) -> tuple[Lexicon, list[str]]:
    problems = Problems()
    return lexicon_of(source, problems), [str(problem) for problem in problems.sorted()]


def test_a_file_becomes_a_lexicon() -> None:
    lexicon, problems = read(SENTIMENT)
    assert problems == []
    (sign,) = lexicon.signs
    assert (sign.id, sign.says, sign.weight, sign.is_risk) == ("angry", "Is angry", -0.7, True)
    assert sign.phrases == ("unacceptable/outrageous", "fed up")
    assert (lexicon.negations, lexicon.negations_after, lexicon.breaks) == (("not", "don't"), (), ("i",))
    assert [hit.sign.id for hit in lexicon.hits("I am fed up")] == ["angry"]


@pytest.mark.parametrize(("old", "new", "message"), ONE_CHANGE.values(), ids=ONE_CHANGE)
def test_each_mistake_is_told_with_its_place_and_what_to_do(old: str, new: str, message: str) -> None:
    assert SENTIMENT.count(old) == 1
    assert f"sentiment.yaml:{message}" in read(SENTIMENT.replace(old, new))[1]


def test_all_mistakes_are_told_at_once_every_time() -> None:
    wrong = SENTIMENT.replace("-0.7", "bad").replace("[i]", "[i, a b]").replace("fed up", "fed-up")
    first, again = read(wrong)[1], read(wrong)[1]
    assert len(first) == 3
    assert first == again


def test_what_is_right_beside_a_mistake_is_read() -> None:
    lexicon, problems = read(SENTIMENT.replace("fed up", "fed-up"))
    assert len(problems) == 1
    assert lexicon.signs[0].phrases == ("unacceptable/outrageous",)


def test_a_set_has_its_own_lexicon_or_that_of_the_package(tmp_path: Path) -> None:
    folder = a_set(tmp_path)
    packaged = load().rules.lexicon
    assert {"legal", "anger", "asks-for-manager"} <= {sign.id for sign in packaged.signs}
    without = load(folder).rules
    assert without.lexicon == packaged
    (folder / "sentiment.yaml").write_text(SENTIMENT, encoding="utf-8")
    own = load(folder).rules
    assert [sign.id for sign in own.lexicon.signs] == ["angry"]
    assert own.version != without.version


def test_a_set_with_a_wrong_lexicon_is_refused(tmp_path: Path) -> None:
    folder = a_set(tmp_path)
    (folder / "sentiment.yaml").write_text(SENTIMENT.replace("-0.7", "2"), encoding="utf-8")
    assert told(folder) == [
        "sentiment.yaml:6:13: 'weight' is not a number from -1 to 1; write one, such as -0.5"
    ]
