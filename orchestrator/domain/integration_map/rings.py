"""Rings of one-way flows: data that comes back to where it began, and nobody knows which value is right."""

from __future__ import annotations

from collections.abc import Iterable
from graphlib import CycleError, TopologicalSorter
from itertools import pairwise

from orchestrator.domain.integration_map.model import Flow, IntegrationMap
from orchestrator.domain.integration_map.words import AT_ONCE

Ring = tuple[Flow, ...]
"""Each flow begins where the one before ends, and the first where the last does."""


def rings_of_data(flows: Iterable[Flow]) -> dict[str, Ring]:
    """Return, for each datum that goes in a ring of one-way flows, one such ring.

    A datum is known by its words, whatever their case.
    """
    by_datum: dict[str, list[Flow]] = {}
    for flow in flows:
        for datum in {" ".join(each.lower().split()) for each in flow.data}:
            by_datum.setdefault(datum, []).append(flow)
    found = {datum: _ring(each) for datum, each in sorted(by_datum.items())}
    return {datum: ring for datum, ring in found.items() if ring}


def ring_at_once(map: IntegrationMap) -> Ring:
    """Return a ring of one-way flows that all move at once, whatever they move; empty when there is none.

    What one of them brings may set off the next, until it arrives as its own echo.
    """
    return _ring(flow for flow in map.flows.values() if flow.timing in AT_ONCE)


def _ring(flows: Iterable[Flow]) -> Ring:
    between = {flow.ends: flow for flow in flows if not flow.is_two_way}
    before: dict[str, set[str]] = {}
    for source, destination in between:
        before.setdefault(destination, set()).add(source)
    try:
        TopologicalSorter(before).prepare()
    except CycleError as error:
        # Each node of the cycle comes directly before the next one; the first is also the last.
        nodes: list[str] = error.args[1]
        return tuple(between[ends] for ends in pairwise(nodes))
    return ()
