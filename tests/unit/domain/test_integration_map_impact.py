"""What stops when a system or a flow fails."""

from __future__ import annotations

import pytest

from orchestrator.domain.integration_map.impact import impact_of
from tests.unit.domain.maps import a_feed, a_flow, a_map, a_stack, a_workflow

OPEN = {("to-billing", "phone"): 2, ("other", "chat"): 3, ("other", "phone"): 5}


def test_a_flow_that_fails() -> None:
    impact = impact_of(a_stack(), "billing-to-desk")

    assert (impact.what, impact.name) == ("flow", "Billing-to-desk")
    assert [flow.id for flow in impact.flows] == ["billing-to-desk"]
    assert [(hit.workflow.id, hit.through) for hit in impact.workflows] == [
        ("entitlement", ("billing-to-desk",))
    ]
    assert (impact.teams, impact.kinds) == (("chat", "billing"), ())
    assert [field.name for field in impact.fields] == ["billing.payment_state", "contract.tier"]
    assert {field.fallback for field in impact.fields} == {"Look into billing."}


def test_a_field_that_another_system_goes_on_sending_says_so() -> None:
    fields = {field.name: field for field in impact_of(a_stack(), "billing").fields}
    assert fields["contract.tier"].still_from == ("crm",)
    assert fields["billing.payment_state"].still_from == ()


def test_a_system_that_fails_takes_all_its_flows_with_it() -> None:
    impact = impact_of(a_stack(), "desk")
    assert [flow.id for flow in impact.flows] == [
        "crm-to-desk",
        "billing-to-desk",
        "desk-to-tracker",
        "history",
    ]
    assert [hit.workflow.id for hit in impact.workflows] == ["entitlement", "bugs", "lookup"], (
        "most urgent first"
    )
    assert impact.workflows[0].through == ("desk", "billing-to-desk")
    assert impact.kinds == ("to-engineering", "to-billing")


def test_a_workflow_is_hit_by_a_flow_even_where_its_systems_stand() -> None:
    map = a_map(a_flow("a", "b"), a_workflow("w", ("b",), ("a-to-b",)))
    assert [hit.through for hit in impact_of(map, "a").workflows] == [("a-to-b",)]


def test_who_gets_less_is_followed_downstream() -> None:
    map = a_map(a_flow("a", "b"), a_flow("b", "c"), a_flow("c", "a", id="round"), a_flow("x", "a"))
    assert impact_of(map, "a").poorer == ("b", "c")
    assert impact_of(map, "a-to-b").poorer == ("b", "c", "a")
    assert impact_of(map, "x").poorer == ("a", "b", "c")


def test_both_ends_of_a_two_way_flow_get_less() -> None:
    map = a_map(a_flow("a", "b", direction="two-way", reason="x"), a_flow("a", "c"))
    assert impact_of(map, "a-to-b").poorer == ("a", "b", "c")
    assert impact_of(map, "a").poorer == ("b", "c")


class TestContacts:
    def test_who_mends_it_comes_before_who_works_with_it(self) -> None:
        contacts = impact_of(a_stack(), "billing-to-desk").contacts
        assert [(contact.owner.name, contact.reasons) for contact in contacts] == [
            ("IT", ("runs the connection of Billing and Desk", "Entitlement depends on it")),
            ("OPS", ("owns the work over the connection of Billing and Desk",)),
        ]

    def test_the_owner_of_a_failed_system_comes_first_and_once(self) -> None:
        first = impact_of(a_stack(), "billing").contacts[0]
        assert first.owner.name == "OPS"
        assert first.reasons.count("owns Billing") == 1
        assert not [reason for reason in first.reasons if "which sends" in reason]

    def test_without_a_connection_the_sender_is_called(self) -> None:
        (contact,) = impact_of(a_stack(), "revenue").contacts
        assert contact.reasons == ("owns Billing, which sends Revenue",)


class TestOpenHandoffs:
    def test_those_of_its_kinds_and_of_its_teams_are_affected(self) -> None:
        impact = impact_of(a_stack(), "crm-to-desk")
        assert impact.open_now(OPEN) == {("to-billing", "phone"): 2, ("other", "chat"): 3}

    def test_work_that_stands_on_nothing_of_it_is_not(self) -> None:
        assert impact_of(a_stack(), "revenue").open_now(OPEN) == {}


def test_what_the_map_does_not_have() -> None:
    with pytest.raises(KeyError):
        impact_of(a_map(a_feed("crm", "account.name")), "moon")
