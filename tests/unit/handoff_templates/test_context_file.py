"""context.yaml: what it says, and what can be wrong in it."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from handoff_templates import check, load
from orchestrator.domain.context.entitled import PAYMENT, limited
from orchestrator.domain.context.rules import ContextRules, MarkRules, TeamContext
from orchestrator.domain.context.subjects import MANY, FieldSpec
from orchestrator.domain.integration_map.sources import sources_of
from orchestrator.domain.policy import Rules
from tests.unit.handoff_templates.sets import a_set, told, write

FILE = "context.yaml"
TRANSLATIONS = """\
fields:
  billing.payment_state: {paid: Paid, past_due: Past Due}
  issue.status: {open: Open, resolved: Resolved}
languages:
  de: {billing.payment_state: {paid: Bezahlt}}
"""


@pytest.fixture(scope="module")
def packaged() -> Rules:
    return load().rules


def test_the_context_says_what_its_file_says(tmp_path: Path) -> None:
    text = """\
own_fields:
  account.region: {label: Region, type: code}
  account.birthday: {label: Birthday, type: date, personal: true}
  usage.note: {label: Note}
fields: [account.name, account.contact_name, contract.plan, account.region]
teams:
  billing:
    add: [billing.amount_due]
    remove: [contract.plan]
    personal: [account.contact_name, account.birthday]
    language: de
marks:
  first_days: 30d
  renewal_within: 14d
  usage_drop: 50
  low_nps: 3
  failed_states: [past_due]
  at_risk_states: [high]
