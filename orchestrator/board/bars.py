"""Where the bars of a drawing stand: promises that were met below, those that were breached above them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from orchestrator.domain.figures.in_time import InTime

WIDTH: Final = 100.0
"""Of all bars together, in percent of the room that they have."""
_THINNEST: Final = 0.2
"""Of its room a bar takes so much at least, whatever the gap."""


@dataclass(frozen=True, slots=True)
class Place:
    """One bar: across in percent of the drawing, down in pixels, so that words keep their size."""

    x: float
    width: float
    met_y: float
    met_height: float
    breached_y: float
    breached_height: float


def places(rates: Sequence[InTime], *, height: float, base: float, gap: float) -> tuple[Place, ...]:
    """Return a bar for each rate, side by side, the highest one as high as `height`.

    Args:
        rates: what the bars stand for.
        height: of the highest, in pixels.
        base: the y on which they stand.
        gap: between two of them, in percent.
    """
    scale = height / max(1, highest(rates))
    room = WIDTH / max(1, len(rates))
    return tuple(
        Place(
            x=round(number * room + gap / 2, 3),
            width=round(max(_THINNEST * room, room - gap), 3),
            met_y=round(base - rate.met * scale, 2),
            met_height=round(rate.met * scale, 2),
            breached_y=round(base - rate.decided * scale, 2),
            breached_height=round(rate.breached * scale, 2),
        )
        for number, rate in enumerate(rates)
    )


def highest(rates: Sequence[InTime]) -> int:
    """Return how many promises the highest bar stands for."""
    return max((rate.decided for rate in rates), default=0)
