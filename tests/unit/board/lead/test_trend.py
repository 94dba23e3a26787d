"""Bars of what was accepted in time, and the way from each to its cases."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qs, urlsplit
from zoneinfo import ZoneInfo

import pytest

from orchestrator.board.access.viewer import Role, Viewer
from orchestrator.board.bars import WIDTH
from orchestrator.board.filters import Filters
from orchestrator.board.lead.trend import HEIGHT, asked_for, drawn, is_narrower, window_of
from orchestrator.board.lead.trend_words import TrendWords
from orchestrator.board.look.preferences import Preferences
from orchestrator.domain.figures.in_time import InTime
from orchestrator.domain.figures.periods import Step

BERLIN = ZoneInfo("Europe/Berlin")
NOW = datetime(2026, 3, 4, 10, 20, tzinfo=UTC)
LEAD = Viewer("lena", "Lena", frozenset({Role.LEAD}), frozenset({"tier-2"}))
AGENT = Viewer("ana", "Ana", frozenset({Role.AGENT}), frozenset({"tier-2"}))


def test_a_day_has_24_hours_of_which_the_last_is_running() -> None:
    edges = window_of(Step.HOUR, NOW, BERLIN)
    assert len(edges) == 25
    assert edges[0] == datetime(2026, 3, 3, 11, tzinfo=UTC)
    assert edges[-2:] == [datetime(2026, 3, 4, 10, tzinfo=UTC), NOW]


def test_a_week_has_7_days_of_the_readers_calendar() -> None:
    edges = window_of(Step.DAY, NOW, BERLIN)
    assert len(edges) == 8
    assert edges[0] == datetime(2026, 2, 25, 23, tzinfo=UTC), "midnight in Berlin"
    assert edges[-1] == NOW


def test_a_window_that_begins_now_still_has_a_bar() -> None:
    midnight = datetime(2026, 3, 4, 23, tzinfo=UTC)
    assert window_of(Step.DAY, midnight, BERLIN)[-1] == midnight
    assert len(window_of(Step.HOUR, midnight.replace(minute=0), BERLIN)) in (24, 25)


def test_bars_are_as_high_as_what_was_decided_and_lie_side_by_side() -> None:
    edges = [NOW + n * timedelta(hours=1) for n in range(4)]
    trend = drawn(Step.HOUR, edges, [InTime(3, 1), InTime(), InTime(2, 0)])
    assert trend.most == 4
    assert trend.all == InTime(5, 1)
    full, empty, half = trend.bars
    assert [(part.what, part.count, part.y, part.height) for part in full.parts] == [
        ("met", 3, HEIGHT / 4, HEIGHT * 3 / 4),
        ("breached", 1, 0.0, HEIGHT / 4),
    ]
    assert empty.parts == ()
    assert [part.y for part in half.parts] == [HEIGHT / 2]
    assert full.x + full.width <= empty.x
    assert half.x + half.width <= WIDTH


def test_one_value_of_a_field_narrows_the_bars_and_several_do_not() -> None:
    one = asked_for(Filters(sender=("chat",), kind=("k",)), LEAD, (NOW, NOW))
    assert (one.sending, one.kind, one.teams) == ("chat", "k", frozenset({"tier-2"}))
    assert asked_for(Filters(sender=("chat", "phone")), LEAD, (NOW, NOW)).sending is None
    assert not is_narrower(Filters(sender=("chat",)))
    assert is_narrower(Filters(sender=("chat", "phone")))
    assert is_narrower(Filters(risk=("breached",)))


def test_a_bar_leads_to_the_cases_behind_it() -> None:
    trend = drawn(Step.HOUR, [NOW, NOW + timedelta(hours=1)], [InTime(3, 1)])
    (bar,) = trend.bars
    words = TrendWords(Filters(receiver=("tier-2",)), LEAD, Preferences(zone=BERLIN))
    address = words.cases(bar, bar.parts[1])
    assert address is not None
    assert urlsplit(address).path == "/reports/cases"
    assert parse_qs(urlsplit(address).query) == {
        "figure": ["breached"],
        "clock": ["accept"],
        "since": ["2026-03-04T10:20:00Z"],
        "until": ["2026-03-04T11:20:00Z"],
        "to": ["tier-2"],
    }
    agents = TrendWords(Filters(), AGENT, Preferences(zone=BERLIN))
    assert agents.cases(bar, bar.parts[0]) is None, "agents read no reports"


@pytest.mark.parametrize(("hour", "label"), [(11, "12:00"), (10, "")])
def test_some_hours_have_a_label_in_the_readers_zone(hour: int, label: str) -> None:
    at = datetime(2026, 3, 4, hour, tzinfo=UTC)
    (bar,) = drawn(Step.HOUR, [at, at + timedelta(hours=1)], [InTime()]).bars
    assert TrendWords(Filters(), LEAD, Preferences(zone=BERLIN)).label(bar, Step.HOUR) == label
    german = TrendWords(Filters(), LEAD, Preferences(zone=BERLIN, language="de"))
    assert german.label(bar, Step.DAY).startswith("Mi")
