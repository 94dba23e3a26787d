"""What other parts read of the map: sources, rings, changes."""

from __future__ import annotations

from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from orchestrator.domain.context.sources import FieldSource
from orchestrator.domain.integration_map.diff import changes
from orchestrator.domain.integration_map.model import IntegrationMap
from orchestrator.domain.integration_map.rings import rings_of_data
from orchestrator.domain.integration_map.sources import names_of, sources_of
from tests.unit.domain.maps import a_connection, a_feed, a_flow, a_map, a_stack, a_system
from tests.unit.domain.properties import PROPERTY

HOUR = timedelta(hours=1)


class TestSources:
    def test_the_flow_of_the_owner_counts(self) -> None:
        sources = sources_of(a_stack())
        assert sources["contract.tier"] == FieldSource(
            "contract.tier", "billing", "billing-to-desk", HOUR, 4 * HOUR, "Look into billing."
        )

    def test_a_field_of_one_system_belongs_to_it(self) -> None:
        assert sources_of(a_stack())["account.name"].owner == "crm"

    def test_a_field_of_two_without_an_owner_has_none_and_the_first_flow(self) -> None:
        map = a_stack().model_copy(update={"field_owners": {}})
        source = sources_of(map)["contract.tier"]
        assert (source.owner, source.flow) == (None, "crm-to-desk")

    def test_an_owner_that_no_flow_brings_still_wins(self) -> None:
        map = a_map(a_system("crm"), field_owners={"nps.score": "crm"})
        assert sources_of(map) == {"nps.score": FieldSource("nps.score", "crm")}

    def test_what_a_flow_keeps_is_fresh_for_long_and_never_fails_for_its_age(self) -> None:
        map = a_map(a_feed("qa", "nps.score", keeps=timedelta(days=90)))
        source = sources_of(map)["nps.score"]
        assert (source.warn_after, source.error_after) == (timedelta(days=90), None)

    def test_names_are_those_of_systems_and_of_parties_outside(self) -> None:
        names = names_of(a_stack())
        assert (names["crm"], names["warehouse"]) == ("Crm", "Warehouse")


class TestTopics:
    def test_a_flow_comes_in_on_a_topic_for_each_subject_and_on_its_own(self) -> None:
        flow = a_feed("crm", "account.name", "account.arr", "contract.tier", topic="support.crm.v1")
        assert flow.topics == {
            "support.crm.v1",
            "support.context.account.observed.v1",
            "support.context.contract.observed.v1",
        }
        assert a_flow("crm", "desk").topics == frozenset()


class TestRings:
    def test_a_datum_that_comes_back(self) -> None:
        ring = rings_of_data(
            [
                a_flow("a", "b", data=("Tier ", "x")),
                a_flow("b", "c", data=("tier",)),
                a_flow("c", "a", data=("y", "TIER")),
            ]
        )
        assert ring.keys() == {"tier"}
        assert {flow.id for flow in ring["tier"]} == {"a-to-b", "b-to-c", "c-to-a"}

    def test_other_data_may_go_the_other_way(self) -> None:
        assert rings_of_data([a_flow("a", "b", data=("x",)), a_flow("b", "a", data=("y",))]) == {}

    def test_a_two_way_flow_is_no_ring(self) -> None:
        both = a_flow("a", "b", data=("x",), direction="two-way", reason="r")
        assert rings_of_data([both, a_flow("b", "c", data=("x",))]) == {}

    @PROPERTY
    @given(st.lists(st.tuples(st.sampled_from("abcde"), st.sampled_from("abcde")), max_size=9, unique=True))
    def test_a_ring_is_found_where_and_only_where_data_comes_back(self, ends: list[tuple[str, str]]) -> None:
        flows = [a_flow(*each, id=f"f{n}", data=("x",)) for n, each in enumerate(ends)]
        ring = rings_of_data(flows).get("x", ())
        reach = set(ends)
        for _ in range(5):
            reach |= {(a, d) for a, b in reach for c, d in reach if b == c}
        assert bool(ring) == any((each, each) in reach for each in "abcde")
        for flow, following in zip(ring, (*ring[1:], *ring[:1]), strict=True):
            assert flow.destination == following.source


class TestChanges:
    def test_nothing(self) -> None:
        assert changes(a_stack(), a_stack()) == []

    def test_a_limit_that_changed_and_the_work_it_touches(self) -> None:
        old = a_stack()
        flow = old.flows["billing-to-desk"].model_copy(update={"warn_after": timedelta(minutes=90)})
        (change,) = changes(old, old.model_copy(update={"flows": {**old.flows, flow.id: flow}}))
        assert str(change) == "flow billing-to-desk: warn_after was 1h, is 1h 30m"
        assert change.touches == ("entitlement",)

    def test_what_came_and_what_went(self) -> None:
        old = a_stack()
        flows = {id: flow for id, flow in old.flows.items() if id != "revenue"}
        flows["new"] = a_flow("crm", "desk", id="new")
        new = old.model_copy(update={"flows": flows, "outside": {}})
        assert [str(change) for change in changes(old, new)] == [
            "outside party warehouse removed: Warehouse",
            "flow new added: crm to desk, data of new",
            "flow revenue removed: billing to warehouse, data of revenue",
        ]

    def test_an_owner_that_changed_touches_the_work_over_the_connection(self) -> None:
        old = a_stack()
        connection = a_connection("billing", "desk", technical_owner="ops")
        new = old.model_copy(update={"connections": {**old.connections, connection.id: connection}})
        (change,) = changes(old, new)
        assert str(change) == "connection billing+desk: technical_owner was it, is ops"
        assert change.touches == ("entitlement",)

    def test_a_field_that_has_another_owner(self) -> None:
        old = a_stack()
        new = old.model_copy(update={"field_owners": {"contract.tier": "crm"}})
        (change,) = changes(old, new)
        assert str(change) == "owner of the field contract.tier: it was billing, is crm"
        assert change.touches == ("lookup", "entitlement")

    def test_a_review(self) -> None:
        old = a_stack()
        (change,) = changes(
            old, old.model_copy(update={"review": old.review.model_copy(update={"last": None})})
        )
        assert str(change) == "review: last was 2026-05-25, is nothing"

    def test_a_whole_map_that_is_new_says_all_of_it(self) -> None:
        stack = a_stack()
        parts = (
            stack.systems, stack.outside, stack.flows, stack.workflows, stack.connections, stack.owners,
            stack.field_owners,
        )  # fmt: skip
        added = [change for change in changes(IntegrationMap(), stack) if change.how == "added"]
        assert len(added) == sum(map(len, parts))


def test_a_map_is_stored_and_read_as_it_was() -> None:
    stack = a_stack()
    assert IntegrationMap.model_validate_json(stack.model_dump_json()) == stack
