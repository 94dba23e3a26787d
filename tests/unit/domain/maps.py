"""Integration maps to test with: small ones, and a stack like that of the packaged example."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from orchestrator.domain.integration_map.model import (
    Connection,
    Flow,
    IntegrationMap,
    Owner,
    Review,
    System,
    Workflow,
)

TODAY = date(2026, 6, 1)
LAST_WEEK = date(2026, 5, 25)


def a_system(id: str, **over: Any) -> System:
    """Return a system with a purpose of its own."""
    fields: dict[str, Any] = {
        "id": id,
        "name": id.capitalize(),
        "purpose": f"What {id} does",
        "owner": "ops",
        "sync_frequency": "real-time",
    }
    return System.model_validate(fields | over)


def a_flow(source: str, destination: str, id: str | None = None, **over: Any) -> Flow:
    """Return a flow that moves data of its own."""
    id = id or f"{source}-to-{destination}"
    fields: dict[str, Any] = {
        "id": id,
        "name": id.capitalize(),
        "source": source,
        "destination": destination,
        "data": (f"data of {id}",),
        "timing": "real-time",
    }
    return Flow.model_validate(fields | over)


def a_feed(source: str, *feeds: str, destination: str = "desk", **over: Any) -> Flow:
    """Return a flow that feeds packets, with limits and a fallback."""
    limits = {"warn_after": timedelta(hours=1), "error_after": timedelta(hours=4)}
    return a_flow(
        source, destination, **{"feeds": feeds, "fallback": f"Look into {source}.", **limits, **over}
    )


def a_workflow(id: str, systems: tuple[str, ...], flows: tuple[str, ...] = (), **over: Any) -> Workflow:
    """Return a workflow."""
    fields: dict[str, Any] = {
        "id": id,
        "name": id.capitalize(),
        "systems": systems,
        "flows": flows,
        "owner": "ops",
        "impact": f"{id} stops.",
        "workaround": "By hand.",
        "priority": "medium",
    }
    return Workflow.model_validate(fields | over)


def a_connection(one: str, other: str, **over: Any) -> Connection:
    """Return a connection, reviewed a week before `TODAY`."""
    fields: dict[str, Any] = {
        "systems": (one, other),
        "business_owner": "ops",
        "technical_owner": "it",
        "records": {"everything": one},
        "reviewed_on": LAST_WEEK,
    }
    return Connection.model_validate(fields | over)


def a_map(
    *parts: System | Flow | Workflow | Connection, contact: str | None = "ops@example.com", **over: Any
) -> IntegrationMap:
    """Return a map of these parts; systems that only a flow names are drawn, columns as the flows say.

    Connections are drawn for all pairs unless some are given.
    """
    flows = [part for part in parts if isinstance(part, Flow)]
    given = {part.id: part for part in parts if isinstance(part, System)}
    outside = over.get("outside", {})
    for id in dict.fromkeys(end for flow in flows for end in flow.ends):
        if id not in outside and id not in given:
            given[id] = a_system(
                id,
                upstream=tuple(dict.fromkeys(_others(flows, id, into=True))),
                downstream=tuple(dict.fromkeys(_others(flows, id, into=False))),
            )
    connections = [part for part in parts if isinstance(part, Connection)]
    if not connections:
        pairs = {tuple(sorted(flow.ends)): flow for flow in flows if set(flow.ends) <= given.keys()}
        connections = [a_connection(*flow.ends) for flow in pairs.values()]
    fields: dict[str, Any] = {
        "systems": given,
        "flows": {flow.id: flow for flow in flows},
        "workflows": {part.id: part for part in parts if isinstance(part, Workflow)},
        "connections": {each.id: each for each in connections},
        "owners": {id: Owner(id=id, name=id.upper(), contact=contact) for id in ("ops", "it")},
        "review": Review(last=LAST_WEEK),
    }
    return IntegrationMap.model_validate(fields | over)


def _others(flows: list[Flow], id: str, *, into: bool) -> list[str]:
    found = []
    for flow in flows:
        if flow.is_two_way and id in flow.ends:
            found.append(flow.destination if flow.source == id else flow.source)
        elif into and flow.destination == id:
            found.append(flow.source)
        elif not into and flow.source == id:
            found.append(flow.destination)
    return found


def a_stack() -> IntegrationMap:
    """Return a desk with a CRM, billing and a bug tracker, and three pieces of work."""
    return a_map(
        a_feed("crm", "account.name", "contract.tier"),
        a_feed("billing", "billing.payment_state", "contract.tier"),
        a_flow("desk", "tracker", direction="two-way", reason="Both have a half.", fallback="Write to them."),
        a_flow("desk", "crm", id="history", timing="scheduled", every=timedelta(days=1)),
        a_flow("billing", "warehouse", id="revenue"),
        a_workflow("lookup", ("crm", "desk"), ("crm-to-desk",), teams=("chat",), kinds=("to-billing",)),
        a_workflow(
            "entitlement",
            ("billing", "desk"),
            ("billing-to-desk",),
            priority="critical",
            owner="it",
            teams=("chat", "billing"),
        ),
        a_workflow(
            "bugs", ("desk", "tracker"), ("desk-to-tracker",), kinds=("to-engineering",), priority="high"
        ),
        outside={"warehouse": "Warehouse"},
        field_owners={"contract.tier": "billing"},
    )
