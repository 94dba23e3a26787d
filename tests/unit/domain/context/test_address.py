from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orchestrator.domain.context.address import Address
from orchestrator.domain.context.subjects import MANY, Subject
from orchestrator.domain.errors import Refused
from tests.unit.domain.context.known import says
from tests.unit.domain.properties import PROPERTY

PARTS = st.text(st.characters(exclude_categories=("Cc", "Cs")), min_size=1, max_size=60)


def test_the_address_of_a_record_is_readable() -> None:
    assert says("account", {"name": "Acme"}).address.text == "account:acct-1/crm"
    issue = says("issue", {"title": "Slow"}, system="status page", item="INC/42")
    assert issue.address.text == "account:acct-1/status%20page/INC%2F42"


@PROPERTY
@given(
    subject=st.sampled_from(sorted(Subject)),
    kind=st.sampled_from(["account", "customer"]),
    id=PARTS,
    system=PARTS,
    item=st.just("") | PARTS,
)
def test_every_address_is_read_back_as_it_was_written(
    subject: Subject, kind: str, id: str, system: str, item: str
) -> None:
    address = Address(subject, f"{kind}:{id}", system, item or ("one" if subject in MANY else ""))
    assert Address.parse(subject, address.text) == address


@pytest.mark.parametrize(
    "text",
    ["", "acct-1", "account:acct-1", "account:/crm", "account:acct-1/", "team:a/crm", "account:a/crm/b/c"],
)
def test_a_key_that_names_no_record_is_refused(text: str) -> None:
    with pytest.raises(Refused, match="write account:ID/SYSTEM") as refused:
        Address.parse(Subject.ACCOUNT, text)
    assert refused.value.code == "bad-key"


@pytest.mark.parametrize("text", [f"account:{'a' * 201}/crm", "account:a%00/crm", "account:a/crm%0A"])
def test_a_part_that_is_no_identifier_is_refused(text: str) -> None:
    with pytest.raises(Refused, match="not text of 1 to 200 characters"):
        Address.parse(Subject.ACCOUNT, text)


def test_a_tombstone_of_one_of_several_has_to_say_which() -> None:
    with pytest.raises(Refused, match="does not say which issue"):
        Address.parse(Subject.ISSUE, "account:acct-1/crm")
