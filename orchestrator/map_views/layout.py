"""Where each box, line and label of the drawing stands, in pixels from the top left."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import Final, NamedTuple

from orchestrator.map_views.layering import Edge, columns_of
from orchestrator.map_views.ordering import Slot, rows_of, way_of

BOX_WIDTH: Final = 176
_LABEL_WIDTH: Final = 152
"""A line is level for so long, with its label above."""
_BEND: Final = 96
_STEP: Final = _LABEL_WIDTH + _BEND + BOX_WIDTH
_PORT: Final = 24
"""Between two lines at one side of a box."""
_LOWEST: Final = 52
_GAP: Final = 22
_PASSING: Final = 18
"""What a line takes that passes a column."""
_MARGIN: Final = 12
_SETTLES: Final = 12


class Box(NamedTuple):
    """A box and where it stands."""

    id: str
    x: float
    y: float
    height: float


class Line(NamedTuple):
    """A line from its left end to its right end."""

    id: str
    points: tuple[tuple[float, float], ...]
    """Where it leaves the left box, passes columns (in, out), and reaches the right box."""
    is_reversed: bool
    """Whether its source is at the right end."""


class Layout(NamedTuple):
    """A whole drawing."""

    width: float
    height: float
    boxes: tuple[Box, ...]
    lines: tuple[Line, ...]


def laid_out(boxes: Sequence[str], edges: Sequence[Edge]) -> Layout:
    """Return the drawing of boxes and edges; boxes without an edge stand in rows below the rest."""
    edges = [edge for edge in edges if edge.source != edge.destination]
    columns = columns_of(boxes, edges)
    ways = {edge.id: way_of(edge, columns) for edge in edges}
    rows = rows_of(columns, list(ways.values()))
    ports: dict[str, int] = {}
    for edge in edges:
        left, right = ways[edge.id][0], ways[edge.id][-1]
        for side in (f"{left}>", f"{right}<"):
            ports[side] = ports.get(side, 0) + 1
    heights: dict[Slot, float] = {}
    for row in rows:
        for slot in row:
            most = max(ports.get(f"{slot}>", 0), ports.get(f"{slot}<", 0))
            heights[slot] = _PASSING if isinstance(slot, tuple) else max(_LOWEST, _PORT * most + 12)
    tops = _settled(rows, heights, list(ways.values()))
    placed = [Box(box, _MARGIN + column * _STEP, tops[box], heights[box]) for box, column in columns.items()]
    bottom = max((tops[slot] + heights[slot] for slot in tops), default=_MARGIN - _GAP)
    width = _MARGIN * 2 + max(len(rows) - 1, 1) * _STEP + BOX_WIDTH
    placed += _loose([box for box in boxes if box not in columns], bottom + _GAP * 2, width)
    lines = _lines(edges, ways, columns, tops, heights)
    height = max((bottom, *(box.y + box.height for box in placed))) + _MARGIN
    return Layout(width, height, tuple(placed), lines)


def _settled(
    rows: Sequence[Sequence[Slot]], heights: Mapping[Slot, float], ways: Sequence[Sequence[Slot]]
) -> dict[Slot, float]:
    """Return slot -> top: each as near to the middle of its neighbours as the order of its column allows."""
    near: dict[Slot, list[Slot]] = {slot: [] for row in rows for slot in row}
    for way in ways:
        for one, other in pairwise(way):
            near[one].append(other)
            near[other].append(one)
    middles: dict[Slot, float] = {}
    for row in rows:
        _spread(row, dict.fromkeys(row, 0.0), heights, middles)
    for _ in range(_SETTLES):
        for row in rows:
            wanted = {slot: sum(middles[each] for each in near[slot]) / len(near[slot]) for slot in row}
            _spread(row, wanted, heights, middles)
    highest = min((middles[slot] - heights[slot] / 2 for slot in middles), default=0.0)
    return {slot: middles[slot] - heights[slot] / 2 - highest + _MARGIN for slot in middles}


def _spread(
    row: Sequence[Slot],
    wanted: Mapping[Slot, float],
    heights: Mapping[Slot, float],
    middles: dict[Slot, float],
) -> None:
    """Put a column where it wants to be, without overlaps: those that would overlap share their wish."""
    groups: list[tuple[list[Slot], float, float]] = []
    for slot in row:
        group, top, extent = [slot], wanted[slot] - heights[slot] / 2, heights[slot] + _GAP
        while groups and groups[-1][1] + groups[-1][2] > top:
            above, its_top, its_extent = groups.pop()
            # Weighted by their number, so that one box does not push a crowd away.
            shared = its_top * len(above) + (top - its_extent) * len(group)
            top = shared / (len(above) + len(group))
            above += group
            group, extent = above, its_extent + extent
        groups.append((group, top, extent))
    for group, top, _ in groups:
        for slot in group:
            middles[slot] = top + heights[slot] / 2
            top += heights[slot] + _GAP


def _loose(boxes: Sequence[str], top: float, width: float) -> list[Box]:
    a_row = max(int((width - 2 * _MARGIN + _GAP) // (BOX_WIDTH + _GAP)), 1)
    return [
        Box(
            box,
            _MARGIN + n % a_row * (BOX_WIDTH + _GAP),
            top + n // a_row * (_LOWEST + _GAP),
            _LOWEST,
        )
        for n, box in enumerate(boxes)
    ]


def _lines(
    edges: Sequence[Edge],
    ways: Mapping[str, list[Slot]],
    columns: Mapping[str, int],
    tops: Mapping[Slot, float],
    heights: Mapping[Slot, float],
) -> tuple[Line, ...]:
    def middle(slot: Slot) -> float:
        return tops[slot] + heights[slot] / 2

    sides: dict[str, list[tuple[float, str]]] = {}
    for edge in edges:
        way = ways[edge.id]
        sides.setdefault(f"{way[0]}>", []).append((middle(way[1]), edge.id))
        sides.setdefault(f"{way[-1]}<", []).append((middle(way[-2]), edge.id))
    port: dict[tuple[str, str], float] = {}
    for side, leaving in sides.items():
        box = side[:-1]
        for n, (_, id) in enumerate(sorted(leaving, key=lambda each: each[0])):
            port[side, id] = middle(box) + (n - (len(leaving) - 1) / 2) * _PORT
    lines = []
    for edge in edges:
        way = ways[edge.id]
        left, right = str(way[0]), str(way[-1])
        points = [(_MARGIN + columns[left] * _STEP + BOX_WIDTH, port[f"{left}>", edge.id])]
        for slot in way[1:-1]:
            x = _MARGIN + int(slot[1]) * _STEP
            points += [(x, middle(slot)), (x + BOX_WIDTH, middle(slot))]
        points.append((_MARGIN + columns[right] * _STEP, port[f"{right}<", edge.id]))
        lines.append(Line(edge.id, tuple(points), left != edge.source))
    return tuple(lines)


def path_of(line: Line) -> str:
    """Return the drawing of a line: level under its label, then a bend, from column to column."""
    points = line.points
    drawn = [f"M{points[0][0]:.1f} {points[0][1]:.1f}"]
    for n in range(0, len(points), 2):
        (x, y), (to_x, to_y) = points[n], points[n + 1]
        start = x + _LABEL_WIDTH
        if n:
            drawn.append(f"L{x:.1f} {y:.1f}")
        bend = (to_x - start) / 2
        drawn.append(f"L{start:.1f} {y:.1f}")
        drawn.append(f"C{start + bend:.1f} {y:.1f} {to_x - bend:.1f} {to_y:.1f} {to_x:.1f} {to_y:.1f}")
    return "".join(drawn)
