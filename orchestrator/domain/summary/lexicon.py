"""Signs of a customer's mood: phrases, what each says of it, and how negation is seen.

A phrase is written in words; a slash separates words that may stand in the same place: "speak/talk to a
manager/supervisor". It counts where its words stand together in one clause, and no negation stands shortly
before (in some languages after) it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from functools import cached_property
from operator import contains
from typing import Annotated, Final, NamedTuple

from pydantic import Field

from orchestrator.domain.model import Frozen
from orchestrator.domain.summary.stop_words import STOP_WORDS
from orchestrator.domain.summary.words import words_of

_CLAUSE: Final = re.compile(r"[^.,;:!?\n()]+")
_WORD: Final = re.compile(r"[^\W_]+(?:['\u2018\u2019][^\W_]+)*")
_FUNCTION_WORDS: Final = frozenset().union(*STOP_WORDS.values())
_NEGATED_WITHIN: Final = 4
"""Words before a phrase in which a negation speaks of it."""
_NEGATED_AFTER: Final = 3
"""And words after it, in languages whose negation follows: "ich kündige den Vertrag nicht"."""


class Sign(Frozen):
    """What one group of phrases says of the customer's mood."""

    id: str
    says: str
    """In words for the receiver, such as "Asks for a manager"."""
    weight: Annotated[float, Field(ge=-1, le=1, allow_inf_nan=False)]
    """From -1 (angry) to 1 (delighted)."""
    is_risk: bool = False
    """Whether somebody should act on it."""
    phrases: tuple[str, ...]


class Hit(NamedTuple):
    """A sign that was seen, and the words that were."""

    sign: Sign
    words: str


class _Phrase(NamedTuple):
    places: tuple[frozenset[str], ...]
    anchor: int
    sign: Sign
    step: int
    """From the anchor to the place beside it; 0 where there is none."""
    beside: frozenset[str]
    """The words of that place."""


class Lexicon(Frozen):
    """Everything by which a mood is read; a value of handoff_templates/sentiment.yaml."""

    signs: tuple[Sign, ...] = ()
    negations: tuple[str, ...] = ()
    """Words that negate what follows them."""
    negations_after: tuple[str, ...] = ()
    """Words that negate what stands before them."""
    breaks: tuple[str, ...] = ()
    """Words over which no negation reaches: "if it is not fixed I will cancel"."""

    @cached_property
    def _of_word(self) -> dict[str, list[_Phrase]]:
        """Return the phrases by each word that may stand in their most telling place."""
        found: dict[str, list[_Phrase]] = {}
        for sign in self.signs:
            for written in sign.phrases:
                places = places_of(written)
                if not places:
                    continue
                anchor = max(range(len(places)), key=lambda n: _telling(places[n]))
                beside = anchor + 1 if anchor + 1 < len(places) else max(anchor - 1, 0)
                phrase = _Phrase(places, anchor, sign, beside - anchor, places[beside])
                for word in places[anchor]:
                    found.setdefault(word, []).append(phrase)
        return found

    @cached_property
    def _negating(self) -> tuple[frozenset[str], frozenset[str], frozenset[str]]:
        """Return the words that negate what follows, those that negate what stands before, and the breaks."""
        before, after, breaks = self.negations, self.negations_after, self.breaks
        return frozenset(map(_plain, before)), frozenset(map(_plain, after)), frozenset(map(_plain, breaks))

    def may_hit(self, text: str) -> bool:
        """Return whether `text` may show a sign; most texts show none, and then it is certain."""
        words = words_of(text)
        phrases = self._of_word
        for index, word in enumerate(words):
            if word in phrases:
                for phrase in phrases[word]:
                    # Mostly the word beside does not fit, which takes less to see than a match.
                    is_near = (
                        0 <= index + phrase.step < len(words) and words[index + phrase.step] in phrase.beside
                    )
                    if is_near and _matches(words, phrase, index - phrase.anchor):
                        return True
        return False

    def hits(self, text: str) -> list[Hit]:
        """Return each sign that `text` shows, once each, in order of the text."""
        if not self.may_hit(text):
            return []
        found: dict[str, Hit] = {}
        for match in _CLAUSE.finditer(text):
            clause = match.group()
            if self.may_hit(clause):
                for hit in self._of_clause(clause):
                    found.setdefault(hit.sign.id, hit)
        return list(found.values())

    def _of_clause(self, clause: str) -> Iterator[Hit]:
        spans = [match.span() for match in _WORD.finditer(clause)]
        words = [_plain(clause[start:end]) for start, end in spans]
        for index, word in enumerate(words):
            for phrase in self._of_word.get(word, ()):
                start, end = index - phrase.anchor, index - phrase.anchor + len(phrase.places)
                if not _matches(words, phrase, start):
                    continue
                if not self._is_negated(words, start, end):
                    yield Hit(phrase.sign, clause[spans[start][0] : spans[end - 1][1]])

    def _is_negated(self, words: Sequence[str], start: int, end: int) -> bool:
        negations, negations_after, breaks = self._negating
        # "If it is not fixed I'll cancel": the phrase itself begins with a break.
        is_begun = words[start] in breaks
        before = [] if is_begun else words[max(0, start - _NEGATED_WITHIN) : start][::-1]
        after = words[end : end + _NEGATED_AFTER]
        return _negates(before, negations, breaks) or _negates(after, negations_after, breaks)


NO_LEXICON: Final = Lexicon()


def places_of(phrase: str) -> tuple[frozenset[str], ...]:
    """Return the words that may stand in each place of a written phrase."""
    places = (frozenset(_plain(word) for word in place.split("/")) - {""} for place in phrase.split())
    return tuple(place for place in places if place)


def _telling(place: frozenset[str]) -> tuple[bool, float]:
    """Return how well the words of a place tell a phrase from other texts: rare words are long."""
    return place.isdisjoint(_FUNCTION_WORDS), sum(map(len, place)) / len(place)


def _matches(words: Sequence[str], phrase: _Phrase, start: int) -> bool:
    """Return whether `phrase` stands in `words` from `start` on."""
    if start < 0 or start + len(phrase.places) > len(words):
        return False
    return all(map(contains, phrase.places, words[start : start + len(phrase.places)]))


def _negates(words: Iterable[str], negations: frozenset[str], breaks: frozenset[str]) -> bool:
    for word in words:
        if word in negations:
            return True
        if word in breaks:
            return False
    return False


def _plain(word: str) -> str:
    return word.lower() if word.isalnum() else "".join(words_of(word))
