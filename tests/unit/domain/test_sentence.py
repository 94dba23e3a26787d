from __future__ import annotations

import json

from orchestrator.domain.sentence import Sentence, joined, listed, say

GERMAN = {
    "there is no team {team}": "ein Team {team} gibt es nicht",
    "{one}; {other}": "{one}; {other}",
    "{one} and {other}": "{one} und {other}",
    "is missing": "fehlt",
    "has more than {most} values": "hat mehr als {most} Werte",
    "{field} {wrong}": "{field} {wrong}",
}


def german(message: str) -> str:
    return GERMAN[message]


def test_a_sentence_is_english_text_and_is_said_in_another_language() -> None:
    sentence = Sentence("there is no team {team}", team="billing")
    assert sentence == "there is no team billing"
    assert json.dumps({"detail": sentence}) == '{"detail": "there is no team billing"}'
    assert say(sentence, german) == "ein Team billing gibt es nicht"


def test_a_text_of_others_stays_as_it_is() -> None:
    assert say("is missing", german) == "is missing"
    assert (
        say(Sentence("there is no team {team}", team="is missing"), german)
        == "ein Team is missing gibt es nicht"
    )


def test_braces_in_a_fact_are_no_places() -> None:
    sentence = Sentence("there is no team {team}", team="{0.__class__}")
    assert sentence == "there is no team {0.__class__}"
    assert say(sentence, german) == "ein Team {0.__class__} gibt es nicht"


def test_a_sentence_within_a_sentence_is_said_in_the_same_language() -> None:
    most = Sentence("has more than {most} values").filled(most=3)
    problems = [
        Sentence("{field} {wrong}", field=name, wrong=wrong)
        for name, wrong in (("team", Sentence("is missing")), ("tier", most))
    ]
    assert joined(problems) == "team is missing; tier has more than 3 values"
    assert say(joined(problems), german) == "team fehlt; tier hat mehr als 3 Werte"
    assert say(listed(["CRM", "Billing"]), german) == "CRM und Billing"
    assert joined(["alone"]) == "alone"
