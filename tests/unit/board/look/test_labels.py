"""Every code that pages name has a word in every language, and not the English one."""

from __future__ import annotations

from dataclasses import asdict
from typing import get_args

import pytest

from orchestrator.board.look.catalogue import gettext, languages
from orchestrator.board.look.labels import labels
from orchestrator.domain.context.subjects import CATALOGUE
from orchestrator.domain.integration_map.words import Layer, Timing
from orchestrator.domain.routing.entitlement import Entitlement
from orchestrator.domain.sentence import say
from orchestrator.domain.summary.mood import label_of
from orchestrator.map_views.health import WORDS
from orchestrator.map_views.svg import TIMINGS
from orchestrator.map_views.svg_style import LAYERS

OTHERS = [code for code in languages() if code != "en"]
SAME = {"NPS", "Normal", "Chat", "Bot", "Agent", "Name", "neutral", "Ticket", "Team"}
"""Words that a language may share with English."""


@pytest.mark.parametrize("language", OTHERS)
def test_no_label_stays_english(language: str) -> None:
    english, other = asdict(labels("en")), asdict(labels(language))
    left = [
        f"{group}.{code}: {word}"
        for group, words in english.items()
        for code, word in words.items()
        if other[group][code] == word and word not in SAME
    ]
    assert left == []


@pytest.mark.parametrize("language", languages())
def test_every_code_of_a_packet_has_a_label(language: str) -> None:
    words = labels(language)
    assert words.field.keys() == CATALOGUE.keys()
    assert words.mood.keys() == {label_of(step / 10) for step in range(-10, 11)}
    bases = set(get_args(Entitlement.model_fields["basis"].annotation))
    assert words.entitlement.keys() == bases - {"stated"}


def test_english_labels_are_those_of_the_catalogue_of_fields() -> None:
    assert labels("en").field == {name: spec.label for name, spec in CATALOGUE.items()}


@pytest.mark.parametrize("language", OTHERS)
def test_the_drawing_of_the_map_has_no_english_word(language: str) -> None:
    assert TIMINGS.keys() == set(Timing)
    assert LAYERS.keys() >= {layer.value for layer in Layer}
    _ = gettext(language)
    words = (*TIMINGS.values(), *LAYERS.values(), *WORDS.values())
    assert [word for word in words if say(word, _) == str(word)] == []
