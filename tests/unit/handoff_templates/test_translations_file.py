"""translations.yaml: what it says, and what can be wrong in it."""

from __future__ import annotations

from pathlib import Path

import pytest

from handoff_templates import load
from orchestrator.domain.context.translations import Translations
from orchestrator.domain.model import Priority, Severity
from tests.unit.handoff_templates.sets import a_set, told, write

FILE = "translations.yaml"
SEVERITIES = "severities: {urgent: sev1, high: sev2, normal: sev3, low: sev4}\n"


def test_translations_say_what_their_file_says(tmp_path: Path) -> None:
    text = """\
fields:
  billing.payment_state: {paid: Paid, past_due: Past Due, grace_pd: Grace Period}
  contract.sku:
    SUP-GLD-12: Gold support
    "7": Seven
    true: Switched on
languages:
  de:
    billing.payment_state: {paid: Bezahlt}
"""
    write(a_set(tmp_path), FILE, text + SEVERITIES)
    assert load(tmp_path).rules.translations == Translations(
        fields={
            "billing.payment_state": {"paid": "Paid", "past_due": "Past Due", "grace_pd": "Grace Period"},
            "contract.sku": {"SUP-GLD-12": "Gold support", "7": "Seven", "true": "Switched on"},
        },
        languages={"de": {"billing.payment_state": {"paid": "Bezahlt"}}},
        severities={
            Priority.URGENT: Severity.SEV1,
            Priority.HIGH: Severity.SEV2,
            Priority.NORMAL: Severity.SEV3,
            Priority.LOW: Severity.SEV4,
        },
    )


def test_a_set_may_do_without_translations(tmp_path: Path) -> None:
    assert load(a_set(tmp_path)).rules.translations == Translations()


def test_fields_of_the_set_have_words_too(tmp_path: Path) -> None:
    own = "own_fields: {account.region: {label: Region, type: code}}\nfields: [account.region]\n"
    write(a_set(tmp_path), "context.yaml", own)
    write(tmp_path, FILE, "fields: {account.region: {emea: Europe}}\n")
    assert load(tmp_path).rules.translations.fields == {"account.region": {"emea": "Europe"}}


def test_other_words_make_another_version(tmp_path: Path) -> None:
    write(a_set(tmp_path), FILE, "fields: {account.segment: {smb: Small}}\n")
    before = load(tmp_path).rules.version
    write(tmp_path, FILE, "fields: {account.segment: {smb: Tiny}}\n")
    assert load(tmp_path).rules.version != before


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("", "1:1: the file is empty; copy the one of another kind or folder"),
        ("[1]", "1:1: translations.yaml is not a mapping; write lines of 'key: value'"),
        ("field: {}", "1:1: unknown key of translations.yaml 'field'; did you mean 'fields'?"),
        ("fields: [a]", "1:9: 'fields' is not a mapping; write lines of 'key: value'"),
        (
            "fields: {billing.payment_stat: {paid: Paid}}",
            "1:10: unknown field 'billing.payment_stat'; did you mean 'billing.payment_state'?",
        ),
        (
            "fields: {account.segment: smb}",
            "1:27: 'account.segment' is not a mapping; write lines of 'key: value'",
        ),
        (
            "fields: {account.segment: {}}",
            "1:27: 'account.segment' has no codes; write 'code: words', or take it away",
        ),
        ("fields: {account.segment: {smb: 7}}", "1:33: the words of 'smb' is not text; put it in quotes"),
        ("fields: {account.segment: {smb: ''}}", "1:33: the words of 'smb' is empty; write something"),
        (
            "fields: {account.segment: {smb: A, smb: B}}",
            "1:36: duplicate key 'smb', first on line 1; keep one of the two",
        ),
        (
            "severities: {urgent: sev1, high: sev2, low: sev4}",
            "1:13: 'severities' lacks normal; give each priority a severity",
        ),
        (
            "severities: {urgent: sev1, high: sev2, normal: sev3, lo: sev4, low: sev4}",
            "1:54: unknown priority 'lo'; did you mean 'low'?",
        ),
        (
            "severities: {urgent: sev0, high: sev2, normal: sev3, low: sev4}",
            "1:22: unknown severity 'sev0'; did you mean 'sev1'?",
        ),
        (
            "languages: {en: {}}",
            "1:13: 'en' is the language of 'fields'; write its words there",
        ),
        (
            "languages: {DE: {}}",
            "1:13: language 'DE' is not a plain name; write small letters and digits, with '-' between words",
        ),
        (
            "fields: {account.segment: {smb: Small}}\nlanguages: {de: {account.segment: {smd: Klein}}}",
            "2:36: unknown code of 'account.segment' 'smd'; did you mean 'smb'?",
        ),
        (
            "fields: {account.segment: {smb: Small}}\nlanguages: {de: {contract.plan: {pro: Pro}}}",
            "2:34: unknown code of 'contract.plan' 'pro'; remove it: none are known",
        ),
    ],
)
def test_a_wrong_key_of_translations(tmp_path: Path, text: str, problem: str) -> None:
    write(a_set(tmp_path), FILE, text)
    assert told(tmp_path) == [f"{FILE}:{problem}"]
