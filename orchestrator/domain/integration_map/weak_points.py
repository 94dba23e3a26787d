"""Systems without which the rest falls apart."""

from __future__ import annotations

from collections.abc import Mapping

from orchestrator.domain.integration_map.model import IntegrationMap, Workflow
from orchestrator.domain.integration_map.words import Urgency

_URGENT = (Urgency.CRITICAL, Urgency.HIGH)


def cut_off_without(map: IntegrationMap) -> dict[str, tuple[str, ...]]:
    """Return system -> the systems that no flow connects with the rest any more once it is gone.

    Those are the articulation points of the map. Each is found by taking it away, which tells also whom it
    cuts off. Parties outside count for nothing.
    """
    neighbours: dict[str, set[str]] = {id: set() for id in map.systems}
    for flow in map.flows.values():
        if flow.source in neighbours and flow.destination in neighbours:
            neighbours[flow.source].add(flow.destination)
            neighbours[flow.destination].add(flow.source)
    found = {}
    for id, near in neighbours.items():
        pieces = _pieces(neighbours, near - {id}, without=id)
        if len(pieces) > 1:
            most = max(pieces, key=len)
            found[id] = tuple(each for each in map.systems if any(each in p for p in pieces if p is not most))
    return found


def shared_by_urgent(map: IntegrationMap) -> dict[str, tuple[Workflow, ...]]:
    """Return the systems on which several critical or high workflows stand, one of them critical."""
    urgent = [each for each in map.workflows.values() if each.priority in _URGENT]
    standing = {id: tuple(w for w in urgent if id in w.systems) for id in map.systems}
    return {
        id: workflows
        for id, workflows in standing.items()
        if len(workflows) > 1 and any(w.priority is Urgency.CRITICAL for w in workflows)
    }


def _pieces(neighbours: Mapping[str, set[str]], starts: set[str], *, without: str) -> list[set[str]]:
    """Return the connected pieces in which `starts` lie, when one system is gone."""
    pieces: list[set[str]] = []
    rest = sorted(starts)
    # One neighbour alone is never cut off from another.
    while len(starts) > 1 and rest:
        piece = {rest[0]}
        way = [rest[0]]
        while way:
            for there in neighbours[way.pop()] - piece - {without}:
                piece.add(there)
                way.append(there)
        pieces.append(piece)
        rest = [each for each in rest if each not in piece]
    return pieces
