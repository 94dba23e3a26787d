from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orchestrator.domain.summary.lexicon import Lexicon, Sign, places_of
from tests.unit.domain.properties import PROPERTY
from tests.unit.domain.summary.talks import the_lexicon

SMALL = Lexicon(
    signs=(
        Sign(id="manager", says="Asks for a manager", weight=-0.5, phrases=("speak/talk to a manager/boss",)),
        Sign(id="leaving", says="Wants to leave", weight=-0.6, phrases=("will cancel", "kündige")),
        Sign(id="angry", says="Is angry", weight=-0.7, phrases=("unacceptable",)),
    ),
    negations=("not", "don't", "never", "nicht"),
    negations_after=("nicht",),
    breaks=("i", "and", "ich"),
)


def seen(text: str, lexicon: Lexicon = SMALL) -> list[tuple[str, str]]:
    return [(hit.sign.id, hit.words) for hit in lexicon.hits(text)]


def test_a_phrase_is_seen_with_the_words_that_were_used() -> None:
    assert seen("Let me TALK to a\u00a0Boss now!") == [("manager", "TALK to a\u00a0Boss")]
    assert seen("This is unacceptable. I will cancel") == [
        ("angry", "unacceptable"),
        ("leaving", "will cancel"),
    ]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "I spoke to the manager",
        "speak to. A manager",
        "speak up to a manager",
        "the unacceptableness of it",
        "a manager",
    ],
)
def test_what_is_not_the_phrase_is_not_seen(text: str) -> None:
    assert seen(text) == []


@pytest.mark.parametrize(
    "text",
    [
        "I don't want to speak to a manager",
        "I don’t need to talk to a boss",
        "It is not at all unacceptable",
        "I never said we will cancel",
        "Ich kündige den Vertrag nicht",
    ],
)
def test_a_negation_takes_a_phrase_back(text: str) -> None:
    assert seen(text) == []


@pytest.mark.parametrize(
    ("text", "sign"),
    [
        ("If it is not fixed I will cancel", "leaving"),
        ("You are not here and unacceptable", "angry"),
        ("Do not wait, speak to a manager", "manager"),
        ("Nicht so, ich kündige", "leaving"),
        ("I do not know what else there could be but unacceptable", "angry"),
    ],
)
def test_a_negation_of_something_else_does_not(text: str, sign: str) -> None:
    assert [name for name, _ in seen(text)] == [sign]


def test_a_sign_is_told_once_a_text() -> None:
    assert seen("Unacceptable, simply unacceptable") == [("angry", "Unacceptable")]


def test_a_phrase_is_a_row_of_places() -> None:
    assert places_of("speak/talk to a boss") == (
        frozenset({"speak", "talk"}),
        frozenset({"to"}),
        frozenset({"a"}),
        frozenset({"boss"}),
    )


@pytest.mark.parametrize(
    ("text", "sign"),
    [
        ("I want to speak to a manager, now", "asks-for-manager"),
        ("Get me your supervisor", "asks-for-manager"),
        ("Ich will mit Ihrem Vorgesetzten sprechen", "asks-for-manager"),
        ("this is the third time I write", "repeat-contact"),
        ("Ich rufe zum dritten Mal an", "repeat-contact"),
        ("Es geht schon wieder nicht", "repeat-contact"),
        ("We are cancelling our contract", "cancellation"),
        ("If this isn't fixed I'll cancel", "cancellation"),
        ("Customer threatens to leave", "cancellation"),
        ("Dann kündige ich eben", "cancellation"),
        ("My lawyer will write to you", "legal"),
        ("Sie hören von meinem Anwalt", "legal"),
        ("I'll leave a bad review", "public-complaint"),
        ("I want my money back", "payment-refused"),
        ("we are losing customers", "harm"),
        ("This is unacceptable", "anger"),
        ("Das ist eine Frechheit!", "anger"),
        ("it is still not working", "frustration"),
        ("Ich warte seit Wochen", "frustration"),
        ("please, this is urgent", "urgent"),
        ("Can I talk to a real person", "asks-for-person"),
        ("Thank you so much", "thanks"),
        ("great service", "praise"),
    ],
)
def test_the_packaged_lexicon_sees(text: str, sign: str) -> None:
    assert sign in {name for name, _ in seen(text, the_lexicon())}


@pytest.mark.parametrize(
    "text",
    [
        "How do I cancel the export?",
        "I do not want to cancel my subscription",
        "There is no need to speak to a manager",
        "The account manager changed the plan of our team",
        "The second invoice came the first time in March",
        "We moved to another plan and the report still loads",
        "Das ist nicht dringend",
        "I checked the delivery log: the mail provider has put your domain on its suppression list.",
    ],
)
def test_the_packaged_lexicon_sees_nothing_in_plain_talk(text: str) -> None:
    assert seen(text, the_lexicon()) == []


_WORDS = "i do not want to speak a manager boss kündige nicht , . unacceptable and will cancel"


@PROPERTY
@given(st.lists(st.sampled_from(_WORDS.split()), max_size=25).map(" ".join))
def test_what_is_seen_stands_in_the_text_and_the_quick_look_misses_nothing(text: str) -> None:
    hits = seen(text)
    assert all(words in text for _, words in hits)
    if hits:
        assert SMALL.may_hit(text)
    clauses = text.replace(",", ".").split(".")
    assert {name for name, _ in hits} == {name for clause in clauses for name, _ in seen(clause)}
