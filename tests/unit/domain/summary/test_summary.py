from __future__ import annotations

from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from orchestrator.domain.model import Turn
from orchestrator.domain.summary.candidates import candidates
from orchestrator.domain.summary.sentences import MARK
from orchestrator.domain.summary.stop_words import of_language
from orchestrator.domain.summary.summary import MOST_SENTENCES, Summary, summarise
from tests.builders import HOUR, T0, a_customer, a_large_request, a_request
from tests.unit.domain.properties import PROPERTY
from tests.unit.domain.summary.talks import CHARGED_TWICE, TURNS, Speaker, a_talk, the_lexicon, turns


def texts(summary: Summary) -> list[str]:
    return [sentence.text for sentence in summary.sentences]


def test_the_customers_problem_comes_before_pleasantries() -> None:
    summary = summarise(a_talk(*CHARGED_TWICE), now=T0)
    assert summary.sentences[0].text == "I was charged twice for invoice 4417."
    assert summary.sentences[0].cites == ("t3",)
    assert 3 <= len(summary.sentences) <= MOST_SENTENCES
    assert not {"Hi there!", "Hello! How can I help you today?", "Thank you for waiting."} & set(
        texts(summary)
    )


def test_sentences_of_the_conversation_come_in_its_order() -> None:
    cites = [sentence.cites[0] for sentence in summarise(a_talk(*CHARGED_TWICE), now=T0).sentences]
    assert cites == sorted(cites)


def test_the_senders_own_summary_comes_first_and_is_not_said_twice() -> None:
    own = "I was charged twice for invoice 4417. Case 12. Billing has been asked for a refund. Fourth."
    summary = summarise(a_talk(*CHARGED_TWICE, summary=own), now=T0)
    first, second = summary.sentences[:2]
    assert (first.text, first.cites, first.origin) == (
        "I was charged twice for invoice 4417.",
        ("sender",),
        "sender",
    )
    assert second.text == "Billing has been asked for a refund."
    assert texts(summary).count("I was charged twice for invoice 4417.") == 1
    assert summary.sentences[2].origin == "conversation"


def test_a_senders_summary_without_end_is_cut_rather_than_left_out() -> None:
    for endless in ("word " * 300, "x" * 3_000):
        (only,) = summarise(a_request(summary=endless), now=T0).sentences
        assert only.origin == "sender"
        assert only.text.endswith(MARK)
        assert only.text.removesuffix(MARK) in endless
        assert len(only.text) < 230


def test_history_is_one_sentence_whatever_its_length() -> None:
    earlier = [f"team-{n} declined: no capacity." for n in range(7)]
    last = summarise(a_talk(*CHARGED_TWICE), earlier=earlier, now=T0).sentences[-1]
    assert last.cites == ("history",)
    assert last.text == (
        "Before this, 7 handoffs, the last 2: team-5 declined: no capacity; team-6 declined: no capacity."
    )
    endless = summarise(a_request(), earlier=["y" * 500], now=T0).sentences[-1]
    assert len(endless.text) < 120
    only = summarise(a_request(), earlier=["bot handed over to chat"], now=T0).sentences[-1]
    assert only.text == "Before this: bot handed over to chat."


def test_a_customer_who_wrote_days_ago_is_told_of_with_the_turn() -> None:
    talk = a_talk(*CHARGED_TWICE)
    assert summarise(talk, now=T0 + 23 * HOUR).sentences[-1].origin == "conversation"
    last = summarise(talk, now=T0 + timedelta(days=3, hours=2)).sentences[-1]
    assert (last.text, last.cites) == ("The customer first wrote 3 days ago.", ("t1",))


def test_without_anything_to_summarise_there_is_no_sentence() -> None:
    assert summarise(a_talk(), now=T0).sentences == ()
    assert summarise(a_talk(("customer", "…"), ("bot", "!!!")), now=T0).sentences == ()


def test_a_greeting_is_shown_only_where_it_holds_all_that_the_customer_said() -> None:
    assert texts(summarise(a_talk(("customer", "Hello"), ("bot", "Thank you for waiting.")), now=T0)) == []
    assert texts(summarise(a_talk(("customer", "Hello, login broken"), ("bot", "Hi")), now=T0)) == [
        "Hello, login broken"
    ]


