"""A team refuses a handoff, or gives it back: the sender is told why, and hands the case to another team."""

from __future__ import annotations

import pytest

from orchestrator.domain.commands import Decline, Return
from orchestrator.domain.model import Reason, Receiver
from tests import builders as b
from tests.acceptance.conftest import SOURCE, OpenStage, packaged

pytestmark = [pytest.mark.broker, pytest.mark.postgres]

CASE = "refund-case"


async def test_the_sender_learns_why_and_tries_another_team(open_stage: OpenStage) -> None:
    tom, bea = b.an_actor("tier-2", id="tom", name="Tom"), b.an_actor("billing", id="bea", name="Bea")
    first = {"request_source": SOURCE, "request_id": "refund-1"}
    second = {"request_source": SOURCE, "request_id": "refund-3"}
    wrong = Reason(code="wrong-team", text="Refunds are billing's")
    incomplete = Reason(code="no-invoice", text="No invoice number")

    async with open_stage(packaged()) as stage:
        await stage.say(b.a_request(case_id=CASE, done_so_far=("Asked",)), "refund-1")
        await stage.until(lambda: stage.packets("tier-2"))
        await stage.say(Decline(**first, actor=tom, reason=wrong), "refund-2", case=CASE)
        await stage.until(lambda: stage.notices())
        await stage.say(b.a_request(case_id=CASE, receiver=Receiver(team="billing")), "refund-3")
        await stage.until(lambda: stage.packets("billing"))
        await stage.say(b.an_accept(**second, actor=bea), "refund-4", case=CASE)
        await stage.say(Return(**second, actor=bea, reason=incomplete), "refund-5", case=CASE)
        await stage.until(lambda: len(stage.notices()) == 2)
        await stage.until(lambda: len(stage.lifecycle()) == 5)
        await stage.settle()

        declined, returned = stage.notices()
        lifecycle = stage.lifecycle()
        [to_tier_2], [to_billing] = stage.packets("tier-2"), stage.packets("billing")
        assert not stage.clocks()
        assert not stage.dead_letters()

    assert (declined["team"], declined["topic"], declined["reason"]) == (
        "tier-1",
        "declined",
        {"code": "wrong-team", "text": "Refunds are billing's"},
    )
    assert declined["handoff_id"] == to_tier_2["handoff_id"]
    assert declined["message"] == (
        f"Tom of tier-2 declined case {CASE}: Refunds are billing's (wrong-team). The case is yours again"
    )
    assert (returned["team"], returned["topic"]) == ("tier-1", "returned")
    assert returned["handoff_id"] == to_billing["handoff_id"]
    assert "No invoice number (no-invoice)" in returned["message"]

    assert [(word, told["receiving_team"]) for word, told in lifecycle] == [
        ("requested", "tier-2"),
        ("declined", "tier-2"),
        ("requested", "billing"),
        ("accepted", "billing"),
        ("returned", "billing"),
    ]
