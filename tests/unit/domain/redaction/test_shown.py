from __future__ import annotations

from uuid import UUID

import pytest

from orchestrator.domain.context.shown import Bundle, BundleField, Conflict, KnownIssue, PastInteraction, Said
from orchestrator.domain.handoff import Status
from orchestrator.domain.model import Priority
from orchestrator.domain.open_work import EarlierHandoff, EarlierList, OpenWork, OpenWorkList
from orchestrator.domain.redaction.shown import hide_in_bundle, hide_in_earlier, hide_in_open_work
from tests.builders import T0

SAID = "write to ada@example.com or call +49 30 901820"
HIDDEN = "write to [e-mail removed] or call [phone removed]"
PLAIN = "the export stops at 90 %"


def some_work(reason: str) -> OpenWorkList:
    work = OpenWork(
        handoff_id=UUID(int=1),
        case_id="case-1",
        title="To billing",
        team="billing",
        status=Status.ACCEPTED,
        since=T0,
        priority=Priority.HIGH,
        reason=reason,
    )
    return OpenWorkList(shown=(work,), more=3)


def an_earlier(text: str) -> EarlierList:
    hop = EarlierHandoff(
        handoff_id=UUID(int=1),
        title="To billing",
        from_team="chat",
        to_team="billing",
        requested_at=T0,
        reason=text,
        status=Status.DECLINED,
        outcome=text,
        ended_at=T0,
        by="Ann",
        is_side=False,
    )
    return EarlierList(shown=(hop,))


def a_bundle(text: str) -> Bundle:
    said = Said(source="CRM", value=text, observed_at=T0, age="a minute")
    return Bundle(
        fields=(
            BundleField(name="nps.comment", label="Comment", value=text),
            BundleField(name="account.region", label="Region", value=text),
            BundleField(name="billing.last_invoice", label="Last invoice"),
        ),
        issues=(KnownIssue(id="INC-1", title=text, workaround=text, more={"Where": text}),),
        interactions=(PastInteraction(id="c-1", summary=text, resolution=text, agent=text),),
        conflicts=(
            Conflict(
                name="nps.comment", label="Comment", winner=said, others=(said, said), decided_by="newest"
            ),
        ),
    )


def test_addresses_and_numbers_go_from_what_others_wrote() -> None:
    assert hide_in_open_work(some_work(SAID)) == some_work(HIDDEN)
    assert hide_in_earlier(an_earlier(SAID)) == an_earlier(HIDDEN)
    assert hide_in_bundle(a_bundle(SAID)) == a_bundle(HIDDEN)


def test_what_has_none_is_the_very_same() -> None:
    work, earlier, bundle = some_work(PLAIN), an_earlier(PLAIN), a_bundle(PLAIN)
    assert hide_in_open_work(work) is work
    assert hide_in_earlier(earlier) is earlier
    assert hide_in_bundle(bundle) is bundle


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("account.arr", "4930901820"),
        ("billing.last_payment_at", "2026-03-02 09:00 UTC"),
        ("contract.sku", "a@b.de"),
    ],
)
def test_numbers_dates_and_codes_are_no_texts(name: str, value: str) -> None:
    bundle = Bundle(fields=(BundleField(name=name, label=name, value=value),))
    assert hide_in_bundle(bundle) is bundle
