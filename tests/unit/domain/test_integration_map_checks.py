"""What a review of the integration map is told."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orchestrator.domain.integration_map.checks import findings
from orchestrator.domain.integration_map.findings import Finding, Sighting
from orchestrator.domain.integration_map.model import IntegrationMap
from orchestrator.domain.integration_map.weak_points import cut_off_without
from tests.unit.domain.maps import (
    TODAY,
    a_connection,
    a_feed,
    a_flow,
    a_map,
    a_stack,
    a_system,
    a_workflow,
)
from tests.unit.domain.properties import PROPERTY


def found(map: IntegrationMap, code: str, **more: object) -> list[Finding]:
    return [each for each in findings(map, today=TODAY, **more) if each.code == code]  # type: ignore[arg-type]


def test_a_map_in_order_has_nothing_to_correct() -> None:
    assert [each for each in findings(a_stack(), today=TODAY) if each.weight == "warning"] == []


def test_an_empty_map_has_nothing_at_all() -> None:
    assert findings(IntegrationMap(), today=TODAY) == []


def test_warnings_come_before_remarks() -> None:
    weights = [each.weight for each in findings(a_stack(), today=TODAY + timedelta(days=365))]
    assert weights == sorted(weights, key=lambda weight: weight == "remark")
    assert set(weights) == {"warning", "remark"}


class TestOwnership:
    def test_a_connection_that_nobody_owns_is_told_once(self) -> None:
        map = a_map(
            a_flow("crm", "desk"),
            a_flow("desk", "crm", id="back"),
            a_flow("crm", "bi"),
            a_connection("crm", "bi"),
        )
        (finding,) = found(map, "unowned")
        assert finding.where == ("flows", "crm-to-desk")
        assert "crm and desk, and nobody owns this connection" in finding.message

    def test_the_owner_of_a_system_answers_for_what_leaves_the_map(self) -> None:
        assert found(a_map(a_flow("crm", "moon"), outside={"moon": "The Moon"}), "unowned") == []

    def test_a_field_of_two_systems_needs_an_owner(self) -> None:
        map = a_map(a_feed("crm", "contract.tier"), a_feed("billing", "contract.tier"))
        (finding,) = found(map, "unowned")
        assert finding.message.startswith(
            "contract.tier comes from billing and crm, and the newest value wins"
        )
        owned = map.model_copy(update={"field_owners": {"contract.tier": "crm"}})
        assert found(owned, "unowned") == []

    def test_an_owner_whom_nobody_can_reach(self) -> None:
        map = a_map(a_flow("crm", "desk"), contact=None)
        assert [each.where for each in found(map, "unowned")] == [("owners", "ops"), ("owners", "it")]


class TestReview:
    def test_the_cadence_counts_from_the_last_review_of_each_part(self) -> None:
        map = a_map(
            a_flow("crm", "desk"),
            a_flow("crm", "bi"),
            a_connection("crm", "desk", reviewed_on=TODAY - timedelta(days=92)),
            a_connection("crm", "bi", reviewed_on=TODAY - timedelta(days=93)),
        )
        (finding,) = found(map, "unreviewed")
        assert finding.where == ("connections", "bi+crm")
        assert "93 days ago" in finding.message

    def test_never_and_the_day_after_tomorrow_are_both_wrong(self) -> None:
        tomorrow = TODAY + timedelta(days=1)
        map = a_map(
            a_flow("crm", "desk"), a_connection("crm", "desk", reviewed_on=tomorrow), review={"last": None}
        )
        never, to_come = found(map, "unreviewed")
        assert "never reviewed" in never.message
        assert "is yet to come" in to_come.message


class TestUndocumented:
    TIER = "support.context.contract.observed.v1"

    def test_a_sender_that_no_flow_names(self) -> None:
        seen = {Sighting(self.TIER, "crm"), Sighting(self.TIER, "desk"), Sighting(self.TIER, "spreadsheet")}
        first, second = found(a_stack(), "undocumented", seen=seen)
        assert first.message.startswith("Desk sends on support.context.contract")
        assert second.message.startswith("spreadsheet, which is not in the map, sends on")

    def test_a_topic_that_no_flow_comes_in_on(self) -> None:
        map = a_map(a_flow("crm", "desk", topic="support.crm.changes.v1"))
        seen = {Sighting("support.crm.changes.v1"), Sighting("support.shadow.v1")}
        (finding,) = found(map, "undocumented", seen=seen)
        assert "the topic support.shadow.v1 is there" in finding.message

    def test_both_ends_of_a_two_way_flow_may_send(self) -> None:
        map = a_map(a_flow("desk", "ai", direction="two-way", reason="x", feeds=("interaction.summary",)))
        topic = "support.context.interaction.observed.v1"
        assert found(map, "undocumented", seen={Sighting(topic, "ai"), Sighting(topic, "desk")}) == []


class TestProtection:
    @pytest.mark.parametrize(
        ("gone", "said"), [("fallback", "no fallback"), ("error_after", "no 'error_after'")]
    )
    def test_a_flow_that_feeds_packets_without(self, gone: str, said: str) -> None:
        (finding,) = found(a_map(a_feed("crm", "account.name", **{gone: None})), "unprotected")
        assert said in finding.message

    def test_urgent_work_without_a_workaround(self) -> None:
        urgent = a_workflow("lookup", ("crm",), priority="high", workaround=None)
        relaxed = a_workflow("survey", ("crm",), priority="low", workaround=None)
        assert [each.where for each in found(a_map(a_system("crm"), urgent, relaxed), "unprotected")] == [
            ("workflows", "lookup")
        ]

    def test_an_echo_needs_a_ring_of_one_way_flows_that_move_at_once(self) -> None:
        there, back = a_flow("desk", "bot"), a_flow("bot", "desk", id="back")
        (finding,) = found(a_map(there, back), "echo")
        assert "bot -> desk -> bot" in finding.message or "desk -> bot -> desk" in finding.message
        nightly = back.model_copy(update={"timing": "scheduled"})
        assert found(a_map(there, nightly), "echo") == []


class TestRemarks:
    def test_a_system_under_several_urgent_workflows(self) -> None:
        points = {each.where[1]: each.message for each in found(a_stack(), "single-point-of-failure")}
        assert points.keys() == {"desk"}
        assert "2 urgent workflows stand on it (Entitlement, Bugs)" in points["desk"]

    def test_what_would_be_cut_off_is_named(self) -> None:
        map = a_map(a_flow("crm", "desk"), a_flow("crm", "bi"), a_flow("desk", "bi"), a_flow("desk", "bugs"))
        assert cut_off_without(map) == {"desk": ("bugs",)}

    def test_the_same_purpose_twice_in_other_words(self) -> None:
        map = a_map(
            a_system("a", purpose="Tickets and SLAs"), a_system("b", purpose="SLAs, tickets"), a_system("c")
        )
        assert [each.where for each in found(map, "duplicate")] == [("systems", "b")]

    def test_the_same_data_twice_between_two_systems(self) -> None:
        map = a_map(
            a_flow("crm", "desk", data=("Account  ID", "owner")),
            a_flow("crm", "desk", id="sheet", data=("account id",), timing="manual"),
            a_flow("crm", "bi", data=("account id",)),
        )
        (finding,) = found(map, "duplicate")
        assert finding.where == ("flows", "sheet")
        assert "account id" in finding.message
        assert [each.where for each in found(map, "by-hand")] == [("flows", "sheet")]

    def test_a_flow_on_which_no_work_stands(self) -> None:
        assert {each.where[1] for each in found(a_stack(), "untied")} == {"history", "revenue"}

    def test_columns_and_flows_that_do_not_agree(self) -> None:
        map = a_map(
            a_system("crm", upstream=("moon", "desk")),
            a_system("desk", upstream=("crm",)),
            a_flow("crm", "desk"),
            outside={"moon": "The Moon"},
        )
        missing, unmoved = found(map, "disagreement")
        assert missing.message == "Crm has flows that its columns do not show: add desk in 'downstream'"
        assert "Crm names desk (upstream), and no flow says what moves" in unmoved.message


SYSTEMS = "abcdefg"
flows = st.lists(
    st.tuples(st.sampled_from(SYSTEMS), st.sampled_from(SYSTEMS)).filter(lambda ends: ends[0] != ends[1]),
    max_size=12,
)


@PROPERTY
@given(flows)
def test_a_system_is_a_cut_point_when_others_lose_their_connection(ends: list[tuple[str, str]]) -> None:
    map = a_map(*(a_flow(*each, id=f"f{n}") for n, each in enumerate(ends)))
    for system in map.systems:
        before = _reachable(ends, without=None)
        after = _reachable(ends, without=system)
        lost = {(a, b) for a, b in before - after if a != b and system not in (a, b)}
        assert bool(lost) == (system in cut_off_without(map))


def _reachable(ends: list[tuple[str, str]], *, without: str | None) -> set[tuple[str, str]]:
    """Return all connected pairs, by squaring the relation until it stands still."""
    pairs = {pair for a, b in ends if without not in (a, b) for pair in ((a, b), (b, a))}
    while True:
        more = pairs | {(a, d) for a, b in pairs for c, d in pairs if b == c}
        if more == pairs:
            return pairs
        pairs = more
