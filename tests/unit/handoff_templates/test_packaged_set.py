"""The set of templates that comes with the package: the example of a company with three sites."""

from __future__ import annotations

from datetime import timedelta

import pytest

from handoff_templates import check, load
from orchestrator.domain.checklist import Stage
from orchestrator.domain.clocks.spec import Rung
from orchestrator.domain.model import Channel
from orchestrator.domain.policy import KindMatch, Policy, Rules, Team


@pytest.fixture(scope="module")
def packaged() -> Policy:
    return load()


def test_the_packaged_set_has_nothing_wrong() -> None:
    assert check() == []


def test_the_packaged_kinds_are_tried_from_the_lowest_order_up(packaged: Policy) -> None:
    assert list(packaged.rules.kinds) == [
        "bot-to-agent",
        "support-to-engineering",
        "support-to-billing",
        "tier-1-to-tier-2",
        "chat-to-phone",
        "chat-to-email",
        "escalation",
        "team-to-team",
    ]
    assert packaged.rules.kinds["team-to-team"].match == KindMatch()


def test_every_packaged_kind_has_its_clocks_and_a_checklist(packaged: Policy) -> None:
    for kind in packaged.rules.kinds.values():
        owed = {"notes": "sending", "accept": "receiving", "resolve": "receiving"}
        if not kind.sender_keeps_case:
            # Whoever keeps the case keeps talking to the customer.
            owed["first_contact"] = "receiving"
        if kind.name in ("escalation", "support-to-billing"):
            owed["customer"] = "all"
        assert {clock.kind: clock.owes for clock in kind.clocks} == owed
        assert {item.stage for item in kind.checklist} == set(Stage)
        assert kind.next_step


def test_engineering_gets_logs_severity_and_incident_and_support_keeps_the_case(packaged: Policy) -> None:
    kind = packaged.rules.kinds["support-to-engineering"]
    assert kind.sender_keeps_case
    asked = {item.filled_by for item in kind.checklist if item.required and item.stage is Stage.BEFORE}
    assert {"logs", "severity", "incident"} <= asked


def test_the_packaged_teams(packaged: Policy) -> None:
    assert set(packaged.rules.teams) >= {"bot", "chat", "phone", "email", "tier-1", "tier-2", "billing"}
    assert packaged.rules.teams["billing"] == Team(
        id="billing",
        name="Billing",
        channels=(Channel.EMAIL, Channel.PHONE, Channel.TICKET),
        lead="lead-billing",
        manager="manager-finance",
        calendar="new-york",
        fallback="success",
    )
    assert [team.id for team in packaged.rules.teams.values() if team.is_automated] == ["bot"]


def test_live_channels_are_measured_around_the_clock_and_the_rest_in_working_time(packaged: Policy) -> None:
    for kind in packaged.rules.kinds.values():
        is_live = kind.name in ("bot-to-agent", "chat-to-phone", "escalation")
        for clock in kind.clocks:
            assert clock.calendar == ("elapsed" if is_live or clock.kind == "customer" else "team")
    teams = packaged.rules.teams
    assert {teams[id].calendar for id in ("bot", "chat", "phone")} == {"elapsed"}


def test_every_packaged_clock_starts_and_stops_on_something(packaged: Policy) -> None:
    clocks = [
        clock
        for kind in packaged.rules.kinds.values()
        for each in (kind.clocks, *(policy.clocks for policy in kind.policies))
        for clock in each
    ]
    assert len(clocks) > 40
    assert all(clock.starts and clock.stops and clock.cancels for clock in clocks)


def test_the_packaged_ladder_of_an_escalation_goes_round_twice(packaged: Policy) -> None:
    accept = packaged.rules.kinds["escalation"].clock("accept")
    assert accept is not None
    past = [
        (rung.name, accept.budget - rung.offset(accept.budget)) for rung in accept.rungs if rung.is_ladder
    ]
    assert past == [
        ("lead", timedelta()),
        ("re-offer", -timedelta(minutes=5)),
        ("manager", -timedelta(minutes=10)),
        ("priority", -timedelta(minutes=15)),
        ("lead #2", -timedelta(minutes=30)),
        ("re-offer #2", -timedelta(minutes=35)),
        ("manager #2", -timedelta(minutes=40)),
        ("priority #2", -timedelta(minutes=45)),
    ]
    assert accept.rung("manager #2") == Rung(
        name="manager #2", effect="notify", before=-timedelta(minutes=40), to="manager", loop=2
    )


def test_the_packaged_rules_survive_being_stored(packaged: Policy) -> None:
    assert Rules.model_validate_json(packaged.rules.model_dump_json()) == packaged.rules
