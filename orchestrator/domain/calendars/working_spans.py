"""Working time in pieces: where on a calendar a length of it lies."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta

from orchestrator.domain.clocks.schedule import Keeper
from orchestrator.domain.explanation.explained_clock import Span

_TICK = timedelta(microseconds=1)
Holes = Iterable[tuple[datetime, datetime | None]]


def working_spans(keeper: Keeper, since: datetime, until: datetime, holes: Holes) -> tuple[Span, ...]:
    """Return the working time between two instants, in order, without what lies in `holes`.

    An open hole goes on for ever. A keeper tells only how much working time there is, so each closing is
    found by bisection.
    """
    pieces = [piece for run in _without(since, until, holes) for piece in _openings(keeper, *run)]
    return tuple(pieces)


def _without(since: datetime, until: datetime, holes: Holes) -> Iterator[tuple[datetime, datetime]]:
    for begins, ends in sorted(holes, key=lambda hole: hole[0]):
        if since < min(begins, until):
            yield since, min(begins, until)
        if ends is None:
            return
        since = max(since, ends)
    if since < until:
        yield since, until


def _openings(keeper: Keeper, since: datetime, until: datetime) -> Iterator[Span]:
    left = keeper.between(since, until)
    while left > timedelta():
        since = keeper.add(since, _TICK) - _TICK
        ends = _closing(keeper, since, until)
        yield Span(since=since, until=ends)
        left -= ends - since
        since = ends


def _closing(keeper: Keeper, since: datetime, until: datetime) -> datetime:
    """Return the end of the opening that begins at `since`, or `until` if that comes first."""
    is_open, is_shut = since, until
    if keeper.between(since, until) == until - since:
        return until
    while is_shut - is_open > _TICK:
        middle = is_open + (is_shut - is_open) / 2
        if keeper.between(since, middle) == middle - since:
            is_open = middle
        else:
            is_shut = middle
    return is_open
