"""What an alert about a flow takes from the map."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from orchestrator.domain.context.translations import Translations
from orchestrator.domain.flow_health.watched import Party, WatchedFlow
from orchestrator.domain.flow_health.watching import watched_flows
from orchestrator.domain.integration_map.model import (
    Connection,
    Flow,
    IntegrationMap,
    Owner,
    System,
    Workflow,
)
from orchestrator.domain.integration_map.words import Direction, Timing, Urgency


def a_system(id: str) -> System:
    return System(id=id, name=id.title(), purpose="p", owner="it", sync_frequency=Timing.REAL_TIME)


def a_map_flow(**over: Any) -> Flow:
    fields: dict[str, Any] = {
        "id": "billing-to-desk",
        "name": "Payments",
        "source": "billing",
        "destination": "desk",
        "data": ("invoice status",),
        "timing": Timing.REAL_TIME,
        "feeds": ("billing.payment_state", "billing.own"),
        "fields": {"billing.amount_due": "number"},
        "warn_after": timedelta(minutes=30),
        "fallback": "Ask billing by e-mail",
    }
    return Flow(**(fields | over))


def a_map(*flows: Flow) -> IntegrationMap:
    connection = Connection(
        systems=("billing", "desk"), business_owner="revops", technical_owner="it", records={}
    )
    workflow = Workflow(
        id="entitlement",
        name="Entitlement check",
        systems=("billing", "desk"),
        flows=("billing-to-desk",),
        owner="revops",
        impact="The wrong SLA applies",
        workaround="Look it up in billing",
        priority=next(iter(Urgency)),
        teams=("chat", "billing"),
    )
    return IntegrationMap(
        systems={id: a_system(id) for id in ("billing", "desk")},
        flows={flow.id: flow for flow in flows},
        workflows={workflow.id: workflow},
        connections={connection.id: connection},
        owners={
            "it": Owner(id="it", name="IT", contact="it@example.com"),
            "revops": Owner(id="revops", name="RevOps"),
        },
    )


def watched(**over: Any) -> WatchedFlow:
    translations = Translations(fields={"billing.payment_state": {"paid": "Paid"}})
    [flow] = watched_flows(a_map(a_map_flow(**over)), translations)
    return flow


def test_a_flow_that_feeds_context_is_watched_with_what_the_map_says_of_it() -> None:
    flow = watched()

    assert (flow.source, flow.destination.name) == (Party(id="billing", name="Billing"), "Desk")
    assert flow.warn_after == timedelta(minutes=30)
    assert flow.fallback == "Ask billing by e-mail"
    [hit] = flow.workflows
    assert (hit.name, hit.workaround) == ("Entitlement check", "Look it up in billing")
    assert flow.teams == ("chat", "billing")
    assert [(call.name, call.contact) for call in flow.calls] == [("IT", "it@example.com"), ("RevOps", None)]
    assert flow.subjects == {"billing"}


def test_what_it_feeds_is_declared_beside_its_schema() -> None:
    flow = watched()

    assert flow.declared == {
        "billing.payment_state": "code",
        "billing.own": "anything",
        "billing.amount_due": "number",
    }
    assert flow.codes == {"billing.payment_state": {"paid"}}


def test_a_flow_without_a_schema_declares_nothing() -> None:
    assert watched(fields={}).declared == {}


def test_a_flow_that_feeds_no_context_is_not_watched() -> None:
    assert watched_flows(a_map(a_map_flow(feeds=()))) == ()


def test_both_sides_of_a_two_way_flow_send_by_it() -> None:
    assert watched(direction=Direction.TWO_WAY, reason="status").senders == ("billing", "desk")
    assert watched().senders == ("billing",)


def test_what_is_said_of_a_flow_has_a_digest_that_any_change_changes() -> None:
    assert watched().digest == watched().digest
    assert watched().digest != watched(warn_after=timedelta(minutes=31)).digest
    many = {"billing.payment_state": {code: code.title() for code in "abcdefgh"}}
    one, other = (
        watched_flows(a_map(a_map_flow()), Translations(fields=fields))[0].digest
        for fields in (many, {field: dict(reversed(codes.items())) for field, codes in many.items()})
    )
    assert one == other != watched().digest
