from __future__ import annotations

from typing import Any

import pytest

from orchestrator.domain.context.record import Record
from orchestrator.domain.context.sources import FieldSource
from tests.builders import HOUR
from tests.unit.domain.context.known import says, shown_to

TODAY = "2026-03-02"


def texts(*records: Record, team: str = "chat") -> list[tuple[str, str]]:
    return [(mark.code, mark.text) for mark in shown_to(team, *records).marks]


@pytest.mark.parametrize(
    ("subject", "fields", "mark"),
    [
        ("account", {"since": TODAY}, ("first-days", "customer since today")),
        ("account", {"since": "2026-03-01"}, ("first-days", "customer for 1 day")),
        ("account", {"since": "2025-12-02"}, ("first-days", "customer for 90 days")),
        ("contract", {"started_at": "2026-02-20"}, ("first-days", "customer for 10 days")),
        ("contract", {"renews_at": "2026-03-12"}, ("renewal-near", "renewal in 10 days")),
        ("contract", {"renews_at": TODAY}, ("renewal-near", "renewal today")),
        ("contract", {"renews_at": "2026-03-01"}, ("renewal-near", "renewal 1 day ago")),
        ("contract", {"ends_at": "2026-05-01"}, ("renewal-near", "contract ends in 60 days")),
        ("usage", {"trend": -20}, ("usage-dropping", "usage down 20 %")),
        ("usage", {"trend": -35.5}, ("usage-dropping", "usage down 35.5 %")),
        ("billing", {"payment_state": "past_due"}, ("payment-failed", "payment: Past Due")),
        ("billing", {"failed_payments": 1}, ("payment-failed", "1 failed payment")),
        ("billing", {"failed_payments": 3}, ("payment-failed", "3 failed payments")),
        ("account", {"renewal_risk": "high"}, ("renewal-risk", "renewal risk: high")),
        ("nps", {"score": 6}, ("low-nps", "NPS 6")),
        ("nps", {"score": 0}, ("low-nps", "NPS 0")),
    ],
)
def test_a_customer_stands_out(subject: str, fields: dict[str, Any], mark: tuple[str, str]) -> None:
    assert texts(says(subject, fields)) == [mark]


@pytest.mark.parametrize(
    ("subject", "fields"),
    [
        ("account", {"since": "2025-12-01"}),
        ("account", {"since": "2026-03-03"}),
        ("account", {"since": "long ago"}),
        ("contract", {"renews_at": "2026-05-02"}),
        ("contract", {"renews_at": "2025-12-31"}),
        ("usage", {"trend": -19.9}),
        ("usage", {"trend": "-50"}),
        ("billing", {"payment_state": "paid", "failed_payments": 0}),
        ("billing", {"failed_payments": True}),
        ("account", {"renewal_risk": "low"}),
        ("nps", {"score": 7}),
        ("nps", {"score": None}),
    ],
)
def test_a_customer_does_not_stand_out(subject: str, fields: dict[str, Any]) -> None:
    assert texts(says(subject, fields)) == []


def test_an_old_customer_with_a_new_contract_is_not_new() -> None:
    assert texts(says("account", {"since": "2019-01-01"}), says("contract", {"started_at": TODAY})) == []


def test_a_beginning_that_makes_no_sense_leaves_it_to_the_contract() -> None:
    records = says("account", {"since": "?"}), says("contract", {"started_at": TODAY})
    assert texts(*records) == [("first-days", "customer since today")]


def test_a_mark_never_tells_what_the_team_may_not_see() -> None:
    records = (
        says("billing", {"payment_state": "past_due"}),
        says("nps", {"score": 1}),
        says("account", {"since": TODAY}),
    )
    assert len(texts(*records)) == 3
    assert texts(*records, team="bot") == []


def test_a_mark_from_a_stale_field_says_so() -> None:
    sources = {"nps.score": FieldSource("nps.score", warn_after=HOUR)}
    (fresh,) = shown_to("chat", says("nps", {"score": 1}), sources=sources).marks
    (stale,) = shown_to("chat", says("nps", {"score": 1}, ago=2 * HOUR), sources=sources).marks
    assert (fresh.is_stale, stale.is_stale) == (False, True)
    assert stale.name == "nps.score"


def test_marks_stand_in_the_order_in_which_they_matter() -> None:
    records = (
        says("nps", {"score": 1}),
        says("usage", {"trend": -90}),
        says("billing", {"payment_state": "past_due"}),
        says("contract", {"renews_at": TODAY, "started_at": TODAY}),
    )
    assert [code for code, _ in texts(*records)] == [
        "first-days",
        "payment-failed",
        "usage-dropping",
        "renewal-near",
        "low-nps",
    ]
