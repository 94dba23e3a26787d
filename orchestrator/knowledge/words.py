"""The words of a text that are worth looking up."""

from __future__ import annotations

import re
from typing import Final

MOST_CHARS: Final = 2_000
"""What stands behind them in a text is not read."""
MOST_WORDS: Final = 60
_WORD: Final = re.compile(r"[^\W_]{2,40}")
"""Letters and digits only: nothing that means something in a query, whatever a customer writes."""

_STOP: Final = frozenset(
    _WORD.findall(
        """
        about after again all also am an and any are as at be because been before but by can could did
        do does for from get got had has have he her him his how if in into is it its just like me more
        my no not now of off on once only or our out over she should since so some than that the their
        them then there these they this to too up us very was we were what when where which while who
        why will with would you your customer case please thanks thank hello

        aber alle als auch auf aus bei beim bin bis bitte da damit dann das dass dem den der des die
        dies diese dieser doch du durch ein eine einem einen einer eines er es für gibt hallo hat hatte
        haben ich ihm ihn ihr ihre im ist ja kann kein keine können kunde man mehr mein meine mich mir
        mit nach nicht noch nun nur ob oder schon sehr sein seine seit sich sie sind um und uns unser
        vom von vor war weil wenn werden wie wir wird wo wurde zu zum zur über
        """
    )
)
"""English and German words that say nothing of what a case is about."""
_GERMAN_ENDINGS: Final = ("ern", "en", "er", "es", "em", "e", "n", "s")
_STEM: Final = 4
"""Letters that an ending leaves, at least."""


def all_words(text: str) -> list[str]:
    """Return every word of a text, in small letters, stop words too."""
    return _WORD.findall(text.lower())


def words_of(text: str) -> list[str]:
    """Return the words of a text, each once, in their order, in small letters and without stop words."""
    words = dict.fromkeys(_WORD.findall(text[:MOST_CHARS].lower()))
    return [word for word in words if word not in _STOP][:MOST_WORDS]


def without_ending(word: str) -> str:
    """Return a German word without the ending of its case or number: `rechnungen` is `rechnung`."""
    for ending in _GERMAN_ENDINGS:
        if word.endswith(ending) and len(word) - len(ending) >= _STEM:
            return word[: -len(ending)]
    return word
