from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from pydantic import ValidationError

from orchestrator.domain.context.observation import MOST_AHEAD, TYPES, Observation, keys_of, refuse_future
from orchestrator.domain.context.subjects import CATALOGUE, MANY, TYPE_WORDS, Subject
from orchestrator.domain.errors import Refused
from tests.builders import SECOND, T0, a_customer


def observed(**over: Any) -> Observation:
    fields = {"subject": "account", "account_id": "acct-1", "system": "crm", "fields": {"name": "Acme"}}
    return Observation.model_validate(fields | over)


def test_each_subject_has_its_own_type() -> None:
    assert TYPES["support.context.billing.observed.v1"] is Subject.BILLING
    assert set(TYPES.values()) == set(Subject)


def test_every_known_field_belongs_to_a_subject_and_has_a_type_and_a_label() -> None:
    for field, spec in CATALOGUE.items():
        assert field.partition(".")[0] in set(Subject)
        assert spec.type in TYPE_WORDS
        assert spec.label


def test_every_way_to_reach_a_person_is_personal() -> None:
    personal = {field for field, spec in CATALOGUE.items() if spec.is_personal}
    assert {field for field in CATALOGUE if field.endswith(("email", "phone", "contact_name"))} <= personal


@pytest.mark.parametrize(
    ("subject", "key"),
    [
        ("account", "account:acct-1"),
        ("billing", "account:acct-1"),
        ("issue", "account:acct-1"),
        ("interaction", "customer:cust-1"),
        ("preference", "customer:cust-1"),
        ("nps", "customer:cust-1"),
    ],
)
def test_what_belongs_to_a_person_is_keyed_by_the_person(subject: str, key: str) -> None:
    assert observed(subject=subject, customer_id="cust-1", item="one").key == key


@pytest.mark.parametrize("subject", sorted(Subject))
def test_what_names_only_one_of_the_two_is_keyed_by_that(subject: str) -> None:
    assert observed(subject=subject, item="one").key == "account:acct-1"
    by_customer = observed(subject=subject, item="one", account_id=None, customer_id="cust-1")
    assert by_customer.key == "customer:cust-1"


def test_a_customer_is_looked_up_by_person_and_account() -> None:
    assert keys_of(a_customer()) == ("customer:cust-1", "account:acct-1")
    assert keys_of(a_customer(account_id=None)) == ("customer:cust-1",)


@pytest.mark.parametrize(
    ("over", "problem"),
    [
        ({"account_id": None}, "name whom it is about: account_id or customer_id"),
        ({"account_id": "  "}, "String should have at least 1 character"),
        ({"account_id": "a\x00"}, "String should match pattern"),
        ({"account_id": "a" * 201}, "String should have at most 200 characters"),
        ({"system": None}, "Input should be a valid string"),
        ({"subject": "weather"}, "Input should be 'account'"),
        ({"fields": {}}, "Dictionary should have at least 1 item"),
        ({"fields": {f"field_{n}": n for n in range(101)}}, "Dictionary should have at most 100 items"),
        ({"fields": {"": 1}}, "String should have at least 1 character"),
        ({"fields": {"a\nb": 1}}, "String should match pattern"),
        ({"fields": {"name": "x" * 4_001}}, "name has 4001 characters; send at most 4000"),
        ({"fields": {"name": "a\x00b"}}, "name has a control character; send text"),
        ({"fields": {"name": "\ud800"}}, "name has a control character; send text"),
        ({"fields": {"arr": float("nan")}}, "arr is not a finite number"),
        ({"fields": {"arr": float("-inf")}}, "arr is not a finite number"),
        ({"fields": {"arr": 2**63}}, "arr does not fit into 64 bits; send a long identifier as text"),
        ({"fields": {"name": {"first": "A"}}}, "name is an object; send scalars, or a list of scalars"),
        ({"fields": {"flags": [["a"]]}}, "flags has a list within a list"),
        ({"fields": {"flags": [{"a": 1}]}}, "flags is an object"),
        ({"fields": {"flags": ["a", "\x1b"]}}, "flags has a control character"),
        ({"fields": {"flags": list(range(101))}}, "flags has 101 items; send at most 100"),
        (
            {"fields": {f"note_{n}": "x" * 4_000 for n in range(13)}},
            "all values together have 52000 characters; send at most 50000",
        ),
    ],
)
def test_a_bad_observation_is_refused(over: dict[str, Any], problem: str) -> None:
    with pytest.raises(ValidationError) as refused:
        observed(**over)
    assert problem in str(refused.value)


@pytest.mark.parametrize("subject", sorted(MANY))
def test_one_of_several_has_to_say_which(subject: str) -> None:
    with pytest.raises(ValidationError, match=f"name the {subject} it is about: item"):
        observed(subject=subject)


@pytest.mark.parametrize(
    "value", [None, True, 0, -(2**63) + 1, 1.5, "", "two\nlines\tand tabs", ["a", 1, None]]
)
def test_scalars_and_lists_of_them_are_kept_as_they_are(value: Any) -> None:
    held = observed(fields={"name": value}).fields["name"]
    assert held == value
    assert type(held) is type(value)


def test_what_a_source_adds_to_the_envelope_is_left_out() -> None:
    assert "spy" not in observed(spy=1).model_dump()


def test_a_clock_a_little_ahead_is_believed() -> None:
    refuse_future(T0 + MOST_AHEAD, T0)


def test_a_fact_from_the_future_is_refused() -> None:
    with pytest.raises(Refused, match="is 10 minutes from now; at most 5 minutes are accepted") as refused:
        refuse_future(T0 + 2 * MOST_AHEAD, T0)
    assert refused.value.code == "from-the-future"
    with pytest.raises(Refused):
        refuse_future(T0 + MOST_AHEAD + timedelta(microseconds=1), T0)
    refuse_future(T0 - 1_000_000 * SECOND, T0)
