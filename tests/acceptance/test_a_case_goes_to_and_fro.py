"""A case comes straight back to the team that gave it away: both leads hear of it, and routing stops."""

from __future__ import annotations

import pytest

from orchestrator.domain.model import Receiver
from tests import builders as b
from tests.acceptance.conftest import SOURCE, OpenStage, packaged

pytestmark = [pytest.mark.broker, pytest.mark.postgres]

CASE = "to-and-fro-case"


async def test_ping_pong_is_told_to_both_leads(open_stage: OpenStage) -> None:
    policy = packaged()
    async with open_stage(policy) as stage:
        await stage.say(b.a_request(case_id=CASE), "fro-1")
        await stage.until(lambda: stage.packets("tier-2"))
        about = {"request_source": SOURCE, "request_id": "fro-1", "actor": b.an_actor("tier-2")}
        await stage.say(b.an_accept(**about), "fro-2", case=CASE)
        back = b.a_request(
            case_id=CASE,
            sender=b.a_sender("tier-2"),
            receiver=Receiver(team="tier-1"),
            kind="team-to-team",
        )
        await stage.say(back, "fro-3")
        await stage.until(lambda: stage.packets("tier-1"))
        await stage.until(lambda: len(stage.notifications()) == 2)
        await stage.settle()
        [packet], told = stage.packets("tier-1"), stage.notifications()
        lifecycle = stage.lifecycle()
        assert not stage.dead_letters()

    teams = policy.rules.teams
    assert {(n["topic"], n["to"]) for n in told} == {
        ("bounced", teams["tier-1"].lead),
        ("bounced", teams["tier-2"].lead),
    }
    assert all("comes back to" in n["message"] for n in told)
    assert packet["routing_notes"][0].startswith("bounced: it comes back to")
    assert [word for word, _ in lifecycle] == ["requested", "accepted", "handed-on", "requested"]
    assert lifecycle[-1][1]["is_bounced"]
