"""Windows cut into hours or days, as the reader's calendar and clock have them."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from enum import StrEnum
from typing import Final
from zoneinfo import ZoneInfo

_LONGEST_BY_HOUR: Final = timedelta(hours=49)


class Step(StrEnum):
    """How long a bar of a trend is."""

    HOUR = "hour"
    DAY = "day"


def step_for(length: timedelta) -> Step:
    """Return the bars that suit a window: hours up to two days, then days."""
    return Step.HOUR if length <= _LONGEST_BY_HOUR else Step.DAY


def bounds(since: datetime, until: datetime, step: Step, zone: ZoneInfo) -> list[datetime]:
    """Return the instants that part a window: both ends, and each full hour or midnight of `zone` between.

    A day on which the clocks change has 23 or 25 hours, and so many bars.
    """
    found = [since]
    local = since.astimezone(zone)
    if step is Step.DAY:
        day = local.date()
        while (at := datetime.combine(day, time(), zone).astimezone(UTC)) < until:
            if at > since:
                found.append(at)
            day += timedelta(days=1)
    else:
        at = since - timedelta(minutes=local.minute, seconds=local.second, microseconds=local.microsecond)
        while (at := at + timedelta(hours=1)) < until:
            found.append(at.astimezone(UTC))
    return [*found, until]
