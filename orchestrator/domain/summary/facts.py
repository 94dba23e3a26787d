"""What of a sentence can be checked against its sources: numbers, names, quotations, words of content."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from orchestrator.domain.summary.stop_words import STOP_WORDS
from orchestrator.domain.summary.words import words_of

_QUOTED: Final = re.compile(r"[\"„“«»](?P<quoted>[^\"„“”«»]{1,300})[\"“”«»]")
_CODE: Final = re.compile(r"[^\s,;:!?()\"„“”«»]*\d[^\s,;:!?()\"„“”«»]*")
"""A number, an id, a date, an amount: whatever has a digit, in one piece."""
_FUNCTION_WORDS: Final = frozenset().union(*STOP_WORDS.values())
_REPORTING: Final = frozenset(
    """customer caller user client agent bot assistant reports reported says said states stated asks asked
    mentions mentioned explains explained adds added notes noted requests requested wants needs confirms
    confirmed according currently issue problem case kunde kundin anrufer berichtet sagt meldet bittet
    fragt erklärt möchte braucht problem anliegen fall laut derzeit""".split()  # noqa: SIM905  (a page of words)
)
"""Words with which a sentence reports what somebody said; they add nothing to it."""
_NEGATIONS: Final = frozenset(
    """no not never none nothing nobody cannot cant dont doesnt didnt wont isnt wasnt arent werent hasnt
    havent hadnt couldnt wouldnt shouldnt without unable fails failed refuses nein nicht nie niemals
    kein keine keinen keiner ohne""".split()  # noqa: SIM905
)
_STEM: Final = 4
"""Letters that two forms of a word share at its beginning."""


class Source:
    """The texts that a sentence cites, ready to be looked up."""

    def __init__(self, text: str) -> None:
        self._words = set(words_of(text))
        self._stems = {word[:_STEM] for word in self._words if len(word) >= _STEM}
        self._codes = {_bare(code) for code in _CODE.findall(text)}
        self._spaced = f" {' '.join(words_of(text))} "
        self.is_negated = not _NEGATIONS.isdisjoint(self._words)

    def unsupported(self, sentence: str) -> Iterator[str]:
        """Return what `sentence` says that the source does not.

        A number or id must stand in the source as it is, a quotation word for word, every other word of
        content in some form. A sentence may not be negated when its source is not, nor the other way round.
        """
        yield from (code for code in _CODE.findall(sentence) if _bare(code) not in self._codes)
        for match in _QUOTED.finditer(sentence):
            if f" {' '.join(words_of(match['quoted']))} " not in self._spaced:
                yield match["quoted"]
        words = words_of(sentence)
        yield from (word for word in words if not self._has(word))
        if self.is_negated is _NEGATIONS.isdisjoint(words):
            yield "a negation"

    def _has(self, word: str) -> bool:
        if word in self._words or word in _FUNCTION_WORDS or word in _REPORTING or word in _NEGATIONS:
            return True
        return len(word) > _STEM and not any(c.isdigit() for c in word) and word[:_STEM] in self._stems


def _bare(code: str) -> str:
    return code.strip(".'").lower()
