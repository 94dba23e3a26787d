"""Several systems speak of one field: the owner wins, else the newest, and the others are shown."""

from __future__ import annotations

from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from orchestrator.domain.context.record import Record
from orchestrator.domain.context.resolve import disputes, group, winner
from orchestrator.domain.context.subjects import Subject
from tests.builders import HOUR
from tests.unit.domain.context.known import says
from tests.unit.domain.properties import PROPERTY

BILLING = says("billing", {"payment_state": "past_due"}, system="billing", ago=3 * HOUR)
CRM = says("billing", {"payment_state": "paid"}, system="crm", ago=HOUR)
DESK = says("billing", {"payment_state": "grace_pd"}, system="desk", ago=2 * HOUR)


def won(records: list[Record], owner: str | None, name: str = "payment_state") -> tuple[str, object] | None:
    claim = winner(records, name, owner)
    return (claim[0].system, claim[1].value) if claim is not None else None


def lost(records: list[Record], owner: str | None, name: str = "payment_state") -> list[tuple[str, object]]:
    claim = winner(records, name, owner)
    assert claim is not None
    return [(record.system, held.value) for record, held in disputes(records, name, claim)]


def test_the_owner_wins_though_others_spoke_later() -> None:
    assert won([CRM, BILLING, DESK], "billing") == ("billing", "past_due")
    assert lost([CRM, BILLING, DESK], "billing") == [("crm", "paid"), ("desk", "grace_pd")]


def test_without_an_owner_the_newest_wins() -> None:
    assert won([DESK, BILLING, CRM], None) == ("crm", "paid")
    assert lost([DESK, BILLING, CRM], None) == [("desk", "grace_pd"), ("billing", "past_due")]


def test_an_owner_that_is_silent_leaves_it_to_the_newest() -> None:
    assert won([DESK, CRM], "billing") == ("crm", "paid")


def test_an_owner_that_took_the_value_away_says_that_there_is_none() -> None:
    silent = says("billing", {"payment_state": None}, system="billing", ago=9 * HOUR)
    assert won([CRM, silent], "billing") == ("billing", None)
    assert lost([CRM, silent], "billing") == [("crm", "paid")]


def test_another_system_that_took_its_value_away_does_not_take_away_that_of_others() -> None:
    silent = says("billing", {"payment_state": None}, system="desk")
    assert won([silent, CRM], None) == ("crm", "paid")
    assert lost([silent, CRM], None) == []


def test_systems_that_agree_are_no_conflict() -> None:
    same = says("billing", {"payment_state": "paid"}, system="desk")
    assert lost([CRM, same], "crm") == []


def test_a_field_of_which_nobody_spoke_is_not_there() -> None:
    assert winner([CRM], "currency", None) is None
    assert winner([CRM, BILLING], "currency", "billing") is None
    assert winner([], "currency", None) is None


def test_a_person_s_own_preference_comes_before_that_of_the_account() -> None:
    person = says("preference", {"language": "de"}, key="customer:cust-1", ago=900 * HOUR)
    account = says("preference", {"language": "en"}, ago=HOUR, by="event-2")
    assert won([account, person], None, "language") == ("crm", "de")
    assert lost([account, person], None, "language") == []


def test_the_account_s_own_bill_comes_before_that_of_a_person() -> None:
    person = says("billing", {"payment_state": "paid"}, key="customer:cust-1", system="desk")
    assert won([person, BILLING], None) == ("billing", "past_due")
    assert lost([person, BILLING], None) == [("desk", "paid")]


def test_of_several_invoices_of_one_system_the_newest_speaks() -> None:
    old = says("billing", {"last_invoice": "INV-1"}, item="INV-1", ago=2 * HOUR)
    new = says("billing", {"last_invoice": "INV-2"}, item="INV-2", ago=HOUR)
    assert won([new, old], "crm", "last_invoice") == ("crm", "INV-2")
    assert lost([new, old], "crm", "last_invoice") == []


def test_records_are_grouped_by_what_they_are_about() -> None:
    known = group([CRM, says("issue", {"title": "Slow"}, item="INC-1"), BILLING])
    assert known.single == {Subject.BILLING: [CRM, BILLING]}
    assert [*known.many] == [Subject.ISSUE]
    assert [*known.many[Subject.ISSUE]] == ["INC-1"]


SPOKEN = st.lists(
    st.builds(
        lambda system, value, minutes, by, person: says(
            "billing",
            {"payment_state": value},
            system=system,
            ago=timedelta(minutes=minutes),
            by=by,
            key="customer:cust-1" if person else "account:acct-1",
        ),
        system=st.sampled_from(["billing", "crm", "desk"]),
        value=st.sampled_from(["paid", "past_due", None]),
        minutes=st.integers(0, 3),
        by=st.sampled_from(["event-1", "event-2"]),
        person=st.booleans(),
    ),
    min_size=1,
    max_size=6,
    unique_by=lambda record: record.address,
)


@PROPERTY
@given(records=SPOKEN, owner=st.sampled_from(["billing", "crm", None]), data=st.data())
def test_the_order_of_records_never_matters(
    records: list[Record], owner: str | None, data: st.DataObject
) -> None:
    shuffled = list(data.draw(st.permutations(records)))
    assert winner(records, "payment_state", owner) == winner(shuffled, "payment_state", owner)
    assert lost(records, owner) == lost(shuffled, owner)


@PROPERTY
@given(records=SPOKEN, owner=st.sampled_from(["billing", "crm", None]))
def test_what_wins_is_the_owner_s_and_nothing_newer_of_its_kind_loses(
    records: list[Record], owner: str | None
) -> None:
    claim = winner(records, "payment_state", owner)
    assert claim is not None
    if any(record.system == owner for record in records):
        assert claim[0].system == owner
    rivals = [
        record
        for record in records
        if (record.system == owner) == (claim[0].system == owner)
        and record.key == claim[0].key
        and record.fields["payment_state"].value is not None
    ]
    if claim[1].value is not None:
        assert claim[1].at >= max(record.fields["payment_state"].at for record in rivals)
