"""Secrets in observations: none is held, and what only looks like one is."""

from __future__ import annotations

import pytest
from pydantic import JsonValue

from orchestrator.domain.context.subjects import Subject
from streams.context.decoding import without_secrets
from tests.context_builders import an_observation

CARD = "4111111111111111"
BEARER = (
    "Authorization:\tBearer\teyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0NTY3ODkwIn0.dozjgNryP4J3jVmNHl0w5N_XgL0n"
)


def held(name: str, value: JsonValue, subject: Subject = Subject.NPS) -> JsonValue:
    """Return what is held of one field."""
    return without_secrets(an_observation(subject, item="i", fields={name: value})).fields[name]


@pytest.mark.parametrize(
    ("said", "kept"),
    [
        (f"my card is {CARD}, try it", "my card is [card removed], try it"),
        (f"{CARD}\nthanks", "[card removed]\nthanks"),
        ("my password: hunter2-Correct!Horse", "my password: [password removed]"),
        (BEARER, "Authorization:\tBearer\t[token removed]"),
    ],
)
@pytest.mark.parametrize("name", ["comment", "of_our_own"])
def test_a_text_loses_its_secrets(name: str, said: str, kept: str) -> None:
    assert held(name, said) == kept
    assert held(name, ["fine", said]) == ["fine", kept]


@pytest.mark.parametrize(
    ("subject", "name"),
    [
        (Subject.NPS, "comment"),
        (Subject.ISSUE, "title"),
        (Subject.ISSUE, "workaround"),
        (Subject.INTERACTION, "summary"),
        (Subject.INTERACTION, "resolution"),
    ],
)
@pytest.mark.parametrize("said", [CARD, "password:hunter2-Correct!Horse"])
def test_what_people_write_is_a_text_though_it_is_one_word(subject: Subject, name: str, said: str) -> None:
    kept = held(name, said, subject)
    assert isinstance(kept, str)
    assert kept.endswith(" removed]")


@pytest.mark.parametrize("name", ["last_invoice", "reference", "payment_state", "of_our_own"])
@pytest.mark.parametrize("value", [CARD, "INV-2026-0042", "4b8f2c1d9e7a6b5c4d3e2f1a0b9c8d7e", "paid"])
def test_one_word_is_an_identifier_anywhere_else(name: str, value: str) -> None:
    assert held(name, value, Subject.BILLING) == value


def test_an_observation_without_secrets_is_the_very_same() -> None:
    fields: dict[str, JsonValue] = {
        "comment": "slow since Monday",
        "score": 4,
        "flags": ["a", None],
        "gone": None,
    }
    observation = an_observation(Subject.NPS, fields=fields)
    assert without_secrets(observation) is observation
