"""Charts as inline SVG: bars and columns in percent of their place, so that text never shrinks on a phone."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, NamedTuple

from markupsafe import Markup

from whatif.words import count

_BAR: Final = 16
"""Pixels."""
_PLOT: Final = 140
_LABELS: Final = 6
"""As many names of columns fit beside each other on a phone."""
_RIGHT: Final = 80.0
"""Per cent of the width."""


class Part(NamedTuple):
    """A piece of a bar."""

    value: float
    style: str
    """A class of the page's style sheet."""


def bar(parts: Sequence[Part], most: float, text: str) -> Markup:
    """Return a horizontal bar of pieces one after the other.

    `most` fills the whole width; `text` is for those who do not see it.
    """
    pieces = []
    start = 0.0
    for part in parts:
        width = 100 * part.value / most if most else 0.0
        pieces.append(
            Markup('<rect class="{}" x="{}%" width="{}%" height="{}"/>').format(
                part.style, _percent(start), _percent(max(width, 0.4 if part.value else 0)), _BAR
            )
        )
        start += width
    return Markup('<svg class="bar" role="img" aria-label="{}" height="{}">{}</svg>').format(
        text, _BAR, Markup("").join(pieces)
    )


class Column(NamedTuple):
    """A month, or whatever stands side by side."""

    name: str
    after: int
    before: int | None


def columns(data: Sequence[Column], text: str) -> Markup:
    """Return columns side by side; where there are two of each, the one before is an outline."""
    most = max((max(c.after, c.before or 0) for c in data), default=0) or 1
    step = 100 / max(len(data), 1)
    every = -(-len(data) // _LABELS)
    pieces = [_line(most, _PLOT, 0), _line(most // 2, _PLOT, _PLOT * (1 - (most // 2) / most))]
    for index, column in enumerate(data):
        left = step * index
        if column.before is not None:
            pieces.append(_column("before", column.before, most, left + step * 0.08, step * 0.4, column.name))
            pieces.append(_column("after", column.after, most, left + step * 0.52, step * 0.4, column.name))
        else:
            pieces.append(_column("after", column.after, most, left + step * 0.12, step * 0.76, column.name))
        if index % every == 0:
            # Near the right edge a name ends with its column: there is no room behind it.
            at, anchor = (left + step, "end") if left > _RIGHT else (left, "start")
            text_of = Markup('<text x="{}%" y="{}" text-anchor="{}">{}</text>')
            pieces.append(text_of.format(_percent(at), _PLOT + 34, anchor, column.name))
    return Markup('<svg class="columns" role="img" aria-label="{}" height="{}">{}</svg>').format(
        text, _PLOT + 42, Markup("").join(pieces)
    )


def _column(style: str, value: int, most: int, left: float, width: float, name: str) -> Markup:
    height = max(_PLOT * value / most, 1 if value else 0)
    return Markup(
        '<rect class="{}" x="{}%" y="{}" width="{}%" height="{}"><title>{}: {}</title></rect>'
    ).format(
        style, _percent(left), round(20 + _PLOT - height, 1), _percent(width), round(height, 1), name, value
    )


def _line(value: int, plot: int, top: float) -> Markup:
    y = round(20 + top, 1)
    return Markup('<line x1="0" x2="100%" y1="{}" y2="{}"/><text x="0" y="{}">{}</text>').format(
        y, y, y - 4, count(value)
    )


def _percent(value: float) -> str:
    return f"{value:.2f}".rstrip("0").rstrip(".")
