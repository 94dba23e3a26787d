from __future__ import annotations

import pytest

from orchestrator.domain.checklist import FACTS, ChecklistItem, Fact, Stage, fill, missing, unfinished
from orchestrator.domain.lifecycle.requests import Earlier, request
from orchestrator.domain.model import Reason, Sentiment, Severity, Turn
from tests.builders import CHECKLIST, T0, a_cause, a_customer, a_kind, a_policy, a_request
from tests.unit.domain.context.known import says

VERIFIED = "account.identity_verified"


def an_item(filled_by: str | None = None, **over: object) -> ChecklistItem:
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


def test_every_fact_is_tried_here() -> None:
    assert PRESENT.keys() == ABSENT.keys() == FACTS


def test_an_item_is_filled_in_by_the_field_of_the_context_that_it_names() -> None:
    items = (an_item(VERIFIED),)
    assert fill(items, a_request(), {VERIFIED: True}) == {"item"}
    assert fill(items, a_request(), {VERIFIED: False}) == frozenset()
    assert fill(items, a_request(), {"account.name": "Acme"}) == frozenset()
    assert fill(items, a_request()) == frozenset()


def test_an_item_is_filled_in_by_a_condition_on_the_context() -> None:
    items = (an_item("billing.payment_state is not overdue"),)
    assert fill(items, a_request(), {"billing.payment_state": "paid"}) == {"item"}
    assert fill(items, a_request(), {"billing.payment_state": "overdue"}) == frozenset()


def test_a_tick_set_to_false_wins_over_the_context() -> None:
    asked = a_request(checklist={"item": False})
    assert fill((an_item(VERIFIED),), asked, {VERIFIED: True}) == frozenset()


def test_the_context_fills_nothing_in_for_the_receiver() -> None:
    assert fill((an_item(VERIFIED, stage=Stage.AFTER),), a_request(), {VERIFIED: True}) == frozenset()


def test_an_item_that_asks_for_what_cannot_be_asked_is_no_item() -> None:
    with pytest.raises(ValueError, match="'sumary' is no condition on a field"):
        an_item("sumary")


def test_what_is_known_of_the_customer_counts_when_a_handoff_is_requested() -> None:
    items = (an_item(VERIFIED, id="verified"), an_item("contract.tier is known", id="tier"))
    kind = a_kind("tier-1-to-tier-2", checklist=items, when_incomplete="hold")
    said = (
        says("account", {"identity_verified": True}),
        says("contract", {"tier": "gold"}),
    )
    earlier = Earlier(records=said)
    handoff, _ = request(a_request(), cause=a_cause(), policy=a_policy(kind), now=T0, earlier=earlier)
    assert (handoff.brought, handoff.status.value) == (("verified", "tier"), "offered")
    handoff, _ = request(a_request(), cause=a_cause(), policy=a_policy(kind), now=T0)
    assert (handoff.brought, handoff.status.value) == ((), "held")


def test_unfinished_are_the_required_items_of_the_receiver_in_their_order() -> None:
    items = (
        an_item(id="before"),
        an_item(id="b", stage=Stage.AFTER),
        an_item(id="a", stage=Stage.AFTER),
        an_item(id="nice", stage=Stage.AFTER, required=False),
    )
    assert unfinished(items, ()) == ("b", "a")
    assert unfinished(items, ("b",)) == ("a",)
