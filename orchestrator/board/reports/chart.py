"""The trend as bars: where each of them stands, and the address of what is behind it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from babel.dates import format_skeleton

from orchestrator.board.bars import Place, highest, places
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
    place: Place
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
    rates = [rate for _since, _until, rate, _bar in found]
    base = HEIGHT - _BOTTOM
    stand = places(rates, width=WIDTH, height=base - _TOP, base=base, gap=_GAP)
    every = -(-len(found) // _LABELS)
    return Chart(
        [
            Bar(
                since=since,
                until=until,
                rate=rate,
                link=report.question.fixed(LIST, figure=Figure.DECIDED.value, **narrowed),
                place=at,
                is_labelled=n % max(1, every) == 0,
                has_room=at.width + _GAP >= _ROOM,
            )
            for n, ((since, until, rate, narrowed), at) in enumerate(zip(found, stand, strict=True))
        ],
        highest(rates),
        report.step.value,
    )
