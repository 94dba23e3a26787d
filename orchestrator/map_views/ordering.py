"""The order of boxes within their columns, so that few arrows cross."""

from __future__ import annotations

from bisect import bisect_right, insort
from collections.abc import Mapping, Sequence
from itertools import pairwise

from orchestrator.map_views.layering import Edge

Slot = str | tuple[str, int]
"""A box, or (edge, column) where a long edge passes through a column."""
_SWEEPS = 8


def way_of(edge: Edge, columns: Mapping[str, int]) -> list[Slot]:
    """Return what an edge passes, from its left end to its right end."""
    left, right = sorted((edge.source, edge.destination), key=columns.__getitem__)
    between = range(columns[left] + 1, columns[right])
    return [left, *((edge.id, column) for column in between), right]


def rows_of(columns: Mapping[str, int], ways: Sequence[Sequence[Slot]]) -> list[list[Slot]]:
    """Return the slots of each column from the top down."""
    rows: list[list[Slot]] = [[] for _ in range(max(columns.values(), default=-1) + 1)]
    for box, column in columns.items():
        rows[column].append(box)
    for way in ways:
        for slot in way:
            if isinstance(slot, tuple):
                rows[slot[1]].append(slot)
    near: dict[Slot, list[Slot]] = {slot: [] for row in rows for slot in row}
    for way in ways:
        for one, other in pairwise(way):
            near[one].append(other)
            near[other].append(one)
    best, fewest = rows, _crossings(rows, ways)
    for sweep in range(_SWEEPS):
        rows = _swept(rows, near, is_forward=sweep % 2 == 0)
        crossings = _crossings(rows, ways)
        if crossings < fewest:
            best, fewest = rows, crossings
    return best


def _swept(
    rows: Sequence[Sequence[Slot]], near: Mapping[Slot, Sequence[Slot]], *, is_forward: bool
) -> list[list[Slot]]:
    """Sort each column by the middle of its neighbours in the column before it."""
    order = list(range(len(rows))) if is_forward else list(reversed(range(len(rows))))
    swept = [list(row) for row in rows]
    for here, there in pairwise(order):
        # Shares of the column's height, since columns differ in length.
        height = {slot: (n + 0.5) / len(swept[here]) for n, slot in enumerate(swept[here])}
        own = {slot: (n + 0.5) / len(swept[there]) for n, slot in enumerate(swept[there])}

        def middle(
            slot: Slot, height: Mapping[Slot, float] = height, own: Mapping[Slot, float] = own
        ) -> float:
            known = [height[each] for each in near[slot] if each in height]
            return sum(known) / len(known) if known else own[slot]

        swept[there].sort(key=middle)
    return swept


def _crossings(rows: Sequence[Sequence[Slot]], ways: Sequence[Sequence[Slot]]) -> int:
    at = {slot: (column, n) for column, row in enumerate(rows) for n, slot in enumerate(row)}
    between: dict[int, list[tuple[int, int]]] = {}
    for way in ways:
        for one, other in pairwise(way):
            between.setdefault(at[one][0], []).append((at[one][1], at[other][1]))
    crossings = 0
    for lines in between.values():
        # Two lines cross when the one that begins higher ends lower.
        ends: list[int] = []
        for _, end in sorted(lines):
            crossings += len(ends) - bisect_right(ends, end)
            insort(ends, end)
    return crossings
