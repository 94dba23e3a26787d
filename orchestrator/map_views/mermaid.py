"""The map as Mermaid text: for a README, a wiki, a merge request."""

from __future__ import annotations

from typing import Final

from orchestrator.domain.integration_map.model import Flow, IntegrationMap
from orchestrator.map_views.health import SIGNS, UNKNOWN, Health, state_of
from orchestrator.map_views.parties import Party, parties_of

_STYLES: Final = {"warn": "stroke:#c98a1b,stroke-width:2px", "error": "stroke:#b3361e,stroke-width:3px"}


def mermaid_of(map: IntegrationMap, *, health: Health = UNKNOWN) -> str:
    """Return a flowchart; flows by hand are dotted, those that are late or failed coloured."""
    lines = ["flowchart LR"]
    lines += [f"    {_node(party)}" for party in parties_of(map)]
    lines += [f"    {_edge(flow, health)}" for flow in map.flows.values()]
    for index, flow in enumerate(map.flows.values()):
        style = _STYLES.get(state_of(health, flow.id))
        if style is not None:
            lines.append(f"    linkStyle {index} {style}")
    return "\n".join(lines) + "\n"


def _node(party: Party) -> str:
    owner = f"<br><small>{_text(party.owner)}</small>" if party.owner else ""
    label = f'"{_text(party.name)}{owner}"'
    if party.layer == "outside":
        return f"{_id(party.id)}([{label}])"
    return f"{_id(party.id)}[{label}]"


def _edge(flow: Flow, health: Health) -> str:
    line = "-.->" if flow.is_manual else "-->"
    arrow = f"<{line}" if flow.is_two_way else line
    sign = SIGNS.get(state_of(health, flow.id), "")
    return f'{_id(flow.source)} {arrow}|"{sign}{_text(flow.name)}"| {_id(flow.destination)}'


def _id(id: str) -> str:
    """Return a name that Mermaid takes; a word of its own, such as `end`, would be none.

    Between letters and digits an id has one separator, so two ids never become the same.
    """
    return "s_" + id.replace("_", "__").replace("-", "_").replace(".", "___")


def _text(text: str) -> str:
    for sign, code in (("#", "#35;"), ("&", "#amp;"), ('"', "#quot;"), ("<", "#lt;"), (">", "#gt;")):
        text = text.replace(sign, code)
    return " ".join(text.split())
