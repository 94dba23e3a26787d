from __future__ import annotations

from typing import Any

import pytest

from orchestrator.domain.commands import RequestHandoff
from orchestrator.domain.errors import Refused, TooEarly
from orchestrator.domain.model import Channel, Priority, Reason, Receiver, Severity
from orchestrator.domain.policy import (
    BASE_POLICY,
    ClockPolicy,
    Entitlements,
    KindMatch,
    PolicyMatch,
    Routing,
    Rules,
    Team,
)
from orchestrator.domain.routing.routing import choose
from tests.builders import (
    CLOCKS,
    T0,
    a_customer,
    a_kind,
    a_request,
    a_sender,
    an_escalation,
    some_kinds,
    some_rules,
)

PHONE = a_sender("phone", channel=Channel.PHONE)
NO_CATCH_ALL = some_rules(*some_kinds()[:-1])


@pytest.mark.parametrize(
    ("request_", "kind", "team"),
    [
        (an_escalation(), "support-to-engineering", "engineering"),
        (an_escalation(reason=Reason(code="refund")), "support-to-engineering", "engineering"),
        (a_request(receiver=Receiver(), reason=Reason(code="refund")), "billing-question", "billing"),
        (
            a_request(sender=a_sender("chat"), receiver=Receiver(channel=Channel.EMAIL)),
            "chat-to-email",
            "email",
        ),
        (a_request(), "tier-1-to-tier-2", "tier-2"),
        (a_request(sender=PHONE, receiver=Receiver(team="billing")), "any-to-any", "billing"),
        (a_request(kind="any-to-any"), "any-to-any", "tier-2"),
    ],
    ids=["escalation", "escalation-before-reason", "reason", "channels", "teams", "catch-all", "by-name"],
)
def test_a_request_gets_the_kind_that_fits_it(request_: RequestHandoff, kind: str, team: str) -> None:
    route = choose(request_, some_rules(), now=T0)
    assert (route.kind.name, route.team) == (kind, team)


def test_the_first_kind_that_matches_is_taken() -> None:
    early = a_kind("early", match=KindMatch(reasons=("refund",)))
    late = a_kind("late", match=KindMatch(reasons=("refund",)))
    asked = a_request(reason=Reason(code="refund"))
    assert choose(asked, some_rules(early, late), now=T0).kind == early
    assert choose(asked, some_rules(late, early), now=T0).kind == late


@pytest.mark.parametrize(
    "match",
    [
        KindMatch(sending_teams=("chat",)),
        KindMatch(receiving_teams=("billing",)),
        KindMatch(from_channels=(Channel.PHONE,)),
        KindMatch(to_channels=(Channel.EMAIL,)),
        KindMatch(reasons=("refund",)),
        KindMatch(is_escalation=True),
        KindMatch(sending_teams=("tier-1",), reasons=("refund",)),
    ],
    ids=["sender", "receiver", "from", "to", "reason", "escalation", "one-of-two"],
)
def test_a_kind_matches_only_when_every_condition_holds(match: KindMatch) -> None:
    with pytest.raises(Refused) as refusal:
        choose(a_request(), some_rules(a_kind(match=match)), now=T0)
    assert refusal.value.code == "no-kind"


def test_a_condition_with_several_values_holds_for_any_of_them() -> None:
    kind = a_kind(match=KindMatch(sending_teams=("chat", "tier-1"), reasons=("refund", "second-opinion")))
    assert choose(a_request(), some_rules(kind), now=T0).kind == kind


def test_a_kind_for_transfers_only_does_not_take_an_escalation() -> None:
    transfers = a_kind("transfers", match=KindMatch(is_escalation=False))
    rest = a_kind("rest", receiving_team="engineering")
    assert choose(an_escalation(), some_rules(transfers, rest), now=T0).kind == rest


def test_a_kind_named_in_the_event_is_taken_even_if_its_conditions_do_not_hold() -> None:
    route = choose(a_request(kind="billing-question"), some_rules(), now=T0)
    assert (route.kind.name, route.team) == ("billing-question", "tier-2")


def test_the_team_that_the_event_names_wins_over_that_of_the_kind() -> None:
    asked = a_request(reason=Reason(code="refund"), receiver=Receiver(team="tier-2"))
    assert choose(asked, some_rules(), now=T0).team == "tier-2"


@pytest.mark.parametrize(
    ("request_", "code", "hint"),
    [
        (a_request(sender=a_sender("tier1")), "unknown-team", "sender.team 'tier1' is not in"),
        (a_request(sender=a_sender("tier1")), "unknown-team", "did you mean 'tier-1'?"),
        (a_request(receiver=Receiver(team="biling")), "unknown-team", "did you mean 'billing'?"),
        (a_request(receiver=Receiver(team="zzz")), "unknown-team", "known: billing, chat, email, "),
        (a_request(kind="billing-questoin"), "unknown-kind", "did you mean 'billing-question'?"),
        (a_request(kind="zzz"), "unknown-kind", "known: any-to-any, "),
        (a_request(sender=PHONE, receiver=Receiver()), "no-receiving-team", "'any-to-any'"),
        (a_request(receiver=Receiver(team="tier-1")), "same-team", "both 'tier-1'"),
        (
            a_request(sender=a_sender("billing"), receiver=Receiver(), reason=Reason(code="refund")),
            "same-team",
            "both 'billing'",
        ),
    ],
)
def test_what_cannot_be_routed_is_refused_with_a_code_and_a_hint(
    request_: RequestHandoff, code: str, hint: str
) -> None:
    with pytest.raises(Refused) as refusal:
        choose(request_, some_rules(), now=T0)
    assert refusal.value.code == code
    assert hint in refusal.value.message
    assert not isinstance(refusal.value, TooEarly)


