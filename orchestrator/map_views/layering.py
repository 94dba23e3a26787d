"""Boxes into columns, so that most arrows point to the right (after Sugiyama, and Eades, Lin and Smyth)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple


class Edge(NamedTuple):
    """An arrow between two boxes."""

    id: str
    source: str
    destination: str
    weight: int = 1
    """How much it matters that it points to the right."""


def columns_of(boxes: Sequence[str], edges: Sequence[Edge]) -> dict[str, int]:
    """Return box -> its column, from 0; the two ends of an edge never share one.

    Boxes without an edge are left out.
    """
    edges = [edge for edge in edges if edge.source != edge.destination]
    used = {end for edge in edges for end in (edge.source, edge.destination)}
    place = {box: index for index, box in enumerate(_order([box for box in boxes if box in used], edges))}
    after: dict[str, set[str]] = {box: set() for box in place}
    for edge in edges:
        first, second = sorted((edge.source, edge.destination), key=place.__getitem__)
        after[first].add(second)
    columns = dict.fromkeys(place, 0)
    for box in place:
        for following in after[box]:
            columns[following] = max(columns[following], columns[box] + 1)
    # A box with nothing before it may stand right beside what follows.
    before = {following for box in after for following in after[box]}
    for box in reversed(list(place)):
        if box not in before and after[box]:
            columns[box] = min(columns[following] for following in after[box]) - 1
    return columns


def _order(boxes: Sequence[str], edges: Sequence[Edge]) -> list[str]:
    """Return the boxes in a row in which little weight points backwards: sources first, sinks last."""
    left = dict.fromkeys(boxes)
    first: list[str] = []
    last: list[str] = []
    while left:
        out, into = _weights(left, edges)
        sinks = [box for box in left if not out[box]]
        sources = [box for box in left if out[box] and not into[box]]
        if sinks or sources:
            first += sources
            last = sinks + last
            gone = {*sinks, *sources}
        else:
            best = max(left, key=lambda box: out[box] - into[box])
            first.append(best)
            gone = {best}
        left = {box: None for box in left if box not in gone}
    return first + last


def _weights(left: Mapping[str, None], edges: Sequence[Edge]) -> tuple[dict[str, int], dict[str, int]]:
    out, into = dict.fromkeys(left, 0), dict.fromkeys(left, 0)
    for edge in edges:
        if edge.source in left and edge.destination in left:
            out[edge.source] += edge.weight
            into[edge.destination] += edge.weight
    return out, into
