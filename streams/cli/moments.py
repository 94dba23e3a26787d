"""Instants and lengths of time as an explanation says them: in UTC, and in the zone of a calendar."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from handoff_templates.durations import write
from orchestrator.domain.explanation.explained_clock import Span

_SHOWN = 4
_A_WEEK = timedelta(days=6)


def instant(at: datetime, zone: str = "UTC") -> str:
    """Return an instant as `Tue 2026-03-03 08:56Z (09:56 CET)`."""
    utc, local = at.astimezone(UTC), at.astimezone(ZoneInfo(zone))
    said = f"{utc:%a %Y-%m-%d} {_time(utc)}Z"
    if zone == "UTC":
        return said
    day = "" if local.date() == utc.date() else f"{local:%a} "
    return f"{said} ({day}{_time(local)} {local:%Z})"


def stretch(since: datetime, until: datetime, zone: str = "UTC") -> str:
    """Return a span as `Tue 2026-03-03 10:00Z (11:00 CET) to 12:30Z (13:30 CET)`."""
    ends, begins = instant(until, zone), instant(since, zone)
    is_same_day = since.astimezone(UTC).date() == until.astimezone(UTC).date()
    return (
        f"{begins} to {ends.removeprefix(f'{until.astimezone(UTC):%a %Y-%m-%d} ') if is_same_day else ends}"
    )


def length(time: timedelta) -> str:
    """Return a length as people write it, in whole seconds: 1h36m."""
    return write(time) if time >= timedelta() else f"-{write(-time)}"


def whole(lengths: Sequence[timedelta]) -> list[timedelta]:
    """Return lengths in whole seconds that still add up: what one loses the next one gets."""
    said: list[timedelta] = []
    so_far = told = timedelta()
    for each in lengths:
        so_far += each
        said.append(timedelta(seconds=so_far // timedelta(seconds=1)) - told)
        told += said[-1]
    return said


def spans(pieces: Sequence[Span], zone: str) -> str:
    """Return working time as `40m on Mon 16:50-17:30, 56m from Tue 09:00 → Tue 09:56`.

    The length of a single piece is left out, and so are most of many.
    """
    local = ZoneInfo(zone)
    lengths = whole([piece.length for piece in pieces])
    is_long = pieces[-1].until - pieces[0].since > _A_WEEK
    said = [
        _piece(piece, took, local, is_last=piece is pieces[-1], is_long=is_long)
        for piece, took in zip(pieces, lengths, strict=True)
    ]
    if len(said) == 1:
        return said[0].partition(" ")[2]
    if len(said) > _SHOWN:
        hidden = sum(lengths[2:-1], timedelta())
        said[2:-1] = [f"{length(hidden)} in {len(said) - 3} more openings"]
    return ", ".join(said)


def _piece(piece: Span, took: timedelta, zone: ZoneInfo, *, is_last: bool, is_long: bool) -> str:
    since, until = piece.since.astimezone(zone), piece.until.astimezone(zone)
    begins, ends = f"{_day(since, is_long)} {_time(since)}", f"{_day(until, is_long)} {_time(until)}"
    if is_last:
        return f"{length(took)} from {begins} → {ends}"
    return f"{length(took)} on {begins}-{_time(until) if since.date() == until.date() else ends}"


def _day(at: datetime, is_long: bool) -> str:
    return f"{at:%a %m-%d}" if is_long else f"{at:%a}"


def _time(at: datetime) -> str:
    return f"{at:%H:%M:%S}" if at.second else f"{at:%H:%M}"
