from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orchestrator.domain.ages import in_words
from orchestrator.domain.model import Customer
from orchestrator.domain.policy import Entitlements
from orchestrator.domain.routing.entitlement import AHEAD, entitle
from tests.builders import HOUR, MINUTE, SECOND, T0, a_customer
from tests.unit.domain.properties import PROPERTY

RULES = Entitlements(unpaid_states=("overdue", "suspended"), when_unknown="basic", when_unpaid="none")
DAY = 24 * HOUR
CONFIRM = "until somebody confirms it in billing"


def billed(payment_state: str | None = "paid", as_of: datetime | None = T0, **over: object) -> Customer:
    return a_customer(payment_state=payment_state, entitled_as_of=as_of, **over)


@pytest.mark.parametrize("rules", [RULES, Entitlements()], ids=["payment-matters", "it-does-not"])
def test_a_plain_customer_has_the_tier_that_the_sender_states(rules: Entitlements) -> None:
    entitlement = entitle(a_customer(tier="gold"), rules, T0)
    assert (entitlement.tier, entitlement.basis, entitlement.note) == ("gold", "stated", None)


def test_a_plain_customer_without_a_tier_needs_no_note() -> None:
    entitlement = entitle(a_customer(tier=None), RULES, T0)
    assert (entitlement.tier, entitlement.basis, entitlement.note) == ("basic", "unknown", None)


@pytest.mark.parametrize(
    "customer",
    [
        billed(),
        billed(as_of=T0 - DAY),
        billed(as_of=T0 + AHEAD),
        billed(as_of=None),
        billed("grace"),
    ],
    ids=["now", "just-fresh", "clock-a-little-ahead", "no-date", "not-listed-as-unpaid"],
)
def test_who_has_paid_keeps_the_tier(customer: Customer) -> None:
    entitlement = entitle(customer, RULES, T0)
    assert (entitlement.tier, entitlement.basis, entitlement.note) == ("gold", "stated", None)


@pytest.mark.parametrize("as_of", [T0, None])
def test_who_has_not_paid_loses_the_tier(as_of: datetime | None) -> None:
    entitlement = entitle(billed("overdue", as_of), RULES, T0)
    assert (entitlement.tier, entitlement.basis) == ("none", "unpaid")
    assert entitlement.note == "payment state overdue: treated as none instead of gold"


def test_an_unpaid_customer_without_a_tier_is_unpaid_too() -> None:
    entitlement = entitle(billed("overdue", tier=None), RULES, T0)
    assert (entitlement.tier, entitlement.basis) == ("none", "unpaid")
    assert entitlement.note == "payment state overdue: treated as none"


@pytest.mark.parametrize(
    ("as_of", "note"),
    [
        (T0 - 3 * DAY, f"tier gold as of 3 days ago: stale, treated as gold {CONFIRM}"),
        (T0 - DAY - SECOND, f"tier gold as of 24 hours ago: stale, treated as gold {CONFIRM}"),
        (T0 + AHEAD + SECOND, f"tier gold as of 5 minutes from now: a wrong date, treated as gold {CONFIRM}"),
    ],
    ids=["days", "just-stale", "ahead"],
)
def test_a_stale_tier_is_the_last_one_known_and_is_to_be_confirmed(as_of: datetime, note: str) -> None:
    entitlement = entitle(billed(as_of=as_of), RULES, T0)
    assert (entitlement.tier, entitlement.basis, entitlement.note) == ("gold", "stale", note)


def test_a_desk_can_choose_the_tier_of_stale_data() -> None:
    rules = RULES.model_copy(update={"when_stale": "silver"})
    entitlement = entitle(billed(as_of=T0 - 3 * DAY), rules, T0)
    assert (entitlement.tier, entitlement.basis) == ("silver", "stale")
    assert entitlement.note == f"tier gold as of 3 days ago: stale, treated as silver {CONFIRM}"


@pytest.mark.parametrize("when_stale", [None, "silver"])
def test_a_stale_unpaid_state_neither_gives_the_tier_nor_takes_all_away(when_stale: str | None) -> None:
    rules = RULES.model_copy(update={"when_stale": when_stale})
    entitlement = entitle(billed("overdue", T0 - 3 * DAY), rules, T0)
    assert (entitlement.tier, entitlement.basis) == ("basic", "stale")
    assert entitlement.note == (
        f"tier gold, payment state overdue as of 3 days ago: stale, treated as basic {CONFIRM}"
    )


@pytest.mark.parametrize("as_of", [T0, T0 - 3 * DAY])
def test_a_missing_payment_state_is_unknown_where_the_desk_looks_at_payment(as_of: datetime) -> None:
    entitlement = entitle(billed(None, as_of), RULES, T0)
    assert (entitlement.tier, entitlement.basis) == ("basic", "unknown")
    assert entitlement.note == f"tier gold, but no payment state is known: treated as basic {CONFIRM}"


def test_a_missing_payment_state_does_not_matter_to_a_desk_that_does_not_look_at_it() -> None:
    entitlement = entitle(billed(None), Entitlements(), T0)
    assert (entitlement.tier, entitlement.basis) == ("gold", "stated")


@pytest.mark.parametrize("as_of", [T0, None, T0 - 3 * DAY])
def test_billing_data_without_a_tier_is_unknown(as_of: datetime | None) -> None:
    entitlement = entitle(billed("paid", as_of, tier=None), RULES, T0)
    assert (entitlement.tier, entitlement.basis) == ("basic", "unknown")
    assert entitlement.note == f"no tier is known: treated as basic {CONFIRM}"


@PROPERTY
@given(
    payment=st.sampled_from(["paid", "grace", "overdue", "suspended", None]),
    age=st.none() | st.timedeltas(min_value=-3 * DAY, max_value=30 * DAY),
    tier=st.sampled_from(["gold", None]),
    when_stale=st.sampled_from([None, "silver"]),
)
def test_whatever_is_known_gives_a_tier_and_no_premium_to_who_has_not_paid(
    payment: str | None, age: timedelta | None, tier: str | None, when_stale: str | None
) -> None:
    rules = RULES.model_copy(update={"when_stale": when_stale})
    customer = billed(payment, None if age is None else T0 - age, tier=tier)
    entitlement = entitle(customer, rules, T0)
    assert entitlement.tier is not None
    if payment in rules.unpaid_states:
        assert entitlement.tier in ("none", "basic")
    is_fresh = age is None or -AHEAD <= age <= rules.stale_after
    if tier and payment in ("paid", "grace") and is_fresh:
        assert entitlement.tier == tier
    if entitlement.tier != tier and (payment or age is not None):
        assert entitlement.note


@pytest.mark.parametrize(
    ("span", "words"),
    [
        (timedelta(), "less than a minute"),
        (59 * SECOND, "less than a minute"),
        (MINUTE, "1 minute"),
        (59 * MINUTE + 59 * SECOND, "59 minutes"),
        (HOUR, "1 hour"),
        (47 * HOUR, "47 hours"),
        (48 * HOUR, "2 days"),
        (-3 * DAY, "3 days"),
    ],
)
def test_a_span_is_said_in_its_largest_unit(span: timedelta, words: str) -> None:
    assert in_words(span) == words
