"""Splits a text into sentences, and shortens one at the border of a clause."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

LONGEST: Final = 220
"""Characters of a sentence that is shown whole."""
UNREADABLE: Final = 600
"""Characters from which a sentence that no clause border divides is no sentence, but pasted data."""
MARK: Final = " …"
"""Ends a sentence that was shortened."""

_BORDER: Final = re.compile(r"[.!?…\n\u3002\uff01\uff1f]+[\"'”\u2019»)\]]*")
_ENDS_ALONE: Final = frozenset("\n\u3002\uff01\uff1f")
"""Signs that end a sentence without a space behind them."""
_MONTHS: Final = ("jan", "feb", "mär", "apr", "mai", "jun", "jul", "aug", "sep", "okt", "nov", "dez")
_LONGEST_WORD: Final = 20
"""Characters before a point in which the word that it ends is looked for."""
_LONG: Final = 7
"""Letters from which a word is no abbreviation."""
_ABBREVIATIONS: Final = frozenset(
    """approx co corp dept dr e.g eg esp est etc fig hr hrs i.e ie inc incl jr ltd max min mr mrs ms no nos pp
    prof ref sr st tel vol vs abs allg art bspw bzgl bzw ca d.h dgl dipl evtl ggf hbf inkl lt mind nr o.ä od
    s.o s.u sog str tel u.a u.ä usw u.u v.a vgl z.b z.t zzgl""".split()  # noqa: SIM905  (a page of words)
)
_CLAUSE: Final = re.compile(
    r"[,;:](?=\s)|\s[-\u2013\u2014](?=\s)|\s(?=(?:and|but|because|so|while|since|which|although|und|aber|weil|denn|obwohl|"
    r"während|sodass|damit)\s)"
)


def split(text: str) -> list[str]:
    """Return the sentences of `text`, each as it stands there, without the space around it."""
    return list(each_of(text))


def each_of(text: str) -> Iterator[str]:
    """Return the sentences of `text` one by one: who wants the first only, does not split the rest."""
    if _is_one(text[:-1]):
        whole = text.strip()
        if whole:
            yield whole
        return
    start = 0
    for border in _BORDER.finditer(text):
        end = border.end()
        if text[end : end + 1].isspace():
            if end - border.start() == 1 and text[end - 1] == "." and _goes_on(text, start, end - 1):
                continue
        elif end < len(text) and _ENDS_ALONE.isdisjoint(border.group()):
            continue
        sentence = text[start:end].strip()
        if sentence:
            yield sentence
        start = end
    rest = text[start:].strip()
    if rest:
        yield rest


def _is_one(text: str) -> bool:
    """Return whether no sentence can end within `text`, as in most turns of a chat."""
    if "." in text or "!" in text or "?" in text or "\n" in text:
        return False
    return text.isascii() or ("…" not in text and _ENDS_ALONE.isdisjoint(text))


def _goes_on(text: str, start: int, point: int) -> bool:
    """Return whether the point belongs to the word before it: an abbreviation, an initial, an ordinal."""
    if point - start >= _LONG and text[point - _LONG : point].isalpha():
        return False
    written = text[max(start, point - _LONGEST_WORD) : point].split()
    last = written[-1].lstrip("(\"'„“«") if written else ""
    word = last.lower()
    if word in _ABBREVIATIONS or (len(last) == 1 and last.isupper()):
        return True
    if not (word.isdigit() and len(word) <= 2):
        return False
    # "1. Open the app", "am 3. März"; elsewhere a number may end a sentence.
    following = text[point + 2 : point + 5].lower()
    is_first = not text[start : point - len(word)].strip()
    return is_first or text[point + 2 : point + 3].islower() or following in _MONTHS


def shorten(sentence: str, limit: int = LONGEST) -> str | None:
    """Return `sentence` if it is short enough, or its clauses up to `limit` characters, marked with "…".

    Returns None for a long text without any clause border: it is nothing that a person said.
    """
    if len(sentence) <= limit:
        return sentence
    end = 0
    for border in _CLAUSE.finditer(sentence, 0, limit):
        end = border.start()
    if end:
        return sentence[:end] + MARK
    return sentence if len(sentence) <= UNREADABLE else None