issues: {shown: 2, closed_states: [resolved]}
interactions: {shown: 5}
"""
    write(a_set(tmp_path), FILE, text)
    write(tmp_path, "translations.yaml", TRANSLATIONS)
    assert load(tmp_path).rules.context == ContextRules(
        fields=("account.name", "account.contact_name", "contract.plan", "account.region"),
        own_fields={
            "account.region": FieldSpec(type="code", label="Region"),
            "account.birthday": FieldSpec(type="date", label="Birthday", is_personal=True),
            "usage.note": FieldSpec(type="text", label="Note"),
        },
        teams={
            "billing": TeamContext(
                add=("billing.amount_due",),
                remove=("contract.plan",),
                personal=("account.contact_name", "account.birthday"),
                language="de",
            )
        },
        marks=MarkRules(
            first_days=timedelta(days=30),
            renewal_within=timedelta(days=14),
            usage_drop=50,
            low_nps=3,
            failed_states=("past_due",),
            at_risk_states=("high",),
        ),
        issues_shown=2,
        closed_states=("resolved",),
        interactions_shown=5,
    )


def test_what_the_file_leaves_out_is_as_usual(tmp_path: Path) -> None:
    write(a_set(tmp_path), FILE, "fields: [account.name]\n")
    assert load(tmp_path).rules.context == ContextRules(fields=("account.name",))


def test_a_set_without_the_file_shows_nothing(tmp_path: Path) -> None:
    assert load(a_set(tmp_path)).rules.context == ContextRules()


def test_the_packaged_set_shows_identity_plan_payment_first_and_is_small(packaged: Rules) -> None:
    assert packaged.context.teams.keys() <= packaged.teams.keys()
    for team in packaged.teams:
        seen = packaged.context.seen_by(team)
        single = [field for field in seen if field.partition(".")[0] not in MANY]
        assert seen[0] == "account.name"
        assert len(single) <= 20
        assert single.index("contract.plan") < single.index("billing.payment_state") < 12
        assert "issue.title" in seen


def test_the_packaged_set_knows_the_codes_of_the_brief(packaged: Rules) -> None:
    words = packaged.translations.vocabulary("billing.payment_state")
    assert (words["paid"], words["past_due"], words["grace_pd"]) == ("Paid", "Past Due", "Grace Period")
    assert packaged.translations.vocabulary("billing.payment_state", "de")["grace_pd"] == "Schonfrist"
    for state in packaged.routing.entitlements.unpaid_states:
        assert state in words


def test_nothing_older_than_the_map_allows_decides_an_entitlement(packaged: Rules) -> None:
    sources = sources_of(packaged.integration_map)
    limit = sources[PAYMENT].error_after
    assert limit is not None
    assert packaged.routing.entitlements.stale_after <= limit
    assert packaged.routing.entitlements == limited(packaged.routing.entitlements, sources)


def test_the_packaged_set_shows_no_bot_who_a_person_is(packaged: Rules) -> None:
    for team in packaged.teams.values():
        if team.is_automated:
            for field in packaged.context.seen_by(team.id):
                spec = packaged.context.spec_of(field)
                assert spec is not None
                assert not spec.is_personal


FIELDS = "fields: [account.name, contract.plan]\n"


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("", "1:1: the file is empty; copy the one of another kind or folder"),
        ("[1]", "1:1: context.yaml is not a mapping; write lines of 'key: value'"),
        ("fields: []\nmark: {}", "2:1: unknown key of context.yaml 'mark'; did you mean 'marks'?"),
        ("marks: {}", "1:1: context.yaml has no 'fields'; add it"),
        (
            "fields: account.name",
            "1:9: 'fields' is not a list; write it in brackets or as lines that begin with '- '",
        ),
        ("fields: [7]", "1:10: field is not text; put it in quotes"),
        ("fields: [acount.name]", "1:10: unknown field 'acount.name'; did you mean 'account.name'?"),
        (
            "fields:\n- account.name\n- account.name",
            "3:3: 'account.name' is listed twice, first on line 2; keep one",
        ),
        (f"{FIELDS}teams: {{biling: {{}}}}", "2:9: unknown team 'biling'; did you mean 'billing'?"),
        (
            f"{FIELDS}teams: {{billing: {{ad: []}}}}",
            "2:19: unknown key of team 'billing' 'ad'; did you mean 'add'?",
        ),
        (
            f"{FIELDS}teams: {{billing: {{add: [account.name]}}}}",
            "2:24: every team sees 'account.name'; take it away here",
        ),
        (
            f"{FIELDS}teams: {{billing: {{add: [account.contact_phone]}}}}",
            "2:24: 'account.contact_phone' is personal; list it under 'personal' instead",
        ),
        (
            f"{FIELDS}teams: {{billing: {{remove: [nps.score]}}}}",
            "2:27: 'billing' does not see 'nps.score' anyway; take it away here",
        ),
        (
            f"{FIELDS}teams: {{billing: {{personal: [nps.score]}}}}",
            "2:29: 'nps.score' is not personal; list it under 'add' instead",
        ),
        (
            f"{FIELDS}teams: {{billing: {{language: fr}}}}",
            "2:29: unknown language 'fr'; use one of: de, en",
        ),
        (
            f"{FIELDS}marks: {{first_days: 90}}",
            "2:21: the first_days 90 has no unit; write a duration such as 15m",
        ),
        (
            f"{FIELDS}marks: {{low_nps: 11}}",
            "2:18: 'low_nps' is not a whole number from 0 to 10; write one",
        ),
        (
            f"{FIELDS}marks: {{usage_drop: 20.5}}",
            "2:21: 'usage_drop' is not a whole number from 1 to 100; write one",
        ),
        (
            f"{FIELDS}marks: {{failed_states: [pastdue]}}",
            "2:25: unknown code of 'billing.payment_state' 'pastdue'; did you mean 'past_due'?",
        ),
        (
            f"{FIELDS}issues: {{closed_states: [resolve]}}",
            "2:26: unknown code of 'issue.status' 'resolve'; did you mean 'resolved'?",
        ),
        (f"{FIELDS}issues: {{shown: 0}}", "2:17: 'shown' is not a whole number from 1 to 10; write one"),
        (
            f"{FIELDS}interactions: {{show: 1}}",
            "2:16: unknown key of 'interactions' 'show'; did you mean 'shown'?",
        ),
        (
            f"{FIELDS}own_fields: {{account.name: {{label: N}}}}",
            "2:14: 'account.name' is a field that everyone knows; take it away here",
        ),
        (
            f"{FIELDS}own_fields: {{acount.region: {{label: R}}}}",
            "2:14: unknown subject 'acount'; did you mean 'account'?",
        ),
        (
            f"{FIELDS}own_fields: {{account.Region: {{label: R}}}}",
            "2:14: 'account.Region' is not a field; write SUBJECT.name, in small letters, digits and _",
        ),
        (f"{FIELDS}own_fields: {{account.r: {{}}}}", "2:25: field 'account.r' has no 'label'; add it"),
        (
            f"{FIELDS}own_fields: {{account.r: {{label: R, type: txt}}}}",
            "2:42: unknown type 'txt'; did you mean 'text'?",
        ),
    ],
)
def test_a_wrong_key_of_the_context(tmp_path: Path, text: str, problem: str) -> None:
    write(a_set(tmp_path), FILE, text)
    write(tmp_path, "translations.yaml", TRANSLATIONS)
    assert told(tmp_path) == [f"{FILE}:{problem}"]


def test_all_problems_of_both_files_are_told_at_once(tmp_path: Path) -> None:
    write(a_set(tmp_path), FILE, "fields: [a.b]\nteams: {nobody: {}}\nissues: {shown: 0}\n")
    write(tmp_path, "translations.yaml", "fields: {c.d: {e: f}}\nseverities: {}\n")
    assert [(p.file, p.line, p.column) for p in check(tmp_path)] == [
        ("context.yaml", 1, 10),
        ("context.yaml", 2, 9),
        ("context.yaml", 3, 17),
        ("translations.yaml", 1, 10),
        ("translations.yaml", 2, 13),
    ]
