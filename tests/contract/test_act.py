"""What somebody who waits for the outcome relies on: done once, or refused aloud with nothing kept of it."""

from __future__ import annotations

import asyncio

import pytest

from orchestrator.desk import Desk, Done
from orchestrator.domain.errors import Refused, TooEarly
from orchestrator.ledger.port import Ledger
from tests import builders as b
from tests.contract.test_ledger import delivery, load, the_handoff
from tests.fakes import ManualClock


async def a_desk(ledger: Ledger) -> Desk:
    desk = Desk(ledger, b.a_policy(), ManualClock(b.T0 + b.MINUTE))
    await desk.handle([delivery(b.a_request())])
    return desk


async def test_a_reply_is_applied_once_for_each_cause(ledger: Ledger) -> None:
    desk = await a_desk(ledger)
    cause = b.a_cause(b.T0 + b.MINUTE, "press-1")
    first = await desk.act(b.an_accept(the_handoff()), cause=cause)
    again = await desk.act(b.an_accept(the_handoff()), cause=cause)
    assert (first.handoff.status, first.is_repeat) == ("accepted", False)
    assert again == Done(first.handoff, is_repeat=True)
    assert (await load(ledger)).version == first.handoff.version


async def test_a_refusal_keeps_nothing_and_the_same_cause_can_be_tried_again(ledger: Ledger) -> None:
    desk = await a_desk(ledger)
    before = await load(ledger)
    cause = b.a_cause(b.T0 + b.MINUTE, "press-1")
    with pytest.raises(TooEarly, match="it must be accepted first"):
        await desk.act(b.a_completion(the_handoff()), cause=cause)
    assert await load(ledger) == before
    # Nothing waits for the acceptance either.
    await desk.act(b.an_accept(the_handoff()), cause=b.a_cause(b.T0 + b.MINUTE, "press-2"))
    assert (await load(ledger)).status == "accepted"
    assert (await desk.act(b.a_completion(the_handoff()), cause=cause)).handoff.status == "completed"


async def test_of_two_who_accept_at_once_one_wins_and_the_other_is_told_who(ledger: Ledger) -> None:
    desk = await a_desk(ledger)
    asked = [
        desk.act(
            b.an_accept(the_handoff(), actor=b.an_actor("tier-2", id=who)),
            cause=b.a_cause(b.T0 + b.MINUTE, f"press-{who}"),
        )
        for who in ("ana", "ben")
    ]
    outcomes = await asyncio.gather(*asked, return_exceptions=True)
    won = [each for each in outcomes if isinstance(each, Done)]
    lost = [each for each in outcomes if isinstance(each, Refused)]
    assert (len(won), len(lost)) == (1, 1)
    assert f"it is accepted by {won[0].handoff.receiving_agent}" in lost[0].message


async def test_nobody_can_answer_a_handoff_that_is_not_there(ledger: Ledger) -> None:
    desk = Desk(ledger, b.a_policy(), ManualClock(b.T0))
    with pytest.raises(TooEarly, match="nobody has requested handoff") as refused:
        await desk.act(b.an_accept(the_handoff()), cause=b.a_cause(b.T0, "press-1"))
    assert refused.value.code == "unknown-handoff"
