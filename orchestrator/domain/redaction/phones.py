"""Finds phone numbers: international, North American, national with a leading zero, or after a word for one.

A number that only might be one stays: an order number of ten digits is more often what it says it is.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from orchestrator.domain.redaction.spans import Span

PHONE: Final = "phone"
SHORTEST: Final = 7
_DIGITS: Final = range(SHORTEST, 16)
"""Of a whole number: E.164 allows fifteen."""
_GAP: Final = "[ \u00a0./()\\-\u2010-\u2013]{0,3}"
_INTERNATIONAL: Final = re.compile(rf"(?<![\w+.\-])(?:\+|00)[1-9](?:{_GAP}\d){{6,14}}+(?![\w]|[.\-:/]\d)")
_NORTH_AMERICAN: Final = re.compile(
    r"(?<![\w.\-/+(])(?:1[ .\-])?(?:\([2-9]\d\d\) ?|[2-9]\d\d[ .\-])[2-9]\d\d[ .\-]\d{4}(?![\w]|[.\-:/]\d)"
)
_NATIONAL: Final = re.compile(
    r"(?<![\w.\-/+:(])"
    r"(?:\(0[1-9]\d{1,4}\) ?\d{3,8}|0[1-9]\d{1,4}[ /\-]{1,3}\d{3,8}|0[1-9](?: \d\d){4}|020[ \-]\d{4})"
    r"(?:[ \-]\d{2,4}){0,4}(?![\w]|[.\-:/]\d)"
)
_ANNOUNCED: Final = re.compile(
    r"(?<![^\W_])(?:phone|telephone|tel|mobile|cell|whatsapp|fax|call (?:me|us|back|him|her|them)|"
    r"reach (?:me|us)|text me|telefon|telefonnummer|handy|handynummer|mobil|rückruf|anrufen|anruf)(?![^\W_])"
    r"\.?[^\S\n]{0,2}"
    r"(?:number|no\.?|nummer|nr\.?|back)?[^\S\n]{0,2}"
    r"(?:is|ist|at|on|under|unter|via|lautet)?[^\S\n]{0,2}:?[^\S\n]{0,2}"
    rf"(?P<number>\(?\+?\d(?:{_GAP}\d){{5,14}}+)(?![\w]|[.\-:/]\d)",
    re.IGNORECASE,
)
_OTHER_NUMBER: Final = re.compile(
    r"(?:order|invoice|ticket|case|tracking|shipment|serial|reference|ref|id|bestellung|rechnung|auftrag|sendung)"
    r"[\s.:#]{0,3}(?:number|no|nr|nummer|id)?[\s.:#]{0,3}$",
    re.IGNORECASE,
)
_WORDS_BEFORE: Final = 30
"""Characters in which a word for another kind of number may stand."""
_DATE: Final = re.compile(r"(?<!\d)(?:19|20)\d\d[\-./]\d\d?[\-./]\d\d?(?!\d)")


def find(text: str) -> Iterator[Span]:
    """Return the phone numbers in `text`."""
    for match in _INTERNATIONAL.finditer(text):
        if _is_phone(match.group()):
            yield Span(*match.span(), PHONE)
    for pattern in (_NORTH_AMERICAN, _NATIONAL):
        for match in pattern.finditer(text):
            before = text[max(0, match.start() - _WORDS_BEFORE) : match.start()]
            if _is_phone(match.group()) and _OTHER_NUMBER.search(before) is None:
                yield Span(*match.span(), PHONE)
    for match in _ANNOUNCED.finditer(text):
        if _is_phone(match["number"]):
            yield Span(*match.span("number"), PHONE)


def _is_phone(number: str) -> bool:
    if _DATE.search(number) or sum(c.isdigit() for c in number) not in _DIGITS:
        return False
    # One point alone is that of a decimal number.
    return number.count(".") != 1
