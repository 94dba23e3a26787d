"""What a packet tells of a customer, in the reader's language."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import get_args

import pytest

from orchestrator.board.agent.bundle import in_language
from orchestrator.board.agent.marks import mark_text
from orchestrator.domain.context.marks import marks_of
from orchestrator.domain.context.rules import ContextRules, MarkRules
from orchestrator.domain.context.shown import Bundle, BundleField, Conflict, Mark, MarkCode, Said
from orchestrator.domain.context.subjects import CATALOGUE
from orchestrator.domain.context.translations import Translations
from orchestrator.domain.context.values import in_words
from orchestrator.domain.context.views import Vision

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
WORDS = Translations(
    fields={
        "billing.payment_state": {"past_due": "Past Due", "paid": "Paid"},
        "usage.feature_flags": {"a": "New app", "b": "Beta"},
        "account.renewal_risk": {"high": "High"},
    },
    languages={
        "de": {
            "billing.payment_state": {"past_due": "Überfällig"},
            "usage.feature_flags": {"a": "Neue App"},
            "account.renewal_risk": {"high": "Hoch"},
        }
    },
)


def german(*fields: BundleField) -> tuple[BundleField, ...]:
    return in_language(Bundle(fields=fields), "de", WORDS, now=NOW).fields


def test_no_label_of_the_catalogue_stays_english() -> None:
    fields = german(*(BundleField(name=name, label=spec.label) for name, spec in CATALOGUE.items()))
    assert [each.name for each in fields if each.label == CATALOGUE[each.name].label] == ["nps.score"]


def test_what_support_ops_called_a_field_stays() -> None:
    [field] = german(BundleField(name="account.mascot", label="Mascot", value="Otter", state="fresh"))
    assert (field.label, field.value) == ("Mascot", "Otter")


def test_a_code_has_the_words_of_the_reader_where_there_are_some() -> None:
    known = {"label": "-", "state": "fresh"}
    state = {**known, "name": "billing.payment_state"}
    found = german(
        BundleField(**state, value="Past Due", code="past_due"),
        BundleField(**state, value="Paid", code="paid"),
        BundleField(**state, value="odd", code="odd", is_unknown_code=True),
        BundleField(**known, name="usage.feature_flags", value="New app, Beta, c", code="a, b, c"),
        BundleField(**known, name="account.name", value="Paid"),
        BundleField(**known, name="account.identity_verified", value="yes"),
    )
    assert [each.value for each in found] == ["Überfällig", "Paid", "odd", "Neue App, Beta, c", "Paid", "ja"]


def test_a_packet_of_a_german_team_reads_english_to_others() -> None:
    field = BundleField(name="billing.payment_state", label="Payment", value="Überfällig", code="past_due")
    bundle = in_language(Bundle(fields=(field,)), "en", WORDS, now=NOW)
    assert (bundle.fields[0].label, bundle.fields[0].value) == ("Payment", "Past Due")


def test_a_conflict_is_of_a_field_with_a_label() -> None:
    said = Said(source="CRM", value="Growth", observed_at=NOW, age="1 hour")
    conflict = Conflict(name="contract.plan", label="Plan", winner=said, others=(said,), decided_by="newest")
    bundle = in_language(Bundle(conflicts=(conflict,)), "de", WORDS, now=NOW)
    assert bundle.conflicts[0].label == "Tarif"


def drawn(name: str, value: object) -> tuple[Mark, str]:
    """The mark that the domain draws from a value, and the value in words."""
    view = Vision(ContextRules(), WORDS, {}).view(name)
    rules = MarkRules(
        first_days=timedelta(days=90),
        renewal_within=timedelta(days=60),
        usage_drop=20,
        low_nps=6,
        failed_states=("past_due",),
        at_risk_states=("high",),
    )
    [mark] = marks_of({name: (view, value, NOW, "crm")}, rules, NOW)  # type: ignore[dict-item]
    return mark, in_words(value, view.type, view.vocabulary)[0]  # type: ignore[arg-type]


MARKS = [
    ("account.since", "2026-03-02", "Kunde seit heute"),
    ("account.since", "2026-03-01", "Kunde seit 1 Tag"),
    ("contract.started_at", "2026-02-20", "Kunde seit 10 Tagen"),
    ("billing.failed_payments", 1, "1 gescheiterte Zahlung"),
    ("billing.failed_payments", 3, "3 gescheiterte Zahlungen"),
    ("usage.trend", -32, "Nutzung 32 % niedriger"),
    ("contract.renews_at", "2026-03-22", "Verlängerung in 20 Tagen"),
    ("contract.renews_at", "2026-03-02", "Verlängerung heute"),
    ("contract.renews_at", "2026-03-01", "Verlängerung vor 1 Tag"),
    ("contract.ends_at", "2026-03-03", "Vertrag endet in 1 Tag"),
    ("nps.score", 4, "NPS 4"),
]


@pytest.mark.parametrize(("name", "value", "text"), MARKS)
def test_a_mark_is_said_in_the_reader_s_language(name: str, value: object, text: str) -> None:
    mark, words = drawn(name, value)
    assert mark_text(mark, words, "de", now=NOW) == text
    assert mark_text(mark, words, "en", now=NOW) == mark.text
    assert mark_text(mark, None, "de", now=NOW) == mark.text, "its field is not shown"


def test_a_mark_names_the_state_that_it_is_drawn_from() -> None:
    for name, value, code in (
        ("billing.payment_state", "past_due", "Zahlung: Überfällig"),
        ("account.renewal_risk", "high", "Verlängerungsrisiko: Hoch"),
    ):
        mark, words = drawn(name, value)
        field = BundleField(name=name, label="-", value=words, code=value, state="fresh")
        for language, text in (("de", code), ("en", mark.text)):
            bundle = in_language(Bundle(fields=(field,), marks=(mark,)), language, WORDS, now=NOW)
            assert bundle.marks[0].text == text


def test_days_are_counted_when_the_page_is_read() -> None:
    mark, words = drawn("contract.renews_at", "2026-03-22")
    assert mark_text(mark, words, "en", now=NOW + timedelta(days=5)) == "renewal in 15 days"


def test_every_kind_of_mark_is_tried() -> None:
    tried = {drawn(name, value)[0].code for name, value, _ in MARKS} | {"renewal-risk"}
    assert tried == set(get_args(MarkCode))
