from __future__ import annotations

import pytest

from orchestrator.domain.checklist import ChecklistItem, Fact, Stage, fill, missing
from orchestrator.domain.model import Reason, Sentiment, Severity, Turn
from tests.builders import CHECKLIST, a_customer, a_request


def an_item(filled_by: Fact | None = None, **over: object) -> ChecklistItem:
    fields = {"id": "item", "stage": Stage.BEFORE, "text": "An item", "filled_by": filled_by}
    return ChecklistItem.model_validate(fields | over)


PRESENT: dict[Fact, dict[str, object]] = {
    "account_id": {"customer": a_customer(account_id="acct-1")},
    "customer_name": {"customer": a_customer(name="Ada")},
    "done_so_far": {"done_so_far": ("Restarted it",)},
    "incident": {"incident": "INC-1"},
    "logs": {"logs": "ERROR"},
    "reason": {"reason": Reason(code="refund")},
    "sentiment": {"sentiment": Sentiment(score=0)},
    "severity": {"severity": Severity.SEV1},
    "summary": {"summary": "It broke"},
    "turns": {"turns": (Turn(id="t", speaker="customer", text="Hello"),)},
}
ABSENT: dict[Fact, dict[str, object]] = {
    "account_id": {"customer": a_customer(account_id=None)},
    "customer_name": {"customer": a_customer(name=None)},
    "done_so_far": {"done_so_far": ()},
    "incident": {"incident": None},
    "logs": {"logs": ""},
    "reason": {"reason": Reason()},
    "sentiment": {"sentiment": None},
    "severity": {"severity": None},
    "summary": {"summary": None},
    "turns": {"turns": ()},
}


@pytest.mark.parametrize("fact", list(PRESENT))
def test_an_item_is_filled_in_by_the_fact_it_names(fact: Fact) -> None:
    assert fill((an_item(fact),), a_request(**PRESENT[fact])) == {"item"}


@pytest.mark.parametrize("fact", list(ABSENT))
def test_an_item_stays_open_without_the_fact_it_names(fact: Fact) -> None:
    assert fill((an_item(fact),), a_request(**ABSENT[fact])) == frozenset()


@pytest.mark.parametrize(
    ("fact", "over"),
    [
        ("summary", {"summary": " \n"}),
        ("logs", {"logs": "\t"}),
        ("customer_name", {"customer": a_customer(name=" ")}),
        ("reason", {"reason": Reason(text="  ")}),
    ],
)
def test_blank_text_fills_nothing_in(fact: Fact, over: dict[str, object]) -> None:
    assert fill((an_item(fact),), a_request(**over)) == frozenset()


def test_a_reason_in_words_alone_is_a_reason() -> None:
    assert fill((an_item("reason"),), a_request(reason=Reason(text="It broke"))) == {"item"}


def test_an_item_that_no_fact_fills_in_needs_a_tick() -> None:
    assert fill((an_item(),), a_request(checklist={})) == frozenset()
    assert fill((an_item(),), a_request(checklist={"item": True})) == {"item"}


def test_a_tick_set_to_false_wins_over_the_fact() -> None:
    asked = a_request(summary="It broke", checklist={"item": False})
    assert fill((an_item("summary"),), asked) == frozenset()


def test_a_tick_stands_in_for_a_fact_that_is_absent() -> None:
    assert fill((an_item("logs"),), a_request(logs=None, checklist={"item": True})) == {"item"}


def test_a_tick_of_an_item_that_the_kind_does_not_have_fills_nothing_in() -> None:
    assert fill((an_item(),), a_request(checklist={"another": True})) == frozenset()


def test_missing_are_the_required_items_of_the_sender_in_their_order() -> None:
    assert missing(CHECKLIST, frozenset()) == ("identity-verified", "reason-stated", "summary-given")


def test_what_is_done_is_not_missing() -> None:
    assert missing(CHECKLIST, frozenset({"reason-stated", "acknowledged"})) == (
        "identity-verified",
        "summary-given",
    )


def test_items_of_the_later_stages_and_optional_ones_are_never_missing() -> None:
    items = (
        an_item(id="during", stage=Stage.DURING),
        an_item(id="after", stage=Stage.AFTER),
        an_item(id="nice", required=False),
    )
    assert missing(items, frozenset()) == ()


def test_a_kind_without_a_checklist_misses_nothing() -> None:
    assert missing((), frozenset()) == ()
    assert fill((), a_request(checklist={"item": True})) == frozenset()
