"""Stretches of a text that have to go, and the placeholders that stand in for them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final, NamedTuple

PLACEHOLDER_ENDS: Final = " removed]"
END_OF_TEXT: Final = "\x00"
"""Stands between texts that are searched together; nothing that is found reaches across it."""


class Span(NamedTuple):
    """`text[start:end]` is a `what`, such as a card."""

    start: int
    end: int
    what: str


def placeholder(what: str) -> str:
    """Return what is shown instead, such as `[card removed]`."""
    return f"[{what}{PLACEHOLDER_ENDS}"


def replace(text: str, spans: Iterable[Span]) -> tuple[str, tuple[str, ...]]:
    """Return `text` with a placeholder for each span, and what was removed, in order of the text.

    Spans that overlap go together, under the name of the one that begins first. Without a span it is the
    very same text.
    """
    ordered = sorted(spans, key=lambda span: (span.start, -span.end))
    if not ordered:
        return text, ()
    pieces: list[str] = []
    removed: list[str] = []
    end = 0
    for span in ordered:
        if span.start < end:
            end = max(end, span.end)
            continue
        pieces += (text[end : span.start], placeholder(span.what))
        removed.append(span.what)
        end = span.end
    # An overlap may have moved the end of an earlier span, so pieces begin where the last one really ended.
    pieces.append(text[end:])
    return "".join(pieces), tuple(removed)
