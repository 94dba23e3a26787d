"""Nobody accepts: the lead is told, another team gets the offer, and an acknowledgement stops the ladder."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from orchestrator.domain.clocks.spec import BREACH_RUNG, Rung
from orchestrator.domain.model import Receiver
from orchestrator.domain.policy import Policy
from tests import builders as b
from tests.acceptance.conftest import SOURCE, OpenStage, Stage, packaged

pytestmark = [pytest.mark.broker, pytest.mark.postgres]

KIND = "tier-1-to-tier-2"
BUDGET = timedelta(seconds=1)
LEAD = Rung(name="lead", effect="notify", to="lead", before=timedelta())
MANAGER = Rung(name="manager", effect="notify", to="manager", before=-timedelta(milliseconds=300))
OFFER = Rung(name="re-offer", effect="reoffer", before=-timedelta(milliseconds=600))
PRIORITY = Rung(name="priority", effect="raise-priority", before=-timedelta(milliseconds=900))


def with_ladder(*rungs: Rung, acknowledged_for: timedelta = timedelta(minutes=30), **team: Any) -> Policy:
    """Return the packaged rules; `accept` has this ladder, and tier-2 these properties."""
    policy = packaged(accept=BUDGET)
    rules = policy.rules
    kind = rules.kinds[KIND]
    climbs = {"rungs": (BREACH_RUNG, *rungs), "acknowledged_for": acknowledged_for}
    clocks = tuple(c.model_copy(update=climbs) if c.kind == "accept" else c for c in kind.clocks)
    kinds = {**rules.kinds, KIND: kind.model_copy(update={"clocks": clocks})}
    teams = {**rules.teams, "tier-2": rules.teams["tier-2"].model_copy(update=team)}
    changes = {"kinds": kinds, "teams": teams, "version": f"{rules.version}-{len(rungs)}"}
    return Policy(rules.model_copy(update=changes), policy.words)


async def offer(stage: Stage, case: str) -> None:
    asked = b.a_request(case_id=case, kind=KIND, receiver=Receiver(team="tier-2"))
    await stage.say(asked, f"{case}-1")
    await stage.until(lambda: stage.packets("tier-2"))


async def test_a_team_that_lets_it_lie_loses_the_offer(open_stage: OpenStage) -> None:
    case = "ladder-case"
    about = {"request_source": SOURCE, "request_id": f"{case}-1"}
    policy = with_ladder(LEAD, MANAGER, OFFER, PRIORITY, manager=None, fallback="engineering")
    async with open_stage(policy) as stage:
        await offer(stage, case)
        await stage.until(lambda: stage.packets("engineering"))
        await stage.say(b.an_accept(**about, actor=b.an_actor("tier-2")), f"{case}-2", case=case)
        await stage.say(b.an_accept(**about, actor=b.an_actor("engineering")), f"{case}-3", case=case)
        await stage.until(lambda: "accepted" in dict(stage.lifecycle()))
        await stage.until(stage.dead_letters)
        await stage.settle()
        [told], [packet] = stage.notifications(), stage.packets("engineering")
        lifecycle, clocks = stage.lifecycle(), stage.clocks()
        [refused] = stage.dead_letters()

    assert (told["topic"], told["to_role"], told["to"]) == (
        "breached",
        "lead",
        policy.rules.teams["tier-2"].lead,
    )
    assert told["clock"] == "accept"
    assert "reoffered" in dict(lifecycle)
    assert dict(lifecycle)["accepted"]["receiving_team"] == "engineering"
    assert packet["packet_version"] == 2
    assert "tier-2 did not accept in time" in packet["routing_notes"][-1]
    assert "did not accept in time" in packet["body"]
    # The team that did not answer pays for its own time, and the next one starts with a clock of its own.
    [breached] = [told for word, told in clocks if word == "breached"]
    assert (breached["team"], breached["generation"]) == ("tier-2", 1)
    steps = [told for word, told in clocks if word == "escalated"]
    assert [step["rung"] for step in steps] == ["lead", "re-offer"]
    # A step with nobody to notify takes no time: the next one moved up to its place.
    assert steps[1]["skipped"] == [f"manager: {policy.rules.teams['tier-2'].name} has no manager"]
    assert dict(refused.headers)["handoff_reason-code"] == b"wrong-team"


async def test_an_acknowledgement_stops_the_ladder_until_it_expires(open_stage: OpenStage) -> None:
    case = "acknowledged-case"
    about = {"request_source": SOURCE, "request_id": f"{case}-1"}
    later = PRIORITY.model_copy(update={"before": -timedelta(seconds=1)})
    policy = with_ladder(LEAD, later, acknowledged_for=timedelta(seconds=2))
    async with open_stage(policy) as stage:
        await offer(stage, case)
        await stage.until(stage.notifications)
        lead = b.an_actor("tier-2", kind="lead", id="lead-tier-2")
        await stage.say(b.an_acknowledgement(**about, actor=lead), f"{case}-2", case=case)
        await stage.until(lambda: "priority-raised" in dict(stage.lifecycle()))
        await stage.settle()
        lifecycle, clocks = dict(stage.lifecycle()), stage.clocks()
        assert not stage.dead_letters()

    assert lifecycle["priority-raised"]["priority"] == "high"
    acknowledged = b.instant(lifecycle["acknowledged"]["at"])
    [breached] = [b.instant(told["at"]) for word, told in clocks if word == "breached"]
    [raised] = [told for word, told in clocks if told.get("rung") == "priority"]
    left = timedelta(seconds=1) - (acknowledged - breached)
    assert b.instant(raised["at"]) == acknowledged + timedelta(seconds=2) + left
