from __future__ import annotations

from orchestrator.domain.context.rules import ContextRules, TeamContext
from orchestrator.domain.context.subjects import FieldSpec
from orchestrator.domain.context.translations import Translations
from orchestrator.domain.model import Priority, Severity

RULES = ContextRules(
    fields=("account.name", "account.contact_name", "contract.plan", "nps.score"),
    own_fields={
        "account.region": FieldSpec(type="text", label="Region"),
        "account.birthday": FieldSpec(type="date", label="Birthday", is_personal=True),
    },
    teams={
        "phone": TeamContext(personal=("account.contact_name", "account.contact_phone"), language="de"),
        "bot": TeamContext(remove=("nps.score",), add=("account.region", "account.birthday")),
    },
)


def test_a_team_without_rules_of_its_own_sees_what_all_see_but_nothing_personal() -> None:
    assert RULES.seen_by("chat") == ("account.name", "contract.plan", "nps.score")


def test_a_personal_field_stands_where_the_file_puts_it() -> None:
    assert RULES.seen_by("phone") == (
        "account.name",
        "account.contact_name",
        "contract.plan",
        "nps.score",
        "account.contact_phone",
    )


def test_what_a_team_adds_comes_last_and_what_it_removes_is_gone() -> None:
    assert RULES.seen_by("bot") == ("account.name", "contract.plan", "account.region")


def test_a_field_that_nobody_declared_is_never_shown() -> None:
    assert ContextRules(fields=("account.secret", "account.name")).seen_by("chat") == ("account.name",)


def test_what_is_known_of_a_field_is_in_the_catalogue_or_in_the_file() -> None:
    assert RULES.spec_of("account.region") == FieldSpec(type="text", label="Region")
    plan = RULES.spec_of("contract.plan")
    assert plan is not None
    assert plan.label == "Plan"
    assert RULES.spec_of("account.shoe_size") is None


def test_a_team_reads_codes_in_its_language() -> None:
    assert (RULES.language_of("phone"), RULES.language_of("bot"), RULES.language_of("chat")) == (
        "de",
        "en",
        "en",
    )


WORDS = Translations(
    fields={"billing.payment_state": {"paid": "Paid", "open": "Open"}},
    languages={"de": {"billing.payment_state": {"paid": "Bezahlt"}}},
    severities={Priority.URGENT: Severity.SEV1},
)


def test_words_that_a_language_lacks_are_those_of_the_default() -> None:
    assert WORDS.vocabulary("billing.payment_state", "de") == {"paid": "Bezahlt", "open": "Open"}
    assert WORDS.vocabulary("billing.payment_state") == {"paid": "Paid", "open": "Open"}
    assert WORDS.vocabulary("billing.payment_state", "fr") == {"paid": "Paid", "open": "Open"}
    assert WORDS.vocabulary("account.name", "de") == {}


def test_a_priority_has_the_severity_that_the_file_gives_it() -> None:
    assert WORDS.severity_of(Priority.URGENT) is Severity.SEV1
    assert WORDS.severity_of(Priority.LOW) is None


def test_the_rules_survive_storage() -> None:
    assert ContextRules.model_validate_json(RULES.model_dump_json()) == RULES
    assert Translations.model_validate_json(WORDS.model_dump_json()) == WORDS
