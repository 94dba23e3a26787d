"""What agents say before, during and after: by stage, by kind, and in the customer's language."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from handoff_templates import load
from handoff_templates.samples import facts_of, full_request, minimal_request
from handoff_templates.texts import languages, variant_of
from orchestrator.domain.commands import RequestHandoff
from orchestrator.domain.model import Channel
from orchestrator.domain.policy import Kind, Policy, Wording
from tests.unit.handoff_templates.sets import a_set, told, write

KINDS = (
    *("bot-to-agent", "chat-to-email", "chat-to-phone", "escalation"),
    *("support-to-billing", "support-to-engineering", "team-to-team", "tier-1-to-tier-2"),
)
NOBODY_MEETS = {"chat-to-email", "support-to-engineering"}


@pytest.fixture(scope="module")
def policy() -> Policy:
    return load()


def said(policy: Policy, kind: Kind, request: RequestHandoff, language: str | None) -> Wording:
    customer = request.customer.model_copy(update={"language": language})
    receiver = request.receiver.model_copy(update={"team": kind.receiving_team or "success"})
    sender = request.sender.model_copy(update={"team": "chat"})
    asked = request.model_copy(update={"customer": customer, "receiver": receiver, "sender": sender})
    return policy.words.render(kind.name, facts_of(asked, kind))


def lines(wording: Wording) -> dict[str, str]:
    return {script.name: script.text for script in wording.scripts}


def test_every_packaged_kind_is_tried_here(policy: Policy) -> None:
    assert set(KINDS) == set(policy.rules.kinds)


def test_a_script_goes_from_the_reason_to_the_opening_line(policy: Policy) -> None:
    kind = policy.rules.kinds["support-to-billing"]
    words = said(policy, kind, full_request(kind, Channel.CHAT), "en")
    assert [(s.stage.value, s.name, s.language, s.text) for s in words.scripts] == [
        (
            "before",
            "reason",
            None,
            "Billing can help you best with your invoice, so I am passing your case to them.",
        ),
        (
            "before",
            "next-step",
            None,
            "Billing will go on from here. They have the details, so you do not need to repeat them.",
        ),
        ("during", "introduction", None, "May I introduce Billing? They know what we have talked about."),
        ("after", "opening", None, words.opening_line),
    ]


def test_a_customer_is_spoken_to_in_their_language(policy: Policy) -> None:
    kind = policy.rules.kinds["support-to-billing"]
    words = said(policy, kind, full_request(kind, Channel.PHONE), "de-AT")
    assert {script.language for script in words.scripts} == {"de"}
    assert lines(words) == {
        "reason": (
            "Billing kann Ihnen hier am besten helfen, denn es geht um Ihre Rechnung. "
            "Deshalb gebe ich Ihr Anliegen dorthin weiter."
        ),
        "next-step": (
            "Billing macht von hier an weiter. "
            "Dort liegen die Einzelheiten vor, Sie müssen also nichts wiederholen."
        ),
        "introduction": ("Darf ich Ihnen Billing vorstellen? Dort weiß man, worüber wir gesprochen haben."),
        "opening": (
            "Guten Tag Ada Lovelace, ich sehe, dass Sie bereits am Telefon mit Sarah gesprochen haben "
            "und dass es um Ihre Rechnung geht. Ich gehöre zum Team Billing und sehe mir Ihr Konto an. "
            "Die Einzelheiten liegen mir vor, Sie müssen also nichts wiederholen."
        ),
    }
    assert words.customer_note.startswith("Wir geben Ihre Frage an Billing weiter;")


@pytest.mark.parametrize("language", ["fr", None, "", "-", "den", "x-de"])
def test_a_customer_of_another_language_hears_the_default(policy: Policy, language: str | None) -> None:
    kind = policy.rules.kinds["chat-to-phone"]
    words = said(policy, kind, full_request(kind, Channel.CHAT), language)
    assert {script.language for script in words.scripts} == {None}
    english = said(policy, kind, full_request(kind, Channel.CHAT), "en")
    assert (words.scripts, words.customer_note) == (english.scripts, english.customer_note)


@pytest.mark.parametrize("name", KINDS)
@pytest.mark.parametrize("channel", Channel)
@pytest.mark.parametrize("language", ["en", "de"])
def test_no_script_has_an_artefact(policy: Policy, name: str, channel: Channel, language: str) -> None:
    kind = policy.rules.kinds[name]
    for build in (full_request, minimal_request):
        words = said(policy, kind, build(kind, channel), language)
        found = lines(words)
        assert set(found) == {"reason", "next-step", "opening"} | (
            set() if name in NOBODY_MEETS else {"introduction"}
        )
        for text in (*found.values(), words.customer_note):
            assert re.fullmatch(r"[A-ZÄÖÜ].*[.?]", text), text
            assert not re.search(r"None|\(\)|undefined|[{}]|Channel\.|\s[.,;:!?]|,,|\.\.|  ", text), text


@pytest.mark.parametrize("name", sorted(set(KINDS) - {"support-to-engineering"}))
def test_whoever_speaks_german_hears_only_german(policy: Policy, name: str) -> None:
    kind = policy.rules.kinds[name]
    words = said(policy, kind, full_request(kind, Channel.CHAT), "de")
    for text in (*lines(words).values(), words.customer_note):
        assert re.search(r"\b(Sie|Ihnen|Ihr|Dort)\b", text), text
        assert not re.search(r"\b(you|your|the|and|will)\b", text), text


def test_a_colleague_is_greeted_in_the_language_of_the_house(policy: Policy) -> None:
    kind = policy.rules.kinds["support-to-engineering"]
    words = said(policy, kind, full_request(kind, Channel.CHAT), "de")
    assert words.opening_line.startswith("Hello Sarah, I have your report")
    assert lines(words)["reason"] == (
        "Das müssen sich die Leute ansehen, die es bauen. Deshalb frage ich Engineering."
    )


def test_in_a_cold_handoff_nobody_is_introduced(policy: Policy) -> None:
    kind = policy.rules.kinds["team-to-team"]
    cold = full_request(kind, Channel.CHAT).model_copy(update={"mode": "cold"})
    assert "introduction" not in lines(said(policy, kind, cold, "en"))


# Sets of one's own


def test_a_set_without_scripts_has_its_opening_line_alone(tmp_path: Path) -> None:
    policy = load(a_set(tmp_path))
    kind = policy.rules.kinds["to-billing"]
    words = said(policy, kind, full_request(kind, Channel.CHAT), "de")
    assert [(s.name, s.text) for s in words.scripts] == [("opening", "Hello Ada Lovelace.")]


def test_the_nearest_language_is_taken_text_by_text(tmp_path: Path) -> None:
    a_set(tmp_path)
    write(tmp_path, "to-billing/opening_line.de.txt.j2", "Hallo.")
    write(tmp_path, "to-billing/opening_line.de-at.txt.j2", "Servus.")
    write(tmp_path, "_shared/reason_line.txt.j2", "Why.")
    write(tmp_path, "_shared/reason_line.de.txt.j2", "Warum.")
    policy = load(tmp_path)
    kind = policy.rules.kinds["to-billing"]
    for language, expected in {
        "de_AT": [("Warum.", "de"), ("Servus.", "de-at")],
        "de-CH-1996": [("Warum.", "de"), ("Hallo.", "de")],
        "DE": [("Warum.", "de"), ("Hallo.", "de")],
        "en": [("Why.", None), ("Hello Ada Lovelace.", None)],
    }.items():
        words = said(policy, kind, full_request(kind, Channel.CHAT), language)
        assert [(s.text, s.language) for s in words.scripts] == expected


def test_a_kind_that_words_a_script_itself_takes_no_other_language_from_the_shared_ones(
    tmp_path: Path,
) -> None:
    a_set(tmp_path)
    write(tmp_path, "_shared/reason_line.txt.j2", "Why.")
    write(tmp_path, "_shared/reason_line.de.txt.j2", "Warum.")
    write(tmp_path, "to-billing/reason_line.txt.j2", "Since billing decides.")
    policy = load(tmp_path)
    kind = policy.rules.kinds["to-billing"]
    words = said(policy, kind, full_request(kind, Channel.CHAT), "de")
    assert lines(words)["reason"] == "Since billing decides."


@pytest.mark.parametrize(
    ("path", "text", "problem"),
    [
        (
            "to-billing/opening_lin.de.txt.j2",
            "Hallo.",
            "1:1: nothing that is said to a customer is called 'opening_lin'; did you mean 'opening_line'?",
        ),
        (
            "to-billing/opening_line.DE.txt.j2",
            "Hallo.",
            "1:1: 'DE' is no language; write it in lower case, such as de or pt-br",
        ),
        (
            "to-billing/reason_line.de.txt.j2",
            "Warum.",
            (
                "1:1: there is no reason_line.txt.j2 beside it, for customers of other languages; "
                "copy the one of _shared"
            ),
        ),
        (
            "to-billing/opening_line.de.txt.j2",
            "Hallo {{ customer.nam }}.",
            "1:19: a Customer has no 'nam'; did you mean 'name'? (rendering a sample request)",
        ),
        (
            "to-billing/opening_line.de.txt.j2",
            "Hallo {{ custome }}.",
            "1:10: unknown fact 'custome'; did you mean 'customer'?",
        ),
        (
            "_shared/next_step_line.txt.j2",
            "{% if %}",
            "1:1: template syntax: ",
        ),
        (
            "_shared/introduction_line.txt.j2",
            "{{ request.nothing }}",
            "1:12: a RequestHandoff has no 'nothing'; ",
        ),
    ],
)
def test_a_script_that_cannot_be_said_is_told_beforehand(
    tmp_path: Path, path: str, text: str, problem: str
) -> None:
    write(a_set(tmp_path), path, text)
    [found] = told(tmp_path)
    assert found.startswith(f"{path}:{problem}")


@pytest.mark.parametrize(
    ("wanted", "tried"),
    [
        ("de-AT", ["de-at", "de", ""]),
        ("zh_Hant_TW", ["zh-hant-tw", "zh-hant", "zh", ""]),
        (" EN ", ["en", ""]),
        ("-de", [""]),
        (None, [""]),
        ("", [""]),
    ],
)
def test_languages_are_tried_from_the_nearest_on(wanted: str | None, tried: list[str]) -> None:
    assert list(languages(wanted)) == tried


@pytest.mark.parametrize("file", ["opening_line.txt.j2", "packet.de.md.j2", "a/b.de.txt.j2", "x.d.e.txt.j2"])
def test_other_files_are_no_variants(file: str) -> None:
    assert variant_of(file) is None
