"""Where the bars of a drawing stand: promises that were met below, those that were breached above them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from orchestrator.domain.figures.in_time import InTime


@dataclass(frozen=True, slots=True)
class Place:
    """One bar, in the units of its drawing."""

    x: float
    width: float
    met_y: float
    met_height: float
    breached_y: float
    breached_height: float


def places(
    rates: Sequence[InTime], *, width: float, height: float, base: float, gap: float
) -> tuple[Place, ...]:
    """Return a bar for each rate, side by side within `width`, the highest one as high as `height`.

    Args:
        rates: what the bars stand for.
        width: of all together.
        height: of the highest.
        base: the y on which they stand.
        gap: between two of them.
    """
    scale = height / max(1, highest(rates))
    room = width / max(1, len(rates))
    return tuple(
        Place(
            x=round(number * room + gap / 2, 2),
            width=round(max(1.0, room - gap), 2),
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
