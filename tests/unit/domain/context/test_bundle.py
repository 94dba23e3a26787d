"""What a team is shown: few fields, in order, each with its source, its age and what to do without it."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orchestrator.domain.context.record import Record, bury
from orchestrator.domain.context.shown import Bundle, BundleField
from orchestrator.domain.context.sources import FieldSource
from tests.builders import HOUR, MINUTE, SECOND, T0
from tests.unit.domain.context.known import FALLBACK, RULES, SOURCES, field_of, says, shown_to
from tests.unit.domain.properties import PROPERTY

PAID = says("billing", {"payment_state": "paid"}, system="billing", ago=10 * MINUTE)
LONG_AGO = says("billing", {"payment_state": "grace_pd"}, system="billing", ago=26 * HOUR)


def test_a_fresh_field_says_who_said_it_and_when() -> None:
    assert field_of(shown_to("chat", PAID), "billing.payment_state") == BundleField(
        name="billing.payment_state",
        label="Payment",
        value="Paid",
        code="paid",
        source="Billing",
        observed_at=T0 - 10 * MINUTE,
        age="10 minutes",
        state="fresh",
    )


def test_a_stale_field_says_what_to_do_instead() -> None:
    field = field_of(shown_to("chat", LONG_AGO), "billing.payment_state")
    assert (field.value, field.state, field.age, field.fallback) == (
        "Grace Period",
        "stale",
        "26 hours",
        FALLBACK,
    )


def test_a_missing_field_is_there_and_says_what_to_do_instead() -> None:
    assert field_of(shown_to("chat"), "billing.payment_state") == BundleField(
        name="billing.payment_state", label="Payment", state="missing", fallback=FALLBACK
    )


@pytest.mark.parametrize(
    ("ago", "state"),
    [(timedelta(), "fresh"), (HOUR, "fresh"), (HOUR + SECOND, "stale"), (-4 * MINUTE, "fresh")],
)
def test_a_field_is_stale_beyond_the_threshold_of_the_map(ago: timedelta, state: str) -> None:
    record = says("billing", {"payment_state": "paid"}, system="billing", ago=ago)
    assert field_of(shown_to("chat", record), "billing.payment_state").state == state


def test_a_field_with_only_a_limit_is_stale_beyond_that() -> None:
    sources = {"account.name": FieldSource("account.name", error_after=HOUR)}
    old = says("account", {"name": "Acme"}, ago=HOUR + SECOND)
    assert field_of(shown_to("chat", old, sources=sources), "account.name").state == "stale"


def test_a_field_of_which_the_map_says_nothing_is_never_stale() -> None:
    field = field_of(shown_to("chat", says("account", {"name": "Acme"}, ago=9_000 * HOUR)), "account.name")
    assert (field.state, field.fallback, field.age) == ("fresh", None, "375 days")


def test_a_clock_that_is_a_little_ahead_makes_no_negative_age() -> None:
    record = says("account", {"name": "Acme"}, ago=-4 * MINUTE)
    assert field_of(shown_to("chat", record), "account.name").age == "less than a minute"


def test_a_system_that_the_map_does_not_know_is_called_by_its_id() -> None:
    record = says("account", {"name": "Acme"}, system="spreadsheet")
    assert field_of(shown_to("chat", record), "account.name").source == "spreadsheet"


def test_a_field_that_was_taken_away_is_missing() -> None:
    assert field_of(shown_to("chat", says("account", {"name": None})), "account.name").state == "missing"


def test_a_deleted_record_is_missing() -> None:
    gone = bury(PAID, PAID.address, at=T0, now=T0)
    assert field_of(shown_to("chat", gone), "billing.payment_state").state == "missing"


def test_fields_stand_in_the_order_of_the_file() -> None:
    rules = RULES.model_copy(update={"fields": ("billing.payment_state", "account.name", "contract.plan")})
    bundle = shown_to("chat", PAID, rules=rules)
    assert [field.name for field in bundle.fields] == [
        "billing.payment_state",
        "account.name",
        "contract.plan",
    ]


def test_personal_data_is_shown_only_to_a_team_that_may_see_it() -> None:
    record = says("account", {"contact_phone": "+49 30 901820", "contact_email": "ada@acme.example"})
    assert "901820" not in shown_to("chat", record).model_dump_json()
    phone = shown_to("phone", record).model_dump_json()
    assert "901820" in phone
    assert "ada@acme.example" not in phone


def test_a_team_reads_codes_in_its_own_language() -> None:
    assert field_of(shown_to("berlin", PAID), "billing.payment_state").value == "Bezahlt"
    assert field_of(shown_to("berlin", LONG_AGO), "billing.payment_state").value == "Grace Period"


def test_an_unknown_code_passes_through_marked() -> None:
    bundle = shown_to("chat", says("billing", {"payment_state": "zombie"}, system="billing"))
    field = field_of(bundle, "billing.payment_state")
    assert (field.value, field.is_unknown_code) == ("zombie", True)


def test_a_conflict_shows_both_values_and_who_wins() -> None:
    other = says("billing", {"payment_state": "past_due"}, system="crm", ago=MINUTE)
    bundle = shown_to("chat", PAID, other)
    assert field_of(bundle, "billing.payment_state").value == "Paid"
    (conflict,) = bundle.conflicts
    assert (conflict.name, conflict.label, conflict.decided_by) == (
        "billing.payment_state",
        "Payment",
        "owner",
    )
    assert (conflict.winner.source, conflict.winner.value, conflict.winner.age) == (
        "Billing",
        "Paid",
        "10 minutes",
    )
    assert [(said.source, said.value, said.age) for said in conflict.others] == [
        ("CRM", "Past Due", "1 minute")
    ]


def test_without_an_owner_the_conflict_says_that_the_newest_wins() -> None:
    bundle = shown_to(
        "chat",
        says("account", {"name": "Acme"}, ago=HOUR),
        says("account", {"name": "Acme Inc"}, system="desk"),
    )
    (conflict,) = bundle.conflicts
    assert (conflict.decided_by, conflict.winner.value) == ("newest", "Acme Inc")


def test_an_owner_that_took_a_value_away_is_in_the_conflict() -> None:
    gone = says("billing", {"payment_state": None}, system="billing")
    other = says("billing", {"payment_state": "paid"}, system="crm", ago=MINUTE)
    bundle = shown_to("chat", gone, other)
    assert field_of(bundle, "billing.payment_state").state == "missing"
    (conflict,) = bundle.conflicts
    assert (conflict.winner.source, conflict.winner.value, conflict.others[0].value) == (
        "Billing",
        None,
        "Paid",
    )


def test_a_team_hears_nothing_of_a_conflict_in_a_field_that_it_may_not_see() -> None:
    other = says("billing", {"payment_state": "past_due"}, system="crm", ago=MINUTE)
    bundle = shown_to("bot", PAID, other)
    assert bundle.conflicts == ()
    assert "payment_state" not in bundle.model_dump_json()


def issue(id: str, hours: int, *, system: str = "status", **over: str | None) -> Record:
    opened_at = (T0 - hours * HOUR).isoformat()
    fields = {"title": f"Issue {id}", "status": "open", "opened_at": opened_at} | over
    return says("issue", dict(fields), item=id, system=system, ago=HOUR)


def test_open_issues_are_shown_the_newest_first_and_at_most_three() -> None:
    issues = [issue("a", 9), issue("b", 1), issue("c", 5), issue("d", 2), issue("e", 1, status="resolved")]
    assert [each.id for each in shown_to("chat", *issues).issues] == ["b", "d", "c"]


def test_an_issue_says_where_it_comes_from_and_how_old_that_is() -> None:
    (shown,) = shown_to("chat", issue("INC-1", 9, workaround="Reload")).issues
    assert (shown.id, shown.title, shown.status, shown.workaround) == (
        "INC-1",
        "Issue INC-1",
        "Open",
        "Reload",
    )
    assert (shown.source, shown.age, shown.state, shown.severity) == ("status", "1 hour", "fresh", None)
    assert shown.opened_at == "2026-03-02 00:00 UTC"


def test_an_issue_of_which_nothing_was_heard_for_long_is_stale() -> None:
    (shown,) = shown_to("chat", issue("INC-1", 9), now=T0 + 24 * HOUR).issues
    assert (shown.state, shown.fallback) == ("stale", "read the status page")


def test_an_issue_without_a_beginning_counts_from_when_it_was_first_heard_of() -> None:
    issues = [issue("late", 0, opened_at=None), issue("old", 3), issue("new", 0)]
    assert [each.id for each in shown_to("chat", *issues).issues] == ["new", "late", "old"]


def test_systems_that_disagree_on_an_issue_are_a_conflict_of_that_issue() -> None:
    bundle = shown_to("chat", issue("INC-1", 9), issue("INC-1", 9, system="desk", status="resolved"))
    assert [each.id for each in bundle.issues] == ["INC-1"]
    (conflict,) = bundle.conflicts
    assert (conflict.name, conflict.item) == ("issue.status", "INC-1")
    assert (conflict.winner.value, conflict.others[0].value) == ("Open", "Resolved")


def test_a_team_sees_of_an_issue_what_it_may() -> None:
    (shown,) = shown_to("bot", issue("INC-1", 9)).issues
    assert (shown.title, shown.status) == (None, "Open")


def test_a_deleted_issue_is_gone() -> None:
    record = issue("INC-1", 9)
    assert shown_to("chat", bury(record, record.address, at=T0, now=T0)).issues == ()


def test_the_last_interactions_are_shown_with_their_resolution() -> None:
    talks = [
        says(
            "interaction",
            {"channel": "chat", "happened_at": (T0 - n * HOUR).isoformat(), "resolution": f"Reset {n}"},
            item=f"talk-{n}",
            key="customer:cust-1",
        )
        for n in (30, 2, 50, 4)
    ]
    shown = shown_to("chat", *talks).interactions
    assert [(each.id, each.resolution, each.age) for each in shown] == [
        ("talk-2", "Reset 2", "2 hours"),
        ("talk-4", "Reset 4", "4 hours"),
        ("talk-30", "Reset 30", "30 hours"),
    ]


def test_a_team_that_may_see_nothing_of_interactions_has_none() -> None:
    rules = RULES.model_copy(update={"fields": ("account.name",)})
    talk = says("interaction", {"summary": "Secret"}, key="customer:cust-1")
    bundle = shown_to("chat", talk, issue("INC-1", 1), rules=rules)
    assert (bundle.interactions, bundle.issues) == ((), ())


def test_a_bundle_is_read_back_as_it_was_written() -> None:
    bundle = shown_to(
        "phone",
        LONG_AGO,
        issue("INC-1", 9),
        says("billing", {"payment_state": "paid"}),
        says("nps", {"score": 2}),
    )
    assert bundle.conflicts
    assert bundle.marks
    assert Bundle.model_validate_json(bundle.model_dump_json()) == bundle
    assert Bundle.model_validate(bundle.model_dump()) == bundle


PLAIN = st.text(st.characters(exclude_categories=("Cc", "Cs")), max_size=8)
VALUES = st.none() | st.booleans() | st.integers(-99, 99) | PLAIN | st.lists(st.integers(-99, 99), max_size=2)
RECORDS = st.lists(
    st.builds(
        lambda subject, fields, system, hours, item: says(
            subject, fields, system=system, ago=hours * HOUR, item=item if subject != "account" else None
        ),
        subject=st.sampled_from(["account", "billing", "issue", "interaction", "nps", "usage", "contract"]),
        fields=st.dictionaries(
            st.sampled_from(["payment_state", "name", "since", "score", "trend", "status", "opened_at", "x"]),
            VALUES,
            min_size=1,
        ),
        system=st.sampled_from(["crm", "billing"]),
        hours=st.integers(0, 99),
        item=st.sampled_from(["one", "two"]),
    ),
    max_size=6,
    unique_by=lambda record: record.address,
)


@PROPERTY
@given(records=RECORDS, data=st.data())
def test_whatever_sources_send_there_is_one_bundle_in_any_order(
    records: list[Record], data: st.DataObject
) -> None:
    bundle = shown_to("chat", *records)
    assert bundle == shown_to("chat", *data.draw(st.permutations(records)))
    assert Bundle.model_validate_json(bundle.model_dump_json()) == bundle
    assert [field.name for field in bundle.fields] == [
        name for name in RULES.seen_by("chat") if not name.startswith(("issue.", "interaction."))
    ]
    for field in bundle.fields:
        assert (field.value is None) == (field.state == "missing") == (field.observed_at is None)
        if field.state != "fresh":
            assert field.fallback == (SOURCES[field.name].fallback if field.name in SOURCES else None)
