"""Reads the holidays of a calendar: those of countries and regions, and dates of its own."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import date

from handoff_templates import public_holidays
from handoff_templates.form import Form, sequence, text
from handoff_templates.problems import Problems
from handoff_templates.public_holidays import YEARS
from handoff_templates.yaml_source import Value

_KEYS = ("country", "region", "except")
_WHAT = "an entry of 'holidays'"
_FULL_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")
_YEARLY = re.compile(r"\d{2}-\d{2}")
_LEAP_YEAR = 2020


def read_holidays(value: Value, problems: Problems) -> frozenset[date]:
    """Return the dates of `value`: one country, or a list of countries and dates."""
    items = [value] if isinstance(value.data, dict) else sequence(value, "holidays", problems)
    dates: set[date] = set()
    for item in items:
        if isinstance(item.data, dict):
            dates |= _of_country(item, problems)
        else:
            dates.update(_own(item, problems))
    return frozenset(dates)


def read_date(value: Value, problems: Problems) -> date | None:
    """Return the date in `value`; None, with a problem, when it is none."""
    written = text(value, "a date", problems)
    if written is None:
        return None
    try:
        if _FULL_DATE.fullmatch(written):
            return date.fromisoformat(written)
    except ValueError:
        pass
    problems.add(value.place, f"{written!r} is not a date; write one such as 2026-12-24")
    return None


def _own(value: Value, problems: Problems) -> Iterator[date]:
    written = text(value, "a holiday", problems)
    if written is None:
        return
    if not _YEARLY.fullmatch(written):
        day = read_date(value, problems)
        if day is not None:
            yield day
        return
    if not _exists(f"{_LEAP_YEAR}-{written}"):
        problems.add(value.place, f"{written!r} is not a day of the year; write month and day such as 12-24")
    for year in YEARS:
        # The 29th of February is a holiday in leap years.
        if _exists(f"{year}-{written}"):
            yield date.fromisoformat(f"{year}-{written}")


def _exists(written: str) -> bool:
    try:
        date.fromisoformat(written)
    except ValueError:
        return False
    return True


def _of_country(value: Value, problems: Problems) -> set[date]:
    form = Form.open(value, _KEYS, _WHAT, problems)
    form.required("country", _WHAT)
    country, region = form.text("country"), form.text("region")
    if country is None:
        return set()
    if country not in public_holidays.countries():
        names = public_holidays.country_names()
        problems.unknown(form.at("country"), "country", country, public_holidays.countries(), names)
        return set()
    if region is not None:
        regions = public_holidays.regions(country)
        codes = set(regions.values())
        if region not in codes:
            problems.unknown(form.at("region"), f"region of {country}", region, codes, regions)
            return set()
    holidays = public_holidays.holidays_of(country, region)
    where = country if region is None else f"{country}, {region}"
    return set(holidays) - _exceptions(form.value("except"), holidays, where, problems)


def _exceptions(
    value: Value | None, holidays: Mapping[date, frozenset[str]], where: str, problems: Problems
) -> set[date]:
    """Return the dates that are named one by one, and those all of whose names are."""
    names = frozenset[str]().union(*holidays.values())
    days: set[date] = set()
    excepted: set[str] = set()
    for item in sequence(value, "except", problems) if value is not None else ():
        written = text(item, "an exception", problems)
        if written is None:
            continue
        if written[0].isdigit():
            day = read_date(item, problems)
            if day is not None and day not in holidays:
                problems.add(item.place, f"{day} is no holiday of {where}; remove it")
            elif day is not None:
                days.add(day)
        elif written in names:
            excepted.add(written)
        else:
            problems.unknown(item.place, f"holiday of {where}", written, names)
    return days | {day for day, called in holidays.items() if called <= excepted}
