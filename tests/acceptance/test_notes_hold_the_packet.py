"""A packet waits for its notes: its sender is told, and the receiver has no less time for it."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest

from orchestrator.domain.commands import RequestHandoff
from orchestrator.domain.model import Receiver
from orchestrator.domain.policy import Policy
from tests import builders as b
from tests.acceptance.conftest import SOURCE, OpenStage, now, packaged

pytestmark = [pytest.mark.broker, pytest.mark.postgres]

KIND = "tier-1-to-tier-2"
OWED = ["customer-verified", "steps-listed"]
SECOND = timedelta(seconds=1)


def holding(notes: timedelta) -> Policy:
    """Return the packaged templates with a kind that holds, and completes only what is finished."""
    policy = packaged(notes=notes)
    kind = policy.rules.kinds[KIND].model_copy(
        update={"when_incomplete": "hold", "when_unfinished": "refuse"}
    )
    kinds = policy.rules.kinds | {KIND: kind}
    rules = policy.rules.model_copy(update={"kinds": kinds, "version": f"{policy.rules.version}-hold"})
    return Policy(rules, policy.words)


def about(request: str, team: str = "tier-1") -> dict[str, Any]:
    actor = b.an_actor(team, id=f"someone-of-{team}")
    return {"request_source": SOURCE, "request_id": request, "actor": actor}


def asked(case: str, **over: Any) -> RequestHandoff:
    """Return a request that owes two items."""
    return b.a_request(case_id=case, customer=b.a_customer(account_id=None, language="de"), **over)


def word(told: list[tuple[str, dict[str, Any]]], what: str) -> dict[str, Any]:
    return next(data for name, data in told if name == what)


def instant(data: dict[str, Any], key: str = "at") -> datetime:
    return datetime.fromisoformat(data[key])


async def test_the_notes_come_in_time_and_the_packet_goes_out_whole(open_stage: OpenStage) -> None:
    case = "held-case"
    async with open_stage(holding(30 * SECOND)) as stage:
        await stage.say(asked(case), "held-1")
        await stage.until(stage.notices)
        await stage.say(b.an_accept(**about("held-1", "tier-2")), "held-2", case=case)
        await stage.say(b.a_tick(**about("held-1"), item="steps-listed"), "held-3", case=case)
        await stage.until(lambda: "item-ticked" in dict(stage.lifecycle()))
        await stage.settle()
        assert stage.packets("tier-2") == []

        await stage.say(b.a_tick(**about("held-1"), item="customer-verified"), "held-4", case=case)
        # The acceptance came before the packet, and waited for it.
        await stage.until(lambda: "accepted" in dict(stage.lifecycle()))
        done = "understanding-confirmed", "steps-read"
        await stage.say(b.a_completion(**about("held-1", "tier-2")), "held-5", case=case)
        for n, item in enumerate(done):
            tick = b.a_tick(**about("held-1", "tier-2"), item=item)
            await stage.say(tick, f"held-tick-{n}", case=case, at=now() - SECOND)
        await stage.until(lambda: "completed" in dict(stage.lifecycle()))
        await stage.settle()
        [packet] = stage.packets("tier-2")
        [notice] = stage.notices()
        told, clocks = stage.lifecycle(), stage.clocks()
        assert not stage.dead_letters()

    assert [name for name, _ in told] == [
        *("requested", "item-ticked", "item-ticked", "released", "accepted"),
        *("item-ticked", "item-ticked", "completed"),
    ]
    requested, released = word(told, "requested"), word(told, "released")
    assert (requested["is_held"], requested["missing"], released["missing"]) == (True, OWED, [])
    assert (notice["topic"], notice["team"], notice["missing"]) == ("packet-held", "tier-1", OWED)
    assert f"{OWED[0]}, {OWED[1]}, or goes out incomplete at" in notice["message"]
    assert (packet["packet_version"], packet["missing"]) == (1, [])
    assert [script["stage"] for script in packet["scripts"]] == ["before", "before", "during", "after"]
    assert {script["language"] for script in packet["scripts"]} == {"de"}
    assert packet["scripts"][-1]["text"] == packet["opening_line"]
    assert packet["opening_line"].startswith("Guten Tag Ada Lovelace, ich sehe, dass Sie bereits im Chat mit")
    # tier-2 had all its time from the release on, although it was asked for the case before.
    [accept] = [clock for clock in packet["clocks"] if clock["kind"] == "accept"]
    assert instant(accept, "due_at") == instant(released) + 30 * b.MINUTE
    assert not any(name == "breached" for name, _ in clocks)
    assert word(told, "completed")["unfinished"] == []


async def test_the_notes_do_not_come_and_the_packet_goes_out_marked(open_stage: OpenStage) -> None:
    case = "late-notes"
    async with open_stage(holding(SECOND)) as stage:
        await stage.say(asked(case), "late-1")
        await stage.until(lambda: stage.packets("tier-2"))
        requested_at = instant(word(stage.lifecycle(), "requested"))
        # Both were done in time, which comes to light only now.
        for n, item in enumerate(OWED):
            in_time = requested_at + SECOND / 2
            await stage.say(b.a_tick(**about("late-1"), item=item), f"late-tick-{n}", case=case, at=in_time)
        await stage.until(lambda: len(stage.packets("tier-2")) == 2)
        await stage.settle()
        first, corrected = stage.packets("tier-2")
        notices, told, clocks = stage.notices(), stage.lifecycle(), stage.clocks()

    assert (first["missing"], corrected["missing"]) == (OWED, [])
    assert [notice["topic"] for notice in notices] == ["packet-held", "items-missing"]
    assert "went to tier-2 incomplete when their time was over" in notices[1]["message"]
    assert [name for name, _ in told] == ["requested", "released", "item-ticked", "item-ticked"]
    breached, undone = word(clocks, "breached"), word(clocks, "met-late-delivery")
    assert (breached["kind"], undone["rung_id"]) == ("notes", breached["rung_id"])
    assert instant(breached, "due_at") == requested_at + SECOND
    # The packet that went out stays: the receiver's time is what it was.
    due = [[c["due_at"] for c in packet["clocks"] if c["kind"] == "accept"] for packet in (first, corrected)]
    assert due[0] == due[1]
    assert datetime.fromisoformat(due[0][0]) == instant(word(told, "released")) + 30 * b.MINUTE


async def test_what_is_held_can_be_taken_back_and_sent_elsewhere(open_stage: OpenStage) -> None:
    async with open_stage(holding(30 * SECOND)) as stage:
        await stage.say(asked("taken-back"), "back-1")
        await stage.say(asked("sent-elsewhere"), "else-1")
        await stage.until(lambda: len(stage.notices()) == 2)
        await stage.say(b.a_withdrawal(**about("back-1")), "back-2", case="taken-back")
        to_billing = asked("sent-elsewhere", receiver=Receiver(team="billing"))
        await stage.say(to_billing, "else-2")
        await stage.until(lambda: stage.packets("billing"))
        await stage.until(lambda: [n for n, _ in stage.lifecycle()].count("withdrawn") == 2)
        await stage.settle()
        told = stage.lifecycle()
        assert stage.packets("tier-2") == []
        assert not stage.dead_letters()

    withdrawn = {data["case_id"]: data for name, data in told if name == "withdrawn"}
    assert (withdrawn["taken-back"]["is_automatic"], withdrawn["sent-elsewhere"]["is_automatic"]) == (
        False,
        True,
    )
    assert "released" not in dict(told)
