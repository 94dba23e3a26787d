"""A card says of an open handoff what the ledger holds."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import pytest

from orchestrator.board.live.card import Card, Risk
from orchestrator.board.live.card_reading import CardReading
from orchestrator.domain.clocks.clock import Suspension
from orchestrator.domain.handoff import Handoff, Status
from orchestrator.domain.questions import Question
from tests import builders as b
from tests.live_builders import WatchedInMemory, another, row_of


async def the_card(handoff: Handoff, monkeypatch: pytest.MonkeyPatch | None = None, **row: Any) -> Card:
    ledger = WatchedInMemory()
    ledger.write(handoff)
    if monkeypatch is not None:

        async def rows(_: Any) -> list[Any]:
            return [row_of(handoff, **row)]

        monkeypatch.setattr(ledger, "open_rows", rows)
    read = await CardReading(ledger, b.a_policy()).read([handoff.id])
    assert not read.unreadable
    return read.cards[0]


async def test_a_card_has_what_a_lead_looks_for() -> None:
    handoff = b.a_handoff(command=b.a_request(checklist={}))
    card = await the_card(handoff)
    kind = b.a_policy().rules.kinds[handoff.kind]
    assert (card.id, card.version, card.case_id) == (handoff.id, handoff.version, "case-1")
    assert (card.title, card.status, card.customer) == (kind.title, Status.OFFERED, "Ada Lovelace")
    assert (card.sending_team, card.receiving_team, card.agent) == ("tier-1", "tier-2", None)
    assert card.items == len(kind.checklist) > 0
    assert card.items_done == len(handoff.done)
    assert card.missing == ("identity-verified",)
    assert card.tier == handoff.entitlement.tier
    assert card.requested_at == b.T0


async def test_who_accepted_and_what_is_ticked_shows() -> None:
    card = await the_card(b.a_handoff(Status.ACCEPTED))
    assert card.status is Status.ACCEPTED
    assert card.agent == b.a_handoff(Status.ACCEPTED).receiving_agent
    assert card.agent is not None
    assert card.missing == ()
    assert card.items_done > 0


async def test_a_customer_without_a_name_is_called_by_the_id(monkeypatch: pytest.MonkeyPatch) -> None:
    assert (await the_card(b.a_handoff(), monkeypatch, name=None)).customer == "cust-1"
    assert (await the_card(b.a_handoff(), monkeypatch, name="")).customer == "cust-1"


async def test_bounces_of_the_case_are_counted_by_the_ledger(monkeypatch: pytest.MonkeyPatch) -> None:
    assert (await the_card(b.a_handoff(), monkeypatch, bounces=2)).bounces == 2


@pytest.mark.parametrize(
    ("over", "risk"),
    [
        ({}, Risk.ON_TIME),
        ({"fired": ("warn",)}, Risk.AT_RISK),
        ({"fired": ("warn", "breach")}, Risk.BREACHED),
        ({"suspensions": (Suspension(since=b.T0, reason="customer", actor="ada"),)}, Risk.PAUSED),
        (
            {"suspensions": (Suspension(since=b.T0, until=b.T0 + b.MINUTE, reason="x", actor="ada"),)},
            Risk.ON_TIME,
        ),
    ],
)
async def test_the_risk_of_a_clock_follows_from_what_it_has_seen(over: dict[str, Any], risk: Risk) -> None:
    handoff = b.a_handoff().model_copy(update={"clocks": (b.a_clock(**over),)})
    card = await the_card(handoff)
    assert card.clocks[0].risk is risk
    assert card.risk is risk


async def test_promises_stand_in_the_order_in_which_they_are_due_and_ended_ones_do_not() -> None:
    paused = b.a_clock(kind="first", due_at=None)
    late, soon = b.a_clock(kind="late", due_at=b.T0 + b.HOUR), b.a_clock(kind="soon", due_at=b.T0 + b.MINUTE)
    met = b.a_clock(kind="met", ended_at=b.T0, outcome="met")
    card = await the_card(b.a_handoff().model_copy(update={"clocks": (paused, met, late, soon)}))
    assert [clock.kind for clock in card.clocks] == ["soon", "late", "first"]
    assert card.due_at == b.T0 + b.MINUTE


async def test_only_open_questions_of_a_team_that_has_the_case_count() -> None:
    answered = Question(
        id=UUID(int=1),
        text="?",
        asked_by="a",
        asked_at=b.T0,
        answer="!",
        answered_by="b",
        answered_at=b.T0,
    )
    waiting = Question(id=UUID(int=2), text="?", asked_by="a", asked_at=b.T0)
    handoff = b.a_handoff(Status.ACCEPTED).model_copy(update={"questions": (answered, waiting)})
    card = await the_card(handoff)
    assert card.questions == len(handoff.open_questions) == 1


async def test_a_handoff_of_an_earlier_version_keeps_the_checklist_it_began_with() -> None:
    ledger = WatchedInMemory()
    old = b.some_rules(version="rules-0")
    kinds = {
        name: kind.model_copy(update={"checklist": kind.checklist[:1]}) for name, kind in old.kinds.items()
    }
    ledger.stored_rules["rules-0"] = old.model_copy(update={"kinds": kinds})
    handoff = b.a_handoff().model_copy(update={"policy_version": "rules-0"})
    ledger.write(handoff)
    policy = b.a_policy()
    read = await CardReading(ledger, policy).read([handoff.id])
    assert read.cards[0].items == 1
    assert policy.knows("rules-0")


async def test_thousands_are_read_a_few_hundred_at_a_time() -> None:
    ledger = WatchedInMemory()
    ledger.write(*(another(b.a_handoff()) for _ in range(1_200)))
    sizes = [len(read.cards) async for read in CardReading(ledger, b.a_policy()).all_open()]
    assert sizes == [500, 500, 200]
    every = await CardReading(ledger, b.a_policy()).read(list(ledger.handoffs))
    assert len(every.cards) == 1_200
