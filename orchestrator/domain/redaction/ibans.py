"""Finds IBANs: a country, its length, and the check digits of ISO 13616 (mod 97)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from orchestrator.domain.redaction.spans import Span

IBAN: Final = "IBAN"
FEWEST_DIGITS: Final = 10
"""Together, but for spaces; in any country."""
# Begins with the digits: they are the rarer, so that the search is over most texts at once.
_CHECK_DIGITS: Final = re.compile(r"[0-9]{2}(?<=[A-Za-z]{2}[0-9]{2})(?=[ \-\u00a0]?[A-Za-z0-9])")
_REST: Final = re.compile(r"[ \-\u00a0]?([A-Za-z0-9])")
_LENGTHS: Final = {
    country: length
    for length, countries in {
        15: "NO",
        16: "BE BI",
        18: "DK FI FK FO GL NL",
        19: "MK SI",
        20: "AT BA EE KZ LT LU XK",
        21: "CH HR LI LV",
        22: "BG BH CR DE GB GE IE ME RS VA",
        23: "AE GI IL IQ OM SO TL",
        24: "AD CZ ES MD PK RO SA SE SK TN VG",
        25: "LY PT ST",
        26: "IS TR",
        27: "BF CF CG CM DJ FR GR IT MC MG MR SM",
        28: "AL AZ BJ BY CI CY DO DZ GT HU LB MA ML MZ NE NI PL SN SV TG",
        29: "BR EG PS QA UA",
        30: "JO KW MU",
        31: "MT SC",
        32: "LC",
        33: "RU",
    }.items()
    for country in countries.split()
}
"""Country -> characters of its IBANs."""


def find(text: str) -> Iterator[Span]:
    """Return the IBANs in `text`, in one piece or in groups, in capitals or not."""
    end = 0
    for digits in _CHECK_DIGITS.finditer(text):
        start = digits.start() - 2
        length = _LENGTHS.get(text[start : start + 2].upper())
        if length is None or start < end or text[max(0, start - 1) : start].isalnum():
            continue
        found, stops = _characters(text, digits.end(), text[start : digits.end()], length)
        if len(found) == length and not text[stops : stops + 1].isalnum() and _passes_mod_97(found):
            end = stops
            yield Span(start, end, IBAN)


def _characters(text: str, at: int, begun: str, length: int) -> tuple[str, int]:
    """Return `length` characters of which `begun` are the first, and where they end in `text`."""
    found = [begun]
    for _ in range(length - len(begun)):
        match = _REST.match(text, at)
        if match is None:
            break
        found.append(match.group(1))
        at = match.end()
    return "".join(found), at


def _passes_mod_97(iban: str) -> bool:
    return int("".join(str(int(c, 36)) for c in iban[4:] + iban[:4])) % 97 == 1