def test_no_kind_is_refused_when_there_is_no_catch_all() -> None:
    with pytest.raises(Refused, match="add a catch-all") as refusal:
        choose(a_request(sender=PHONE, receiver=Receiver(team="tier-1")), NO_CATCH_ALL, now=T0)
    assert refusal.value.code == "no-kind"


def test_a_hint_lists_at_most_twenty_names() -> None:
    kinds = [a_kind(f"kind-{n:03}") for n in range(50)]
    with pytest.raises(Refused) as refusal:
        choose(a_request(kind="zzz"), some_rules(*kinds), now=T0)
    assert refusal.value.message.count("kind-") == 20


# The clocks


def with_policies(*policies: ClockPolicy, routing: Routing | None = None) -> Rules:
    rules = some_rules(a_kind("any-to-any", policies=policies))
    return rules.model_copy(update={"routing": routing or Routing()})


def only(**match: Any) -> Rules:
    return with_policies(ClockPolicy(name="special", match=PolicyMatch(**match), clocks=CLOCKS))


HIGH = a_request(
    priority=Priority.HIGH,
    severity=Severity.SEV2,
    receiver=Receiver(team="tier-2", channel=Channel.PHONE),
)


@pytest.mark.parametrize(
    "match",
    [
        {},
        {"sending_teams": ("chat", "tier-1")},
        {"receiving_teams": ("tier-2",)},
        {"from_channels": (Channel.CHAT,), "to_channels": (Channel.PHONE,)},
        {"priorities": (Priority.HIGH, Priority.URGENT)},
        {"tiers": ("gold",)},
        {"severities": (Severity.SEV1, Severity.SEV2)},
    ],
    ids=str,
)
def test_a_clock_policy_is_taken_when_all_its_conditions_hold(match: dict[str, Any]) -> None:
    assert choose(HIGH, only(**match), now=T0).clock_policy == "special"


@pytest.mark.parametrize(
    "match",
    [
        {"sending_teams": ("chat",)},
        {"receiving_teams": ("billing",)},
        {"from_channels": (Channel.CHAT,), "to_channels": (Channel.EMAIL,)},
        {"from_channels": (Channel.EMAIL,), "to_channels": (Channel.PHONE,)},
        {"priorities": (Priority.LOW,)},
        {"tiers": ("silver",)},
        {"severities": (Severity.SEV1,)},
        {"tiers": ("gold",), "priorities": (Priority.LOW,)},
    ],
    ids=str,
)
def test_a_clock_policy_is_not_taken_when_one_condition_fails(match: dict[str, Any]) -> None:
    assert choose(HIGH, only(**match), now=T0).clock_policy == BASE_POLICY


def test_a_kind_without_policies_has_its_own_clocks() -> None:
    assert choose(a_request(), some_rules(), now=T0).clock_policy == BASE_POLICY


def test_the_first_clock_policy_that_matches_is_taken() -> None:
    gold = ClockPolicy(name="gold", match=PolicyMatch(tiers=("gold",)), clocks=CLOCKS)
    any_ = ClockPolicy(name="any", clocks=CLOCKS)
    assert choose(HIGH, with_policies(gold, any_), now=T0).clock_policy == "gold"
    assert choose(HIGH, with_policies(any_, gold), now=T0).clock_policy == "any"


def test_the_clocks_are_those_of_the_entitlement_not_of_the_tier_that_is_stated() -> None:
    gold = ClockPolicy(name="gold", match=PolicyMatch(tiers=("gold",)), clocks=CLOCKS)
    lapsed = a_request(customer=a_customer(tier="gold", payment_state="overdue"))
    routing = Routing(entitlements=Entitlements(unpaid_states=("overdue",)))
    route = choose(lapsed, with_policies(gold, routing=routing), now=T0)
    assert (route.clock_policy, route.entitlement.basis) == (BASE_POLICY, "unpaid")
    assert route.notes == ()


def test_the_clocks_are_those_of_the_team_that_receives_the_work_in_the_end() -> None:
    rules = only(receiving_teams=("phone",))
    teams = rules.teams | {"tier-2": Team(id="tier-2", name="Tier 2", fallback="phone", most_open=0)}
    route = choose(HIGH, rules.model_copy(update={"teams": teams}), now=T0)
    assert (route.team, route.clock_policy) == ("phone", "special")
