"""How many promises to accept were kept lately, bar by bar, each with the way to its cases."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from orchestrator.board.access.viewer import Role, Viewer
from orchestrator.board.bars import WIDTH, highest, places
from orchestrator.board.filters import Filters
from orchestrator.board.lead.rates import CLOCK
from orchestrator.domain.figures.asked import Asked
from orchestrator.domain.figures.in_time import InTime
from orchestrator.domain.figures.periods import Step, bounds

HEIGHT: Final = 84.0
"""Of the bars, in pixels; words stand under them."""
_GAP: Final = 0.18
"""Of a bar's room, what is left free."""
_AT_END: Final = 88.0
_HOURS: Final = 24
_DAYS: Final = 7


@dataclass(frozen=True, slots=True)
class Part:
    """The promises of a bar that were kept, or broken."""

    what: str
    """`met` or `breached`."""
    count: int
    y: float
    height: float


@dataclass(frozen=True, slots=True)
class Bar:
    """A span of time."""

    since: datetime
    until: datetime
    rate: InTime
    x: float
    width: float
    is_at_end: bool
    """Whether words that begin under it would not fit on a phone."""
    parts: tuple[Part, ...]


@dataclass(frozen=True, slots=True)
class Trend:
    """Bars over a window."""

    step: Step
    bars: tuple[Bar, ...]
    most: int
    """How many promises the highest bar has."""

    @property
    def all(self) -> InTime:
        """All of them together."""
        return sum((bar.rate for bar in self.bars), start=InTime())


def window_of(step: Step, now: datetime, zone: ZoneInfo) -> list[datetime]:
    """Return the bounds of the bars: so many hours or days of the reader's clock, the last one up to now."""
    local = now.astimezone(zone)
    if step is Step.HOUR:
        hour = now - timedelta(minutes=local.minute, seconds=local.second, microseconds=local.microsecond)
        since = hour - timedelta(hours=_HOURS - 1)
    else:
        first = local.date() - timedelta(days=_DAYS - 1)
        since = datetime.combine(first, time(), zone).astimezone(UTC)
    return bounds(since, max(now, since + timedelta(seconds=1)), step, zone)


def asked_for(filters: Filters, viewer: Viewer, edges: Sequence[datetime]) -> Asked:
    """Return what the bars count: a field narrows it down where the filters name one value of it."""
    return Asked(
        edges[0],
        edges[-1],
        teams=None if viewer.has(Role.OPS, Role.AUDITOR) else viewer.teams,
        team=_one(filters.team),
        kind=_one(filters.kind),
        clock=CLOCK,
        sending=_one(filters.sender),
        receiving=_one(filters.receiver),
    )


def is_narrower(filters: Filters) -> bool:
    """Whether the filters ask for less than the bars can be narrowed down to."""
    one_each = (filters.team, filters.kind, filters.sender, filters.receiver)
    others = filters.changed(team=None, kind=None, sender=None, receiver=None)
    return bool(others) or any(len(values) > 1 for values in one_each)


def drawn(step: Step, edges: Sequence[datetime], rates: Sequence[InTime]) -> Trend:
    """Return the bars; `edges` are one more than `rates`."""
    gap = _GAP * WIDTH / max(1, len(rates))
    bars = []
    for at, rate, since, until in zip(
        places(rates, height=HEIGHT, base=HEIGHT, gap=gap),
        rates,
        edges[:-1],
        edges[1:],
        strict=True,
    ):
        parts = (
            Part("met", rate.met, at.met_y, at.met_height),
            Part("breached", rate.breached, at.breached_y, at.breached_height),
        )
        shown = tuple(part for part in parts if part.count)
        bars.append(Bar(since, until, rate, at.x, at.width, at.x > _AT_END, shown))
    return Trend(step, tuple(bars), highest(rates))


def _one(values: Sequence[str]) -> str | None:
    return values[0] if len(values) == 1 else None