def test_german_is_read_with_german_stop_words() -> None:
    said: tuple[tuple[Speaker, str], ...] = (
        ("customer", "Guten Tag. Der Export bricht seit dem Update am 3. März nach 90 Sekunden ab."),
        (
            "agent",
            "Vielen Dank für Ihre Geduld. Ich sehe im Protokoll, dass der Export am Speicher scheitert.",
        ),
        ("customer", "Das hilft mir nicht. Ich brauche den Export bis Freitag."),
    )
    summary = summarise(a_talk(*said, customer=a_customer(language="de")), now=T0)
    assert texts(summary)[0] == "Der Export bricht seit dem Update am 3. März nach 90 Sekunden ab."
    assert not any("Dank" in text or "Guten" in text for text in texts(summary))
    assert "der" in of_language("de-AT")
    assert of_language("fr") == frozenset()
    assert "the" in of_language(None)


def test_of_a_long_conversation_the_problem_and_the_latest_turns_are_read() -> None:
    menu: list[tuple[Speaker, str]] = [("bot", f"Press {n} for department number {n}.") for n in range(40)]
    talk: list[tuple[Speaker, str]] = [
        ("agent", f"Checking server number {n} of the cluster.") for n in range(150)
    ]
    said = [
        *menu,
        ("customer", "The nightly backup of our database fails."),
        *talk,
        ("customer", "The backup still fails with error 17."),
    ]
    request = a_talk(*said)
    found = candidates(request.turns, of_language("en"))
    assert len(found) <= 48
    assert found[-1].text == "The backup still fails with error 17."
    summary = texts(summarise(request, now=T0))
    assert "The nightly backup of our database fails." in summary
    assert "The backup still fails with error 17." in summary


def test_a_pasted_document_is_not_read_to_its_end() -> None:
    paste = "".join(f"Line {n} of the pasted document says something. " for n in range(2_000))
    request = a_talk(("customer", "The import fails on this file. " + paste[:99_000]))
    found = candidates(request.turns, of_language("en"))
    assert found[0].text == "The import fails on this file."
    assert len(found) <= 10


@PROPERTY
@given(TURNS, st.sampled_from(["en", "de", "fr", None]), st.lists(st.text(max_size=200), max_size=4))
def test_every_sentence_stands_in_what_it_cites(
    said: tuple[Turn, ...], language: str | None, earlier: list[str]
) -> None:
    request = a_request(turns=said, customer=a_customer(language=language))
    summary = summarise(request, earlier=earlier, now=T0 + 50 * HOUR)
    by_id = {turn.id: turn.text for turn in said}
    assert len(summary.sentences) <= MOST_SENTENCES
    for sentence in summary.sentences:
        assert sentence.cites
        assert "\n" not in sentence.text or sentence.origin != "history"
        if sentence.origin == "conversation":
            (cited,) = sentence.cites
            assert sentence.text.removesuffix(MARK) in by_id[cited]
        elif sentence.origin == "sender":
            assert sentence.text.removesuffix(MARK) in (request.summary or "")


@PROPERTY
@given(TURNS)
def test_there_are_three_sentences_where_the_conversation_has_as_many_to_say(said: tuple[Turn, ...]) -> None:
    request = a_request(summary=None, turns=said)
    found = candidates(said, of_language("en"))
    different: list[frozenset[str]] = []
    for words in (each.words for each in found if not each.is_courtesy):
        if all(words.isdisjoint(other) for other in different):
            different.append(words)
    sentences = summarise(request, now=T0).sentences
    assert len(sentences) >= min(3, len(different))
    assert bool(sentences) >= any(not each.is_courtesy for each in found)


@PROPERTY
@given(TURNS)
def test_the_same_request_always_has_the_same_summary(said: tuple[Turn, ...]) -> None:
    lexicon = the_lexicon()
    request = a_request(turns=said)
    again = request.model_validate_json(request.model_dump_json())
    assert summarise(request, now=T0, lexicon=lexicon) == summarise(again, now=T0, lexicon=lexicon)


def test_the_usual_request_has_a_summary_that_survives_json() -> None:
    summary = summarise(a_large_request(1), earlier=["chat declined"], now=T0, lexicon=the_lexicon())
    assert [sentence.origin for sentence in summary.sentences] == [
        *("sender", "sender"),
        *("conversation", "conversation"),
        "history",
    ]
    assert Summary.model_validate_json(summary.model_dump_json()) == summary


def test_turns_may_have_no_time() -> None:
    request = a_request(turns=turns(("customer", "The export stops."), at=None))
    assert summarise(request, now=T0 + timedelta(days=9)).sentences[-1].text == "The export stops."
