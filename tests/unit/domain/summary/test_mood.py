from __future__ import annotations

import pytest

from orchestrator.domain.model import Sentiment
from orchestrator.domain.summary.lexicon import NO_LEXICON
from orchestrator.domain.summary.mood import label_of, read_mood
from tests.unit.domain.summary.talks import CHARGED_TWICE, Speaker, a_talk, the_lexicon


def test_without_a_score_the_customers_words_say_it_with_their_turn() -> None:
    mood = read_mood(a_talk(*CHARGED_TWICE), the_lexicon())
    assert mood.source == "lexicon"
    assert mood.score is not None
    assert mood.score < -0.6
    assert mood.label == "angry"
    assert [(each.sign, each.words, each.cites) for each in mood.evidence] == [
        ("asks-for-manager", "speak to a manager", "t5"),
        ("repeat-contact", "the third time", "t5"),
    ]
    assert mood.risks == ("Asks for a manager", "Has been in touch about this before")


def test_the_channels_score_comes_first_and_risks_are_told_all_the_same() -> None:
    talk = a_talk(*CHARGED_TWICE, sentiment=Sentiment(score=0.85))
    mood = read_mood(talk, the_lexicon())
    assert (mood.score, mood.label, mood.source) == (0.85, "delighted", "channel")
    assert (mood.evidence[0].cites, mood.evidence[0].words) == ("channel", "delighted (+0.85)")
    assert mood.risks == ("Asks for a manager", "Has been in touch about this before")
    labelled = read_mood(a_talk(sentiment=Sentiment(score=-0.4, label="upset")), the_lexicon())
    assert (labelled.label, [each.cites for each in labelled.evidence]) == ("upset", ["channel"])


def test_only_the_customer_and_the_sender_show_the_customers_mood() -> None:
    said: tuple[tuple[Speaker, str], ...] = (
        ("agent", "You may speak to a manager."),
        ("bot", "Unacceptable input."),
        ("customer", "No thanks."),
    )
    assert read_mood(a_talk(*said), the_lexicon()).evidence == ()
    own = read_mood(a_talk(*said, summary="Customer threatens to cancel."), the_lexicon())
    assert [(each.sign, each.cites) for each in own.evidence] == [("cancellation", "sender")]


def test_where_nobody_said_and_nothing_shows_the_mood_is_unknown_not_neutral() -> None:
    for lexicon in (NO_LEXICON, the_lexicon()):
        mood = read_mood(a_talk(("customer", "The export stops.")), lexicon)
        assert (mood.score, mood.label, mood.source, mood.evidence, mood.risks) == (None, None, None, (), ())


def test_a_sign_counts_once_however_often_it_shows_and_its_latest_words_are_told() -> None:
    once = read_mood(a_talk(("customer", "This is unacceptable.")), the_lexicon())
    often = read_mood(a_talk(*[("customer", "This is Unacceptable!")] * 5), the_lexicon())
    assert once.score == often.score == -0.7
    assert [(each.words, each.cites) for each in often.evidence] == [("Unacceptable", "t5")]


def test_good_and_bad_signs_are_weighed_and_stay_within_the_scale() -> None:
    both = read_mood(a_talk(("customer", "Unacceptable. But great support!")), the_lexicon())
    assert both.score == pytest.approx(-0.2)
    worst = "Unacceptable. Let me speak to a manager. I will cancel. My lawyer writes. I want my money back."
    score = read_mood(a_talk(("customer", worst)), the_lexicon()).score
    assert score is not None
    assert -1 <= score < -0.95


def test_of_a_very_long_conversation_the_beginning_and_the_end_are_read() -> None:
    said: list[tuple[Speaker, str]] = [("customer", f"Message number {n}.") for n in range(200)]
    said[3] = ("customer", "My lawyer knows.")
    said[-3] = ("customer", "Unacceptable.")
    assert {each.sign for each in read_mood(a_talk(*said), the_lexicon()).evidence} == {"legal", "anger"}


@pytest.mark.parametrize(
    ("score", "label"),
    [
        (-1, "angry"),
        (-0.6, "angry"),
        (-0.59, "unhappy"),
        (-0.2, "unhappy"),
        (-0.19, "neutral"),
        (0.19, "neutral"),
        (0.2, "content"),
        (0.59, "content"),
        (0.6, "delighted"),
        (1, "delighted"),
    ],
)
def test_a_score_has_the_word_that_a_packet_uses(score: float, label: str) -> None:
    assert label_of(score) == label
