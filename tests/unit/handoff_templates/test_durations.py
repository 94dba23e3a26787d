"""Durations as people write them."""

from __future__ import annotations

from datetime import timedelta

import pytest

from handoff_templates.durations import parse, write


@pytest.mark.parametrize(
    ("written", "seconds", "again"),
    [
        ("90s", 90, "1m30s"),
        ("15m", 900, "15m"),
        ("4h", 14_400, "4h"),
        ("1h30m", 5_400, "1h30m"),
        ("1h 30m", 5_400, "1h30m"),
        ("2D", 172_800, "2d"),
        ("1d2h3m4s", 93_784, "1d2h3m4s"),
    ],
)
def test_a_duration(written: str, seconds: int, again: str) -> None:
    assert parse(written) == timedelta(seconds=seconds)
    assert write(parse(written)) == again


@pytest.mark.parametrize("written", ["", " ", "m", "15", "15 minutes", "30m1h", "1.5h", "1h-30m", "+5m"])
def test_what_is_none(written: str) -> None:
    with pytest.raises(ValueError, match="is not a duration; write days, hours, minutes and seconds"):
        parse(written)


def test_nothing_is_written_as_zero() -> None:
    assert write(timedelta()) == "0s"
