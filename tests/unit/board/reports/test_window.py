"""From when to when a report is, as its address says it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from orchestrator.board.reports.window import Window, window_of
from orchestrator.board.said import Unclear

BERLIN = ZoneInfo("Europe/Berlin")
NOW = datetime(2026, 3, 29, 12, 0, tzinfo=UTC)
"""In the night before it the clocks of Berlin were put forward."""


def window(**said: str) -> Window:
    return window_of(said, BERLIN, now=NOW)


def test_without_a_word_it_is_the_last_24_hours() -> None:
    assert window() == Window("24h", NOW - timedelta(hours=24), NOW)


@pytest.mark.parametrize(("name", "days"), [("24h", 1), ("7d", 7), ("30d", 30)])
def test_a_preset_ends_now(name: str, days: int) -> None:
    assert window(window=name) == Window(name, NOW - timedelta(days=days), NOW)


def test_today_begins_at_the_readers_midnight() -> None:
    assert window(window="today").since == datetime(2026, 3, 28, 23, 0, tzinfo=UTC)


def test_at_midnight_itself_today_is_not_empty_yet() -> None:
    midnight = datetime(2026, 3, 28, 23, 0, tzinfo=UTC)
    found = window_of({"window": "today"}, BERLIN, now=midnight)
    assert found.since < found.until == midnight


def test_a_time_without_a_zone_is_the_readers() -> None:
    found = window(since="2026-03-28T09:00", until="2026-03-29T09:00:00Z")
    assert (found.name, found.since) == ("custom", datetime(2026, 3, 28, 8, 0, tzinfo=UTC))
    assert found.until == datetime(2026, 3, 29, 9, 0, tzinfo=UTC)


def test_it_ends_now_at_the_latest_because_what_is_due_later_is_not_decided() -> None:
    assert window(since="2026-03-28", until="2027-01-01").until == NOW
    assert window(since="2026-03-28").until == NOW


@pytest.mark.parametrize(
    ("said", "field"),
    [
        ({"window": "yesterday"}, "window"),
        ({"since": "09:00"}, "since"),
        ({"until": "soon"}, "until"),
        ({"since": "2026-03-29T20:00"}, "since"),
        ({"since": "0001-01-01T00:00"}, "since"),
        ({"since": "1990-01-01"}, "since"),
        ({"since": "2026-03-28T10:00Z", "until": "2026-03-28T10:00Z"}, "since"),
    ],
)
def test_what_is_no_window_is_named(said: dict[str, str], field: str) -> None:
    with pytest.raises(Unclear) as unclear:
        window(**said)
    assert [problem.field for problem in unclear.value.problems] == [field]
