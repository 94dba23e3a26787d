from __future__ import annotations

import pytest
from pydantic import JsonValue

from orchestrator.domain.field_condition import FieldCondition, condition_of

FIELD = "account.identity_verified"


@pytest.mark.parametrize(
    ("text", "condition"),
    [
        ("account.identity_verified", FieldCondition(FIELD, "holds")),
        ("billing.payment_state is known", FieldCondition("billing.payment_state", "known")),
        ("contract.tier is Gold", FieldCondition("contract.tier", "is", "gold")),
        ("contract.tier is not free trial", FieldCondition("contract.tier", "is-not", "free trial")),
        ("account.identity_verified is true", FieldCondition(FIELD, "is", "true")),
    ],
)
def test_a_condition_is_read(text: str, condition: FieldCondition) -> None:
    assert condition_of(text) == condition


@pytest.mark.parametrize(
    "text",
    [
        "account",
        "account.",
        "Account.plan",
        "account.plan.name",
        "account.plan is",
        "account.plan == x",
        "account.plan is not",
        "account.plan is not known",
        "account.plan  is known",
        "",
        "account.plan known",
    ],
)
def test_what_is_no_condition_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"write 'subject\.field'"):
        condition_of(text)


@pytest.mark.parametrize(
    ("text", "value", "is_met"),
    [
        (FIELD, True, True),
        (FIELD, "yes", True),
        (FIELD, 0, True),
        (FIELD, ["sso"], True),
        (FIELD, False, False),
        (FIELD, " ", False),
        (FIELD, [], False),
        (FIELD, None, False),
        (f"{FIELD} is known", False, True),
        (f"{FIELD} is known", "", False),
        (f"{FIELD} is known", None, False),
        (f"{FIELD} is true", True, True),
        (f"{FIELD} is true", False, False),
        (f"{FIELD} is gold", " Gold", True),
        (f"{FIELD} is gold", "silver", False),
        (f"{FIELD} is 3", 3, True),
        (f"{FIELD} is not gold", "silver", True),
        (f"{FIELD} is not gold", "GOLD", False),
        (f"{FIELD} is not gold", "", False),
        (f"{FIELD} is not gold", None, False),
    ],
)
def test_a_condition_is_met_by_some_values(text: str, value: JsonValue, is_met: bool) -> None:
    assert condition_of(text).is_met({FIELD: value}) is is_met


@pytest.mark.parametrize("how", ["", " is known", " is x", " is not x"])
def test_what_is_stale_or_missing_meets_nothing(how: str) -> None:
    assert not condition_of(FIELD + how).is_met({"billing.payment_state": "paid"})
