"""What the finders of announced secrets share: where a word begins, and what of a text is the secret."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final

from orchestrator.domain.redaction.spans import PLACEHOLDER_ENDS, Span

QUOTES: Final = "\"'`"
_AFTER_A_VALUE: Final = ".,;:)" + QUOTES
_MASKED: Final = re.compile(r"[*•.…]+|[xX]{3,}|[<{$\[%].*")
_PLACEHOLDER_WITHIN: Final = 40
"""Characters in which a placeholder ends."""


def lower(text: str) -> str:
    """Return `text` in lower case with every character in its place."""
    # The one character whose lower case is two characters long.
    return text.replace("\u0130", "I").lower()


def places(words: Iterable[str], lowered: str) -> list[int]:
    """Return where a word of `lowered` begins with one of `words`, in order; after an underscore, too."""
    found: list[int] = []
    for word in words:
        at = lowered.find(word)
        while at >= 0:
            if not lowered[at - 1 : at].isalnum():
                found.append(at)
            at = lowered.find(word, at + len(word))
    found.sort()
    return found


def value_span(text: str, match: re.Match[str], what: str) -> Span:
    """Return the span of the group `value` without its quotes and the punctuation of the sentence."""
    start, end = match.span("value")
    if text[start] in QUOTES and end - start > 2 and text[end - 1] == text[start]:
        return Span(start + 1, end - 1, what)
    while end - start > 1 and text[end - 1] in _AFTER_A_VALUE:
        end -= 1
    return Span(start, end, what)


def is_masked(text: str, start: int, value: str) -> bool:
    """Return whether somebody removed or masked the value already, or it stands for one: ****, <password>."""
    bare = value.strip(QUOTES).rstrip(_AFTER_A_VALUE)
    if _MASKED.fullmatch(bare or value) is None:
        return False
    if not bare.startswith("["):
        return True
    return PLACEHOLDER_ENDS in text[start : start + _PLACEHOLDER_WITHIN] or "]" in value
