"""Pick a system or a flow: what stops without it, and what is open that stands on it."""

from __future__ import annotations

from orchestrator.board.ops.chosen import chosen
from tests.unit.domain.maps import a_stack

OPEN = {("to-billing", "chat"): 3, ("to-engineering", "engineering"): 2, ("other", "phone"): 9}


def test_a_system_tells_what_stops_and_whom_to_call() -> None:
    found = chosen(a_stack(), "billing", OPEN)
    assert found is not None
    assert found.system is not None
    assert (found.system.id, found.flow, found.connection) == ("billing", None, None)
    assert [hit.workflow.id for hit in found.impact.workflows] == ["entitlement"]
    assert [contact.owner.id for contact in found.impact.contacts] == ["ops", "it"]
    # Chat and billing work so: what they receive stands on it.
    assert found.open_now == {("to-billing", "chat"): 3}


def test_a_flow_tells_who_answers_for_its_connection() -> None:
    found = chosen(a_stack(), "desk-to-tracker", OPEN)
    assert found is not None
    assert found.flow is not None
    assert found.connection is not None
    assert (found.system, found.connection.id) == (None, "desk+tracker")
    assert found.open_now == {("to-engineering", "engineering"): 2}


def test_what_is_touched_are_the_flows_that_stop_and_those_who_get_less() -> None:
    found = chosen(a_stack(), "billing", {})
    assert found is not None
    assert found.touched >= {"billing-to-desk", "revenue", "desk", "warehouse"}
    assert "billing" not in found.touched


def test_what_the_map_does_not_have_is_nothing() -> None:
    assert chosen(a_stack(), "telephone", OPEN) is None
    # A party outside is no system: nobody here can be called about it.
    assert chosen(a_stack(), "warehouse", OPEN) is None
