"""Every word for people is in the German catalogue, with the same places for values."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from babel.messages.catalog import Message

from orchestrator.board.look.catalogue import DIRECTORY, gettext, languages, ngettext
from tests.unit.board.look.extraction import catalogue, extracted

OTHERS = [code for code in languages() if code != "en"]
PLACE = re.compile(r"%\(\w+\)[sd]|(?<!%)%[sd]|\{\w*\}")


def strings(message: Message) -> tuple[str, ...]:
    return (message.string,) if isinstance(message.string, str) else tuple(message.string)


def places(text: str) -> set[str]:
    return set(PLACE.findall(text))


def messages(language: str) -> Iterator[Message]:
    return (message for message in catalogue(language) if message.id)


def test_templates_and_modules_have_words() -> None:
    assert any(place.startswith("templates/base.html.j2") for place in extracted().values())
    assert any(place.endswith(".py") or ".py:" in place for place in extracted().values())


def test_every_message_of_a_module_can_be_found() -> None:
    hidden = []
    for path in DIRECTORY.parent.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            # gettext(language)("words"): nothing that reads the module knows that these are words for people.
            is_hidden = isinstance(node, ast.Call) and isinstance(node.func, ast.Call)
            if is_hidden and getattr(node.func.func, "id", "") in ("gettext", "ngettext"):
                hidden.append(f"{path.name}:{node.lineno}")
    assert hidden == [], "call it _ or many first"


@pytest.mark.parametrize("language", OTHERS)
def test_no_message_is_missing_or_fuzzy(language: str) -> None:
    known = {message.id: message for message in messages(language)}
    missing = [f"{place}: {id!r}" for id, place in extracted().items() if id not in known]
    assert not missing, "not translated:\n" + "\n".join(missing)
    undone = [message.id for message in known.values() if message.fuzzy or not all(strings(message))]
    assert not undone


@pytest.mark.parametrize("language", OTHERS)
def test_no_message_is_translated_that_nobody_says(language: str) -> None:
    assert [message.id for message in messages(language) if message.id not in extracted()] == []


@pytest.mark.parametrize("language", OTHERS)
def test_a_translation_has_the_places_of_its_message(language: str) -> None:
    other = []
    for message in messages(language):
        ids = (message.id,) if isinstance(message.id, str) else message.id
        wanted = set.union(*(places(id) for id in ids))
        # A singular may say "one" instead of the number.
        optional = places(ids[-1]) - places(ids[0]) if len(ids) > 1 else set()
        other += [
            (message.id, said) for said in strings(message) if not wanted - optional <= places(said) <= wanted
        ]
    assert other == []


@pytest.mark.parametrize("language", OTHERS)
def test_a_translation_keeps_white_space_and_markup(language: str) -> None:
    for message in messages(language):
        first = message.id if isinstance(message.id, str) else message.id[0]
        for said in strings(message):
            assert said.strip() == said or first.strip() != first
            assert "<" not in said


def test_a_language_that_is_not_there_reads_english() -> None:
    assert gettext("xx")("Live") == "Live"
    assert ngettext("xx")("one", "many", 2) == "many"


def test_german_says_one_and_many() -> None:
    ids = [message.id for message in messages("de") if not isinstance(message.id, str)]
    assert ids
    one, many = ids[0]
    assert ngettext("de")(one, many, 1) != ngettext("de")(one, many, 2) or one == many
    assert ngettext("de")(one, many, 0) == ngettext("de")(one, many, 2)


def test_the_folder_of_the_catalogues_has_nothing_compiled() -> None:
    assert list(Path(DIRECTORY).rglob("*.mo")) == []
