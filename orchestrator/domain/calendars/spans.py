"""Spans of time as pairs of microseconds, and what is done with lists of them.

A span holds its first instant and not its last. Where a list is said to be tidy, it is sorted and no two of
its spans overlap or touch.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta
from typing import Final, TypeAlias

Span: TypeAlias = tuple[int, int]

EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
SECOND_US: Final = 1_000_000
MINUTE_US: Final = 60 * SECOND_US
DAY_US: Final = 24 * 60 * MINUTE_US

_WALL_EPOCH: Final = EPOCH.replace(tzinfo=None)
_EPOCH_DAY: Final = EPOCH.toordinal()


def micros(length: timedelta) -> int:
    """Return a length in microseconds, exactly."""
    return length.days * DAY_US + length.seconds * SECOND_US + length.microseconds


def wall_us(wall: datetime) -> int:
    """Return what a wall clock shows as microseconds since it showed 1970-01-01 00:00."""
    return micros(wall - _WALL_EPOCH)


def day_us(day: date) -> int:
    """Return the midnight at which a local date begins, as `wall_us` does."""
    return (day.toordinal() - _EPOCH_DAY) * DAY_US


def merge(spans: Iterable[Span]) -> list[Span]:
    """Return the tidy list of what lies in any of `spans`."""
    tidy: list[Span] = []
    for since, until in sorted(spans):
        if tidy and since <= tidy[-1][1]:
            tidy[-1] = (tidy[-1][0], max(tidy[-1][1], until))
        elif since < until:
            tidy.append((since, until))
    return tidy


def subtract(spans: list[Span], holes: list[Span]) -> list[Span]:
    """Return what lies in `spans` and in none of `holes`; both are tidy, and so is the result."""
    left: list[Span] = []
    at = 0
    for since, until in spans:
        while at < len(holes) and holes[at][1] <= since:
            at += 1
        # A hole may reach into the next span, so `at` stays on it.
        ahead = at
        while ahead < len(holes) and holes[ahead][0] < until:
            if since < holes[ahead][0]:
                left.append((since, holes[ahead][0]))
            since = holes[ahead][1]
            ahead += 1
        if since < until:
            left.append((since, until))
    return left


def clip(spans: Iterable[Span], since: int, until: int) -> list[Span]:
    """Return the parts of `spans` that lie between two instants, in the same order."""
    return [(max(a, since), min(b, until)) for a, b in spans if a < until and since < b]
