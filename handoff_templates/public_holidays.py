"""Public holidays by country and region, for a fixed span of years, from the `holidays` library."""

from __future__ import annotations

import re
import warnings
from collections.abc import Mapping
from datetime import date
from functools import cache
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from holidays import HolidayBase

YEARS: Final = range(2020, 2041)
"""The years whose holidays a calendar knows: fixed, so that the same files are the same rules at any time."""
_LANGUAGE: Final = "en_US"
_REMARK: Final = re.compile(r" \((?:observed|estimated|observed, estimated)\)$")

# The library takes 0.2 s to import, which only a set with holidays should pay.


def countries() -> frozenset[str]:
    """Return the codes of the countries that are known: two letters each."""
    return frozenset(_codes().values())


@cache
def country_names() -> Mapping[str, str]:
    """Return other spellings of countries -> their codes: Germany and DEU are DE."""
    return MappingProxyType(_codes())


@cache
def regions(country: str) -> Mapping[str, str]:
    """Return the regions of a country, code or name -> code."""
    known = _of(country, None)
    return MappingProxyType({code: code for code in known.subdivisions} | dict(known.subdivisions_aliases))


@cache
def holidays_of(country: str, region: str | None) -> Mapping[date, frozenset[str]]:
    """Return the public holidays of `YEARS`, each with its English names, without "(observed)"."""
    # For years of which it knows only a part, the library warns instead of computing the rest.
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        found = _of(country, region, YEARS)
        return MappingProxyType(
            {
                day: frozenset(_REMARK.sub("", name) for name in found.get_list(day))
                for day in sorted(found)
                if day.year in YEARS
            }
        )


@cache
def _codes() -> dict[str, str]:
    from holidays.registry import COUNTRIES

    return {word: code for name, code, *more in COUNTRIES.values() for word in (name, code, *more)}


def _of(country: str, region: str | None, years: range | None = None) -> HolidayBase:
    from holidays import country_holidays

    return country_holidays(country, subdiv=region, years=years, language=_LANGUAGE)
