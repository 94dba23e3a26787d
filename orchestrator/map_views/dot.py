"""The map in Graphviz's language."""

from __future__ import annotations

from typing import Final

from orchestrator.domain.integration_map.model import Flow, IntegrationMap
from orchestrator.map_views.health import SIGNS, UNKNOWN, Health, state_of
from orchestrator.map_views.parties import Party, parties_of

_COLOURS: Final = {"warn": "#c98a1b", "error": "#b3361e"}


def dot_of(map: IntegrationMap, *, health: Health = UNKNOWN) -> str:
    """Return a digraph; flows by hand are dashed, those that are late or failed coloured."""
    lines = [
        "digraph integration_map {",
        '  graph [rankdir=LR, fontname="sans-serif"];',
        '  node [shape=box, style=rounded, fontname="sans-serif"];',
        '  edge [fontname="sans-serif", fontsize=10];',
        *(f"  {_node(party)}" for party in parties_of(map)),
        *(f"  {_edge(flow, health)}" for flow in map.flows.values()),
        "}",
    ]
    return "\n".join(lines) + "\n"


def _node(party: Party) -> str:
    label = _quoted(party.name, *([party.owner] if party.owner else []))
    style = ', style="rounded,dashed"' if party.layer == "outside" else ""
    return f"{_quoted(party.id)} [label={label}{style}];"


def _edge(flow: Flow, health: Health) -> str:
    state = state_of(health, flow.id)
    facts = [f"label={_quoted(SIGNS.get(state, '') + flow.name)}", f"tooltip={_quoted(', '.join(flow.data))}"]
    if flow.is_two_way:
        facts.append("dir=both")
    if flow.is_manual:
        facts.append("style=dashed")
    if state in _COLOURS:
        facts.append(f'color="{_COLOURS[state]}", penwidth=2')
    return f"{_quoted(flow.source)} -> {_quoted(flow.destination)} [{', '.join(facts)}];"


def _quoted(*lines: str) -> str:
    escaped = (" ".join(line.split()).replace("\\", "\\\\").replace('"', '\\"') for line in lines)
    return '"' + "\\n".join(escaped) + '"'
