"""The sentences of a conversation that come into question for its summary."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, NamedTuple

from orchestrator.domain.model import Turn
from orchestrator.domain.summary.courtesies import is_courtesy
from orchestrator.domain.summary.sentences import shorten, split
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

    @property
    def is_of_customer(self) -> bool:
        """Whether the customer said it."""
        return self.turn.speaker == "customer"


def candidates(turns: Sequence[Turn], stop_words: frozenset[str]) -> list[Candidate]:
    """Return the sentences that come into question, in order of the conversation.

    Of a long conversation these are those of its first turns, of the customer's first turn, and of its last.
    """
    read = _turns_to_read(turns)
    latest = next((turn for turn in reversed(read) if turn.speaker == "customer"), None)
    found: list[Candidate] = []
    seen: set[str] = set()
    for turn in read:
        _add(turn, stop_words, turn is latest, seen, found)
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


def _add(
    turn: Turn, stop_words: frozenset[str], is_latest: bool, seen: set[str], found: list[Candidate]
) -> None:
    """Add the sentences of a turn to `found`, but those that were said before in the same words."""
    weight = _SPEAKERS[turn.speaker] * (_LATEST_OF_CUSTOMER if is_latest else 1)
    for sentence in _sentences(turn.text):
        text = shorten(sentence)
        if text is None or text in seen:
            continue
        seen.add(text)
        words = frozenset(words_of(text)) - stop_words
        if not words:
            continue
        polite = is_courtesy(text, len(words))
        factor = _COURTESY if polite else 1
        if len(words) < _FRAGMENT_WORDS:
            factor *= _FRAGMENT
        if text[-1] == "?" and turn.speaker != "customer":
            factor *= _QUESTION_TO_CUSTOMER
        found.append(Candidate(turn, text, words, polite, weight * factor))


def _sentences(text: str) -> list[str]:
    found = split(text[:_MOST_CHARACTERS])
    if len(text) > _MOST_CHARACTERS and len(found) > 1:
        found.pop()  # cut off in its middle
    if len(found) > _FIRST_SENTENCES + _LAST_SENTENCES:
        return found[:_FIRST_SENTENCES] + found[-_LAST_SENTENCES:]
    return found
