"""The sentences of a conversation that come into question for its summary."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, NamedTuple

from orchestrator.domain.model import Turn
from orchestrator.domain.summary.courtesies import FEW_WORDS, begins_politely
from orchestrator.domain.summary.sentences import LONGEST, shorten, split
from orchestrator.domain.summary.words import words_of

_FIRST_TURNS: Final = 6
_LAST_TURNS: Final = 14
_MOST_CHARACTERS: Final = 4_000
"""Of one turn; what comes after them in a pasted document is not read."""
_FIRST_SENTENCES: Final = 8
_LAST_SENTENCES: Final = 2
"""Of one turn: a letter says its matter first, and what it asks for last."""
_MOST_SENTENCES: Final = 48
_SPEAKERS: Final = {"customer": 1.2, "agent": 1.0, "bot": 0.5, "system": 0.4}
_QUESTION_TO_CUSTOMER: Final = 0.5
_LATEST_OF_CUSTOMER: Final = 1.3
_COURTESY: Final = 0.05
_FRAGMENT: Final = 0.1
_FRAGMENT_WORDS: Final = 3
"""Words of content from which a sentence is more than a name or an exclamation."""


class Candidate(NamedTuple):
    """A sentence, its words of content, and how much its place in the conversation makes of its rank."""

    turn: Turn
    text: str
    words: frozenset[str]
    is_courtesy: bool
    weight: float


def candidates(turns: Sequence[Turn], stop_words: frozenset[str]) -> list[Candidate]:
    """Return the sentences that come into question, in order of the conversation.

    Of a long conversation these are those of its first turns, of the customer's first turn, and of its last.
    """
    read = _turns_to_read(turns)
    latest = next((turn for turn in reversed(read) if turn.speaker == "customer"), None)
    said: dict[str, Turn] = {}
    """Each sentence, and the turn that said it first."""
    for turn in read:
        for sentence in _sentences(turn.text):
            text = sentence if len(sentence) <= LONGEST else shorten(sentence)
            if text is not None:
                said.setdefault(text, turn)
    found: list[Candidate] = []
    for text, turn in said.items():
        words = frozenset(words_of(text)) - stop_words
        if words:
            found.append(_candidate(turn, text, words, is_latest=turn is latest))
    if len(found) > _MOST_SENTENCES:
        half = _MOST_SENTENCES // 2
        found = found[:half] + found[-half:]
    return found


def _turns_to_read(turns: Sequence[Turn]) -> Sequence[Turn]:
    if len(turns) <= _FIRST_TURNS + _LAST_TURNS:
        return turns
    first = [*turns[:_FIRST_TURNS]]
    middle = turns[_FIRST_TURNS:-_LAST_TURNS]
    if not any(turn.speaker == "customer" for turn in first):
        # A long talk with a bot's menu: the problem comes later.
        first += [turn for turn in middle if turn.speaker == "customer"][:1]
    return [*first, *turns[-_LAST_TURNS:]]


def _candidate(turn: Turn, text: str, words: frozenset[str], *, is_latest: bool) -> Candidate:
    is_courtesy = False
    weight = _SPEAKERS[turn.speaker]
    if is_latest:
        weight *= _LATEST_OF_CUSTOMER
    if len(words) < FEW_WORDS:
        factor = 1.0
        if begins_politely(text):
            is_courtesy = True
            factor = _COURTESY
        if len(words) < _FRAGMENT_WORDS:
            factor *= _FRAGMENT
        weight *= factor
    if text[-1] == "?" and turn.speaker != "customer":
        weight *= _QUESTION_TO_CUSTOMER
    return Candidate(turn, text, words, is_courtesy, weight)


def _sentences(text: str) -> list[str]:
    found = split(text[:_MOST_CHARACTERS])
    if len(text) > _MOST_CHARACTERS and len(found) > 1:
        found.pop()  # cut off in its middle
    if len(found) > _FIRST_SENTENCES + _LAST_SENTENCES:
        return found[:_FIRST_SENTENCES] + found[-_LAST_SENTENCES:]
    return found
