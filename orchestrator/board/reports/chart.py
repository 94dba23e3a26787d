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

HEIGHT: Final = 186
"""Of the drawing, in pixels; across it is measured in percent."""
_TOP: Final = 40
_BOTTOM: Final = 26
_GAP: Final = 0.2
_ROOM: Final = 3.2
"""How wide a bar has to be to say its share."""
_ROOM_ON_PHONE: Final = 12.0
_LABELS: Final = 12
"""Labels below the bars, at most."""
_LABELS_ON_PHONE: Final = 4
_AT_END: Final = 80.0
"""Labels of bars behind this place end with their bar, which others begin with."""


@dataclass(frozen=True, slots=True)
class Bar:
    """One hour or day."""

    since: datetime
    until: datetime
    rate: InTime
    link: str
    place: Place
    has_room: bool
    """Whether its share can be written above it."""
    has_room_on_phone: bool
    is_labelled: bool
    is_labelled_on_phone: bool
    is_at_end: bool
    """Whether its label ends with it."""


@dataclass(frozen=True, slots=True)
class Chart:
    """All of them."""

    bars: Sequence[Bar]
    highest: int
    """How many promises the highest bar stands for."""
    step: str
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
    stand = places(rates, height=base - _TOP, base=base, gap=_GAP)
    every = _share_of(len(found), _LABELS)
    every_on_phone = every * _share_of(-(-len(found) // every), _LABELS_ON_PHONE)
    return Chart(
        [
            Bar(
                since=since,
                until=until,
                rate=rate,
                link=report.question.fixed(LIST, figure=Figure.DECIDED.value, **narrowed),
                place=at,
                has_room=at.width + _GAP >= _ROOM,
                has_room_on_phone=at.width + _GAP >= _ROOM_ON_PHONE,
                is_labelled=n % every == 0,
                is_labelled_on_phone=n % every_on_phone == 0,
                is_at_end=at.x > _AT_END,
            )
            for n, ((since, until, rate, narrowed), at) in enumerate(zip(found, stand, strict=True))
        ],
        highest(rates),
        report.step.value,
    )


def _share_of(count: int, most: int) -> int:
    """Return which share of `count` to take, so that it is `most` at most: each second, each third."""
    return max(1, -(-count // most))
