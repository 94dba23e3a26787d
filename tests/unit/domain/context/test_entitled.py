"""Tier and payment state from context: nothing that is late decides without a note."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orchestrator.domain.context.entitled import PAYMENT, TIER, customer_with_context, limited
from orchestrator.domain.context.record import Record
from orchestrator.domain.context.sources import FieldSource, Sources
from orchestrator.domain.model import Customer
from orchestrator.domain.policy import Entitlements
from orchestrator.domain.routing.entitlement import Entitlement, entitle
from tests.builders import HOUR, MINUTE, T0, a_customer
from tests.unit.domain.context.known import DAY, SOURCES, says
from tests.unit.domain.properties import PROPERTY

RULES = Entitlements(unpaid_states=("past_due",), when_unknown="basic", when_unpaid="none")
UNMAPPED: Sources = {}
ON_CHANGE = {
    TIER: FieldSource(TIER, "crm"),
    PAYMENT: FieldSource(PAYMENT, "billing"),
}
"""A map that sets no limits."""


def billed(state: object, ago: timedelta = timedelta()) -> Record:
    return says("billing", {"payment_state": state}, system="billing", ago=ago)  # type: ignore[dict-item]


def tiered(tier: object, ago: timedelta = timedelta()) -> Record:
    return says("contract", {"tier": tier}, ago=ago)  # type: ignore[dict-item]


def stated(tier: str | None = None, payment: str | None = None, ago: timedelta | None = None) -> Customer:
    as_of = T0 - ago if ago is not None else None
    return a_customer(tier=tier, payment_state=payment, entitled_as_of=as_of)


def known(
    customer: Customer, *records: Record, sources: Sources = SOURCES
) -> tuple[str | None, str | None, timedelta | None]:
    """Return tier, payment state and how long ago they were known."""
    found = customer_with_context(customer, records, sources, rules=RULES, now=T0)
    as_of = found.entitled_as_of
    return found.tier, found.payment_state, T0 - as_of if as_of is not None else None


def decided(customer: Customer, *records: Record, sources: Sources = SOURCES) -> Entitlement:
    found = customer_with_context(customer, records, sources, rules=RULES, now=T0)
    return entitle(found, limited(RULES, sources), T0)


def test_without_context_the_sender_is_believed_as_before() -> None:
    customer = stated("gold", "paid", 2 * HOUR)
    assert customer_with_context(customer, (), SOURCES, rules=RULES, now=T0) is customer
    name_only = says("account", {"name": "Acme"})
    assert customer_with_context(customer, (name_only,), SOURCES, rules=RULES, now=T0) is customer


def test_only_tier_payment_state_and_date_are_changed() -> None:
    customer = stated("silver")
    found = customer_with_context(customer, (tiered("gold"), billed("paid")), SOURCES, rules=RULES, now=T0)
    changes = {"tier": "gold", "payment_state": "paid", "entitled_as_of": T0}
    assert found == customer.model_copy(update=changes)


@pytest.mark.parametrize(
    ("customer", "records", "found"),
    [
        # Fresh context comes before what the sender states without a date, or read earlier.
        (stated("silver", "past_due"), (tiered("gold"), billed("paid", MINUTE)), ("gold", "paid", MINUTE)),
        (
            stated("silver", "paid", DAY),
            (tiered("gold"), billed("past_due", HOUR)),
            ("gold", "past_due", HOUR),
        ),
        (stated(), (tiered("gold"), billed("paid", MINUTE)), ("gold", "paid", MINUTE)),
        # What the sender read later comes before the context.
        (stated(None, "paid", MINUTE), (tiered("gold"), billed("past_due", HOUR)), ("gold", "paid", MINUTE)),
        (
            stated("gold", None, MINUTE),
            (tiered("silver", HOUR), billed("paid", HOUR)),
            ("gold", "paid", HOUR),
        ),
        # A date in the future is no later reading.
        (
            stated("gold", "paid", -HOUR),
            (tiered("basic"), billed("past_due")),
            ("basic", "past_due", 0 * HOUR),
        ),
        # A tier within its limit has no say in the date; one beyond it has.
        (stated(), (tiered("gold", 70 * HOUR), billed("paid", HOUR)), ("gold", "paid", HOUR)),
        (stated(), (tiered("gold", 73 * HOUR), billed("paid", HOUR)), ("gold", "paid", 73 * HOUR)),
        # Where the context is late, what the sender states comes first, with the date of the context.
        (stated("gold", "paid"), (billed("past_due", 5 * HOUR),), ("gold", "paid", 5 * HOUR)),
        (stated("gold", "past_due"), (billed("paid", 5 * HOUR),), ("gold", "past_due", 5 * HOUR)),
        (stated("gold"), (tiered("silver", 80 * HOUR), billed("paid")), ("gold", "paid", 80 * HOUR)),
        # Late, but still later than what the sender read.
        (stated("gold", "paid", 9 * HOUR), (billed("past_due", 5 * HOUR),), ("gold", "past_due", 5 * HOUR)),
        (stated("gold"), (billed("paid", 5 * HOUR),), ("gold", "paid", 5 * HOUR)),
        # An unpaid state decides alone.
        (stated(), (tiered("gold", 80 * HOUR), billed("past_due", HOUR)), ("gold", "past_due", HOUR)),
        (stated(None, "past_due"), (tiered("gold", 80 * HOUR),), ("gold", "past_due", None)),
        # A payment state that should have come, and has not, is noticed.
        (stated(), (tiered("gold", HOUR),), ("gold", None, HOUR)),
        (stated(None, "paid"), (tiered("gold", HOUR),), ("gold", "paid", None)),
        # What was taken away, or is no code, is not there.
        (stated("gold", "paid", HOUR), (billed(None), tiered(None)), ("gold", "paid", HOUR)),
        (stated(), (billed(["paid"]), tiered(7)), (None, None, None)),
        (stated("basic"), (billed(""), tiered("x" * 201)), ("basic", None, None)),
        (stated(), (billed("a\nb"), tiered(" gold ")), ("gold", None, 0 * HOUR)),
    ],
)
def test_what_counts_and_as_of_when(customer: Customer, records: tuple[Record, ...], found: Any) -> None:
    assert known(customer, *records) == found


def test_a_desk_without_billing_in_its_map_takes_the_tier_and_asks_for_nothing() -> None:
    sources = {TIER: SOURCES[TIER]}
    assert known(stated(), tiered("gold", HOUR), sources=sources) == ("gold", None, None)
    assert decided(stated(), tiered("gold", HOUR), sources=sources) == Entitlement(
        tier="gold", basis="stated"
    )


def test_a_field_that_the_map_does_not_have_counts_from_its_own_date() -> None:
    records = tiered("gold", 30 * HOUR), billed("paid", HOUR)
    assert known(stated(), *records, sources=UNMAPPED) == ("gold", "paid", 30 * HOUR)
    assert decided(stated(), *records, sources=UNMAPPED).basis == "stale"


def test_a_map_without_limits_leaves_the_limit_of_the_desk() -> None:
    assert limited(RULES, ON_CHANGE) == RULES
    assert known(stated(), tiered("gold", 900 * DAY), billed("paid", HOUR), sources=ON_CHANGE) == (
        "gold",
        "paid",
        HOUR,
    )
    assert decided(stated(), tiered("gold"), billed("paid", 25 * HOUR), sources=ON_CHANGE).basis == "stale"


def test_the_shortest_limit_counts() -> None:
    assert limited(RULES, SOURCES).stale_after == 4 * HOUR
    assert limited(Entitlements(stale_after=HOUR), SOURCES).stale_after == HOUR


def test_the_owner_of_the_payment_state_decides() -> None:
    other = says("billing", {"payment_state": "paid"}, system="crm")
    assert known(stated(), billed("past_due", HOUR), other) == (None, "past_due", HOUR)


@pytest.mark.parametrize(
    ("customer", "records", "tier", "basis"),
    [
        (stated(), (tiered("gold"), billed("paid", HOUR)), "gold", "stated"),
        (stated("gold", "paid"), (tiered("gold"), billed("past_due", HOUR)), "none", "unpaid"),
        (stated("basic", "past_due"), (tiered("gold"), billed("paid", HOUR)), "gold", "stated"),
        (stated(), (tiered("gold"), billed("paid", 5 * HOUR)), "gold", "stale"),
        (stated(), (tiered("gold"), billed("past_due", 5 * HOUR)), "basic", "stale"),
        (stated("gold", "paid"), (tiered("gold"), billed("past_due", 5 * HOUR)), "gold", "stale"),
        (stated(), (tiered("gold", 80 * HOUR), billed("paid")), "gold", "stale"),
        (stated(), (tiered("gold", 80 * HOUR), billed("past_due")), "none", "unpaid"),
        (stated(), (tiered("gold"),), "basic", "unknown"),
        (stated(), (billed("paid"),), "basic", "unknown"),
        (stated("gold"), (billed("grace_pd"),), "gold", "stated"),
    ],
)
def test_the_tier_that_decides(
    customer: Customer, records: tuple[Record, ...], tier: str, basis: str
) -> None:
    entitlement = decided(customer, *records)
    assert (entitlement.tier, entitlement.basis) == (tier, basis)
    assert (entitlement.note is None) == (basis == "stated")


def test_late_billing_names_the_date_in_its_note() -> None:
    entitlement = decided(stated(), tiered("gold"), billed("past_due", 5 * HOUR))
    assert entitlement.note == (
        "tier gold, payment state past_due as of 5 hours ago: stale, treated as basic until somebody "
        "confirms it in billing"
    )


AGES = st.sampled_from([timedelta(), HOUR, 3 * HOUR, 5 * HOUR, 30 * HOUR, 80 * HOUR])
STATES = st.sampled_from(["paid", "past_due", "grace_pd", None])
TIERS = st.sampled_from(["gold", "silver", None])
MAPS = st.sampled_from([SOURCES, UNMAPPED, ON_CHANGE])


@PROPERTY
@given(
    tier=TIERS, payment=STATES, ago=st.none() | AGES, state=STATES, billed_ago=AGES, plan=TIERS, plan_ago=AGES
)
def test_billing_beyond_its_limit_never_decides_without_a_note(
    tier: str | None,
    payment: str | None,
    ago: timedelta | None,
    state: str | None,
    billed_ago: timedelta,
    plan: str | None,
    plan_ago: timedelta,
) -> None:
    records = tiered(plan, plan_ago), billed(state, billed_ago)
    entitlement = decided(stated(tier, payment, ago), *records)
    is_read_in_time = payment is not None and ago is not None and ago <= 4 * HOUR
    if state is not None and billed_ago > 4 * HOUR and not is_read_in_time:
        assert entitlement.note is not None
        assert entitlement.basis != "stated"


@PROPERTY
@given(
    tier=TIERS,
    payment=STATES,
    ago=st.none() | AGES,
    state=STATES,
    billed_ago=AGES,
    plan=TIERS,
    plan_ago=AGES,
    sources=MAPS,
)
def test_no_premium_without_a_note_where_anybody_fresh_says_unpaid(
    tier: str | None,
    payment: str | None,
    ago: timedelta | None,
    state: str | None,
    billed_ago: timedelta,
    plan: str | None,
    plan_ago: timedelta,
    sources: Sources,
) -> None:
    customer, records = stated(tier, payment, ago), (tiered(plan, plan_ago), billed(state, billed_ago))
    entitlement = decided(customer, *records, sources=sources)
    assert entitlement.tier is not None
    is_fresh = billed_ago <= limited(RULES, sources).stale_after
    is_overruled = payment is not None and ago is not None and ago < billed_ago
    if state == "past_due" and is_fresh and not is_overruled:
        assert (entitlement.tier, entitlement.basis) == ("none", "unpaid")
    if state in ("paid", "grace_pd") and is_fresh and not is_overruled and plan_ago <= HOUR and plan:
        is_tier_overruled = tier is not None and ago is not None and ago < plan_ago
        assert entitlement.tier == (tier if is_tier_overruled else plan)
        assert entitlement.note is None
    if entitlement.tier not in (tier, plan) and (plan or state):
        assert entitlement.note is not None


@PROPERTY
@given(customer_at=st.none() | AGES, billed_ago=AGES, sources=MAPS)
def test_the_date_is_never_later_than_what_it_dates(
    customer_at: timedelta | None, billed_ago: timedelta, sources: Sources
) -> None:
    records = (tiered("gold"), billed("paid", billed_ago))
    found = customer_with_context(
        stated("silver", "past_due", customer_at), records, sources, rules=RULES, now=T0
    )
    dates: dict[str | None, datetime] = {"paid": T0 - billed_ago}
    if customer_at is not None:
        dates["past_due"] = T0 - customer_at
    assert found.entitled_as_of is not None
    assert found.entitled_as_of <= dates.get(found.payment_state, T0)
