"""Finds card numbers: a length and first digits that some brand uses, and Luhn's check digit.

A number may be written in one piece or in groups ("4111 1111 1111 1111", "3782-822463-10005"). What a brand
does not use, or what fails the check digit, stays: order numbers, tracking numbers, timestamps.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import Final

from orchestrator.domain.redaction.spans import Span

CARD: Final = "card"
SHORTEST: Final = 13
_LONGEST: Final = 19
_SEPARATORS: Final = "[ \\t\u00a0\u2007\u2009\u200b\u202f.·\\-\u2010-\u2015]"
_RUN: Final = re.compile(rf"\d(?:{_SEPARATORS}{{0,3}}\d){{{SHORTEST - 1},}}+")
_GROUP: Final = re.compile(r"\d+")
_GROUP_SIZES: Final = range(3, 7)
"""Brands print groups of four, or of four, six and five."""
_DOUBLED: Final = (0, 2, 4, 6, 8, 1, 3, 5, 7, 9)
"""Twice a digit, its digits added up."""

_Lengths = frozenset[int] | range


def find(text: str) -> Iterator[Span]:
    """Return the card numbers in `text`."""
    for run in _RUN.finditer(text):
        groups = [(m.start(), m.end()) for m in _GROUP.finditer(text, run.start(), run.end())]
        digits = "".join([text[start:end] for start, end in groups])
        offset = 0
        for first, (start, end) in enumerate(groups):
            last = _card_from(text, digits, offset, groups, first)
            if last is not None:
                # A card that begins within this one is looked for, too: the groups before a card may by
                # chance make another one with its first.
                yield Span(start, groups[last][1], CARD)
            offset += end - start
            if len(digits) - offset < SHORTEST:
                break


def _card_from(text: str, digits: str, offset: int, groups: list[tuple[int, int]], first: int) -> int | None:
    """Return the index of the group that ends a card which begins with group `first`.

    `digits` are those of all groups together; those of group `first` begin at `offset`.
    """
    lengths = _lengths(digits[offset : offset + 4])
    start = groups[first][0]
    before = text[start - 1 : start]
    if not lengths or before == "+" or (before == "." and text[start - 2 : start - 1].isdigit()):
        return None  # no brand; a phone number; the digits of a fraction
    first_size = groups[first][1] - start
    length = 0
    # People write a card in one piece, in groups of three to six, or in groups of one size.
    is_usual = is_even = True
    for last in range(first, len(groups)):
        size = groups[last][1] - groups[last][0]
        length += size
        is_usual = is_usual and size in _GROUP_SIZES
        if length > _LONGEST or not (is_usual or is_even or last == first):
            break
        is_shaped = last == first or is_usual or size <= first_size
        if length in lengths and is_shaped and _passes_luhn(digits[offset : offset + length]):
            return last
        is_even = is_even and size == first_size
    return None


@lru_cache(maxsize=10_000)
def _lengths(begins: str) -> _Lengths:
    """Return the lengths of the brand whose numbers begin with four digits; none when no brand's do."""
    four = int(begins)
    one, two = four // 1000, four // 100
    if one == 4:
        return frozenset((13, 16, 19))  # Visa
    if 51 <= two <= 55 or 2221 <= four <= 2720:
        return frozenset((16,))  # Mastercard
    if two in (34, 37):
        return frozenset((15,))  # American Express
    if four == 6011 or 6440 <= four <= 6599 or two == 62 or 3528 <= four <= 3589:
        return range(16, 20)  # Discover, UnionPay, JCB
    if two in (36, 38, 39) or 3000 <= four <= 3059 or four == 3095:
        return range(14, 20)  # Diners Club
    if two in (50, 56, 57, 58, 60, 61, 63, 67, 68, 69, 81, 82) or 2200 <= four <= 2204:
        return range(16, 20)  # Maestro, RuPay, Mir
    return frozenset()


def _passes_luhn(digits: str) -> bool:
    values = list(map(int, reversed(digits)))
    return (sum(values[::2]) + sum(_DOUBLED[value] for value in values[1::2])) % 10 == 0
