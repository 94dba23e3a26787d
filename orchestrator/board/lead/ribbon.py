"""Who held a case, from when to when, as a drawing: teams in turn, pauses, hours in which nobody works."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from orchestrator.domain.calendars.calendar import ELAPSED, BusinessCalendar
from orchestrator.domain.calendars.working_spans import working_spans
from orchestrator.domain.clocks.custody import Hold, holds
from orchestrator.domain.handoff import Handoff

WIDTH: Final = 100.0
"""Of the drawing, in percent of the room that it has."""
_LONGEST_HATCHED: Final = timedelta(days=90)
"""Of longer stories the nights cannot be seen any more."""
_SHORTEST: Final = timedelta(seconds=1)
Span = tuple[datetime, datetime]


@dataclass(frozen=True, slots=True)
class Band:
    """A part of the drawing, from left to right."""

    x: float
    width: float


@dataclass(frozen=True, slots=True)
class Stretch:
    """A span in which one team held the case."""

    team: str
    series: int
    """Which team it is, counted from 1 in the order in which they came."""
    since: datetime
    until: datetime | None
    """None while it lasts."""
    is_offered: bool
    """Whether it had offered the case, and waited for an answer."""
    lasted: timedelta
    paused_for: timedelta
    closed_for: timedelta
    """How much of it lies in hours in which the team does not work."""
    band: Band
    paused: tuple[Band, ...]
    closed: tuple[Band, ...]


@dataclass(frozen=True, slots=True)
class Ribbon:
    """The story of a case."""

    since: datetime
    until: datetime
    """Now, while it lasts."""
    is_over: bool
    stretches: tuple[Stretch, ...]
    own: Band
    """The handoff that was asked about."""
    shows_hours: bool
    """Whether hours in which a team does not work are drawn."""
    is_kept: bool
    """Whether the sending team went on with the case meanwhile, so that nobody took it over."""


def ribbon_of(
    handoff: Handoff, case: Sequence[Handoff], calendar_of: Callable[[str], BusinessCalendar], now: datetime
) -> Ribbon | None:
    """Return the ribbon of a handoff.

    Args:
        handoff: the one that is asked about.
        case: all handoffs of its case.
        calendar_of: when a team works.
        now: where what lasts ends.

    Returns:
        None when it has not begun yet.
    """
    held = [hold for hold in holds(case) if hold.since <= now]
    is_kept = not held
    if is_kept:
        if handoff.requested_at > now:
            return None
        held = [Hold(handoff.sending_team, handoff.requested_at, handoff.ended_at, False)]
    since, is_over = held[0].since, held[-1].until is not None
    until = max(held[-1].until or now, since + _SHORTEST)
    draw = _Drawing(since, until)
    teams = list(dict.fromkeys(hold.team for hold in held))
    shows_hours = until - since <= _LONGEST_HATCHED
    stretches = []
    for hold in held:
        end = hold.until or until
        paused = [] if hold.is_offered else _clipped(_paused(case, hold.team, now), hold.since, end)
        closed = _closed(calendar_of(hold.team), hold.since, end) if shows_hours else []
        stretches.append(
            Stretch(
                team=hold.team,
                series=teams.index(hold.team) + 1,
                since=hold.since,
                until=hold.until,
                is_offered=hold.is_offered,
                lasted=end - hold.since,
                paused_for=_length(paused),
                closed_for=_length(closed),
                band=draw.band(hold.since, end),
                paused=tuple(draw.band(*span) for span in paused),
                closed=tuple(draw.band(*span) for span in closed),
            )
        )
    own = draw.band(max(handoff.requested_at, since), min(handoff.ended_at or until, until))
    return Ribbon(since, until, is_over, tuple(stretches), own, shows_hours, is_kept)


@dataclass(frozen=True, slots=True)
class _Drawing:
    since: datetime
    until: datetime

    def band(self, since: datetime, until: datetime) -> Band:
        """Return where a span lies."""
        scale = WIDTH / (self.until - self.since).total_seconds()
        x = (since - self.since).total_seconds() * scale
        return Band(round(x, 3), round(max(0.0, (until - since).total_seconds()) * scale, 3))


def _paused(case: Iterable[Handoff], team: str, now: datetime) -> list[Span]:
    """Return when a promise of a team stood still, in order, each instant once."""
    spans = sorted(
        (each.since, each.until or now)
        for handoff in case
        for clock in handoff.clocks
        if clock.team == team and not clock.is_shared
        for each in clock.suspensions
    )
    joined: list[Span] = []
    for since, until in spans:
        if joined and since <= joined[-1][1]:
            since, until = joined[-1][0], max(until, joined.pop()[1])
        joined.append((since, until))
    return joined


def _clipped(spans: Iterable[Span], since: datetime, until: datetime) -> list[Span]:
    return [(max(a, since), min(b, until)) for a, b in spans if a < until and since < b]


def _closed(calendar: BusinessCalendar, since: datetime, until: datetime) -> list[Span]:
    if calendar is ELAPSED:
        return []
    found, at = [], since
    for opening in working_spans(calendar, since, until, ()):
        if at < opening.since:
            found.append((at, opening.since))
        at = opening.until
    return [*found, (at, until)] if at < until else found


def _length(spans: Iterable[Span]) -> timedelta:
    return sum((until - since for since, until in spans), timedelta())


def teams_known(handoffs: Iterable[Handoff]) -> frozenset[str]:
    """Return the teams that somebody knows who may see these handoffs."""
    return frozenset(team for each in handoffs for team in (each.sending_team, each.receiving_team))
