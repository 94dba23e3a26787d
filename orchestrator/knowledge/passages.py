"""Markdown cut into passages: each is plain text, short enough to stand in a packet as it is."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

LONGEST: Final = 400
"""Characters of a passage."""
_SHORT: Final = 120
"""A block that is shorter is joined with the next one."""

_HEADING: Final = re.compile(r"#{1,6}(?:\s+(.*?)\s*#*)?")
_FENCE: Final = re.compile(r"(```|~~~).*")
_BULLET: Final = re.compile(r"^(?:[-*+]|\d+[.)])\s+")
_LINK: Final = re.compile(r"!?\[([^\]]*)\]\([^)]*\)")
_MARKUP: Final = re.compile(r"\*\*|__|`|(?<!\w)[*_](?=\S)|(?<=\S)[*_](?!\w)|^>\s*")
_END: Final = re.compile(r"(?<=[.!?:;])\s+")


def passages(markdown: str) -> list[str]:
    """Return the passages of a text in their order; a heading stands in the one that follows it."""
    found: list[str] = []
    held = ""
    for is_heading, block in _blocks(markdown):
        joined = f"{held} {block}".strip()
        if held and len(joined) > LONGEST:
            found += _pieces(held)
            joined = block
        if is_heading or len(joined) < _SHORT:
            held = f"{joined}:" if is_heading and joined[-1] not in ".:?!" else joined
            continue
        found += _pieces(joined)
        held = ""
    return found + _pieces(held)


def _blocks(markdown: str) -> Iterator[tuple[bool, str]]:
    """Return the headings and paragraphs, each on one line and without markup."""
    lines: list[str] = []
    for raw in (*markdown.splitlines(), ""):
        line = raw.strip()
        heading = _HEADING.fullmatch(line)
        if heading is None and line and not _FENCE.fullmatch(line):
            lines.append(_plain(line))
            continue
        if block := " ".join(filter(None, lines)):
            yield False, block
        lines = []
        if heading is not None and (title := _plain(heading[1] or "")):
            yield True, title


def _plain(line: str) -> str:
    return _MARKUP.sub("", _LINK.sub(r"\1", _BULLET.sub("", line))).strip()


def _pieces(text: str) -> list[str]:
    """Return a text in pieces of at most `LONGEST` characters, cut behind a sentence where there is one."""
    pieces: list[str] = []
    held = ""
    for sentence in _END.split(text) if len(text) > LONGEST else [text]:
        joined = f"{held} {sentence}".strip()
        if len(joined) > LONGEST:
            pieces.append(held)
            joined = sentence
        while len(joined) > LONGEST:
            cut = joined.rfind(" ", 1, LONGEST)
            cut = cut if cut > 0 else LONGEST - 1
            pieces.append(f"{joined[:cut]}…")
            joined = joined[cut:].strip()
        held = joined
    return [piece for piece in (*pieces, held) if piece]
