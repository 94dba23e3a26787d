from __future__ import annotations

from orchestrator.domain.context.fresh import fresh_values
from orchestrator.domain.context.sources import FieldSource
from tests.builders import HOUR, SECOND, T0
from tests.unit.domain.context.known import SOURCES, says

STATE = "billing.payment_state"


def test_only_what_is_there_and_fresh_is_given_to_rules() -> None:
    records = (
        says("billing", {"payment_state": "paid", "currency": None}, system="billing", ago=HOUR),
        says("contract", {"plan": "gold"}, ago=9_000 * HOUR),
        says("issue", {"title": "Slow"}),
    )
    fields = (
        STATE,
        "billing.currency",
        "contract.plan",
        "contract.tier",
        "usage.trend",
        "issue.title",
        "odd",
    )
    assert fresh_values(records, fields, SOURCES, now=T0) == {STATE: "paid", "contract.plan": "gold"}
    assert STATE not in fresh_values(records, fields, SOURCES, now=T0 + SECOND)


def test_a_field_without_a_warning_is_fresh_up_to_its_limit() -> None:
    sources = {STATE: FieldSource(STATE, error_after=HOUR)}
    record = says("billing", {"payment_state": "paid"}, ago=HOUR)
    assert fresh_values([record], [STATE], sources, now=T0) == {STATE: "paid"}
    assert fresh_values([record], [STATE], sources, now=T0 + SECOND) == {}


def test_the_stale_value_of_an_owner_is_not_replaced_by_a_fresh_one_of_another() -> None:
    owner = says("billing", {"payment_state": "past_due"}, system="billing", ago=3 * HOUR)
    other = says("billing", {"payment_state": "paid"}, system="crm")
    assert fresh_values([owner, other], [STATE], SOURCES, now=T0) == {}
