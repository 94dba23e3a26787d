"""Calendars as people read them, and working time in pieces."""

from __future__ import annotations

import itertools
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orchestrator.domain.calendars.calendar import ELAPSED, BusinessCalendar, ExtraOpening
from orchestrator.domain.calendars.words import exceptions, week_in_words
from orchestrator.domain.calendars.working_spans import working_spans
from orchestrator.domain.explanation.explained_clock import Span
from tests.unit.domain.case_story import BERLIN, at
from tests.unit.domain.properties import PROPERTY


def a_calendar(**fields: Any) -> BusinessCalendar:
    return BusinessCalendar.model_validate({"name": "office", "zone": "Europe/Berlin"} | fields)


@pytest.mark.parametrize(
    ("calendar", "said"),
    [
        (ELAPSED, "day and night"),
        (BERLIN, "Mon-Thu 09:00-12:30 13:15-17:30, Fri 09:00-12:30"),
        (a_calendar(week={"mon": ["22:00-06:00"], "tue": ["22:00-06:00"]}), "Mon-Tue 22:00-06:00"),
        (a_calendar(week={"mon": ["13:00-14:00", "09:00-10:00"]}), "Mon 09:00-10:00 13:00-14:00"),
        (
            a_calendar(extra_openings=[{"on": "2026-03-02", "windows": ["09:00-10:00"]}]),
            "only extra openings",
        ),
    ],
)
def test_a_week_is_one_line(calendar: BusinessCalendar, said: str) -> None:
    assert week_in_words(calendar) == said


def test_the_days_on_which_it_is_otherwise_are_named_in_order() -> None:
    calendar = a_calendar(
        week={"mon": ["09:00-17:00"]},
        holidays=["2026-03-04", "2026-12-24"],
        closures=[
            {"since": "2026-03-02T12:30", "until": "2026-03-02", "reason": "party"},
            {"since": "2026-03-05", "until": "2026-03-06"},
            {"since": "2026-03-03T10:00", "until": "2026-03-03T11:00"},
        ],
        extra_openings=[ExtraOpening.model_validate({"on": "2026-03-07", "windows": ["10:00-12:00"]})],
    )

    assert exceptions(calendar, date(2026, 3, 2), date(2026, 3, 31)) == (
        "closed Mon 2026-03-02 12:30 to 24:00: party",
        "closed Tue 2026-03-03 10:00 to 11:00",
        "closed Wed 2026-03-04: holiday",
        "closed Thu 2026-03-05 to Fri 2026-03-06",
        "open also Sat 2026-03-07 10:00-12:00",
    )
    assert exceptions(calendar, date(2026, 3, 8), date(2026, 3, 31)) == ()


def test_working_time_lies_between_openings_lunches_and_pauses() -> None:
    holes = [(at(3, 16), at(3, 16, 30)), (at(4, 9), None)]

    assert working_spans(BERLIN, at(3, 12), at(5, 12), holes) == (
        Span(since=at(3, 12), until=at(3, 12, 30)),
        Span(since=at(3, 13, 15), until=at(3, 16)),
        Span(since=at(3, 16, 30), until=at(3, 17, 30)),
    )


@PROPERTY
@given(st.integers(0, 400 * 24 * 3600), st.timedeltas(timedelta(), timedelta(days=9)))
def test_the_pieces_add_up_also_on_the_nights_of_the_changing_clocks(seconds: int, length: timedelta) -> None:
    nights = a_calendar(week={key: ["00:30-02:30", "22:00-00:15"] for key in ("mon", "sat", "sun")})
    since = datetime(2026, 1, 1, tzinfo=UTC) + timedelta(seconds=seconds)

    pieces = working_spans(nights, since, since + length, ())

    assert sum((piece.length for piece in pieces), timedelta()) == nights.between(since, since + length)
    assert all(nights.between(piece.since, piece.until) == piece.length for piece in pieces)
    assert all(a.until < b.since for a, b in itertools.pairwise(pieces))
