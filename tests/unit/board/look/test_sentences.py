"""What people are told is in the catalogue: problems as they are raised, refusals by their codes."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from orchestrator.board.agent import refusal
from orchestrator.board.look.catalogue import DIRECTORY, gettext, languages
from orchestrator.board.look.refused import REASONS
from orchestrator.domain.sentence import Sentence, say

BOARD = DIRECTORY.parent
DOMAIN = BOARD.parent / "domain"
TOLD = ("NotFound", "NotAllowed", "SignInFailed", "ProviderAway", "Forged", "WrongHost", "NotClear")
"""Problems whose first argument people read on a page."""


def calls(path: Path) -> Iterator[ast.Call]:
    return (node for node in ast.walk(ast.parse(path.read_text())) if isinstance(node, ast.Call))


def name_of(call: ast.Call) -> str:
    return call.func.id if isinstance(call.func, ast.Name) else ""


def test_no_page_is_told_a_text_that_stays_english() -> None:
    plain = []
    for path in sorted(BOARD.rglob("*.py")):
        # Programs read the API in English; streams tell scripts, which ask again.
        if {"api", "live"} & set(path.relative_to(BOARD).parts) or path.name == "handoff_view.py":
            continue
        for call in calls(path):
            at = 1 if name_of(call) == "Problem" else 0 if name_of(call) in TOLD else None
            if at is None or len(call.args) <= at:
                continue
            said = call.args[at]
            if isinstance(said, ast.JoinedStr | ast.Constant):
                plain.append(f"{path.relative_to(BOARD)}:{call.lineno}")
    assert plain == [], "make a Sentence of it"


def test_a_sentence_is_made_of_a_message_that_can_be_found() -> None:
    computed = [
        f"{path}:{call.lineno}"
        for room in (BOARD, DOMAIN)
        for path in sorted(room.rglob("*.py"))
        for call in calls(path)
        if name_of(call) == "Sentence" and path.name not in ("sentence.py", "checks.py")
        if not (isinstance(call.args[0], ast.Constant) and isinstance(call.args[0].value, str))
    ]
    assert computed == []


def test_every_refusal_of_a_press_has_words() -> None:
    codes = {
        call.args[0].value
        for room in (DOMAIN / "lifecycle", DOMAIN / "clocks")
        for path in room.rglob("*.py")
        for call in calls(path)
        if name_of(call) in ("Refused", "TooEarly") and isinstance(call.args[0], ast.Constant)
    }
    assert len(codes) >= 15
    assert codes - REASONS.keys() == set()
    own = {
        node.value
        for node in ast.walk(ast.parse(Path(refusal.__file__).read_text()))
        if isinstance(node, ast.Constant) and node.value in codes
    }
    assert own <= REASONS.keys(), "a page without the handoff tells them too"


@pytest.mark.parametrize("language", [code for code in languages() if code != "en"])
def test_every_refusal_is_said_in_every_language(language: str) -> None:
    _ = gettext(language)
    assert [code for code, reason in REASONS.items() if say(reason, _) == str(reason)] == []
    assert all(isinstance(reason, Sentence) for reason in REASONS.values())
