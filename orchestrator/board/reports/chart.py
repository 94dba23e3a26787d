"""The trend as bars: where each of them stands, and the address of what is behind it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from babel.dates import format_skeleton

from orchestrator.board.reports.clock_tables import LIST, bars
from orchestrator.board.reports.report import Report
from orchestrator.domain.figures.in_time import InTime
from orchestrator.domain.figures.listed import Figure
from orchestrator.domain.figures.periods import Step

WIDTH: Final = 1_200
HEIGHT: Final = 170
_TOP: Final = 28
_BOTTOM: Final = 22
_GAP: Final = 2.0
_ROOM: Final = 40
"""How wide a bar has to be to say its share."""
_LABELS: Final = 12
"""Labels below the bars, at most."""


@dataclass(frozen=True, slots=True)
class Bar:
    """One hour or day."""

    since: datetime
    until: datetime
    rate: InTime
    link: str
    x: float
    width: float
    met_y: float
    met_height: float
    breached_y: float
    breached_height: float
    is_labelled: bool
    has_room: bool
    """Whether its share can be written above it."""


@dataclass(frozen=True, slots=True)
class Chart:
    """All of them, within WIDTH by HEIGHT."""

    bars: Sequence[Bar]
    highest: int
    """How many promises the highest bar stands for."""
    step: str
    width: int = WIDTH
    height: int = HEIGHT
    top: int = _TOP
    base: int = HEIGHT - _BOTTOM


def label_of(report: Report, language: str) -> Callable[[datetime], str]:
    """Return what names a bar: the hour, or the day, in the reader's zone."""
    zone = report.question.zone
    if report.step is Step.HOUR:
        return lambda at: at.astimezone(zone).strftime("%H:%M")
    return lambda at: format_skeleton("MMMd", at.astimezone(zone), tzinfo=zone, locale=language)


def chart_of(report: Report) -> Chart:
    """Return the bars of the trend: met below, breached above."""
    found = list(bars(report))
    highest = max((rate.decided for _since, _until, rate, _bar in found), default=0)
    scale = (HEIGHT - _TOP - _BOTTOM) / max(1, highest)
    pitch = WIDTH / max(1, len(found))
    every = -(-len(found) // _LABELS)
    base = HEIGHT - _BOTTOM
    return Chart(
        [
            Bar(
                since=since,
                until=until,
                rate=rate,
                link=report.question.fixed(LIST, figure=Figure.DECIDED.value, **narrowed),
                x=round(n * pitch + _GAP / 2, 2),
                width=round(max(1.0, pitch - _GAP), 2),
                met_y=round(base - rate.met * scale, 2),
                met_height=round(rate.met * scale, 2),
                breached_y=round(base - rate.decided * scale, 2),
                breached_height=round(rate.breached * scale, 2),
                is_labelled=n % max(1, every) == 0,
                has_room=pitch >= _ROOM,
            )
            for n, (since, until, rate, narrowed) in enumerate(found)
        ],
        highest,
        report.step.value,
    )
