"""Support asks engineering for help and keeps the case; nobody there accepts, and everybody learns of it."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from orchestrator.domain.commands import RaiseEscalation
from orchestrator.domain.model import Channel, Priority, Receiver, Severity
from tests import builders as b
from tests.acceptance.conftest import SOURCE, OpenStage, packaged

pytestmark = [pytest.mark.broker, pytest.mark.postgres]

CASE = "outage-case"
ACCEPT_WITHIN = timedelta(seconds=2)
LOGS = "09:00:00 ERROR mailer: timeout after 30 s\n09:00:31 ERROR mailer: gave up"


async def test_an_escalation_that_nobody_accepts_breaches_and_the_case_stays(open_stage: OpenStage) -> None:
    of_support = {
        "request_source": SOURCE,
        "request_id": "outage-1",
        "actor": b.an_actor("tier-2", id="tom", name="Tom"),
    }

    async with open_stage(packaged(accept=ACCEPT_WITHIN)) as stage:
        await stage.say(b.a_request(case_id=CASE, done_so_far=("Restarted it",)), "outage-1")
        await stage.until(lambda: stage.packets("tier-2"))
        await stage.say(b.an_accept(**of_support), "outage-2", case=CASE)
        await stage.until(lambda: "accepted" in dict(stage.lifecycle()))
        await stage.say(
            b.a_request(
                RaiseEscalation,
                case_id=CASE,
                sender=b.a_sender("tier-2", agent="tom", agent_name="Tom", channel=Channel.TICKET),
                receiver=Receiver(team="engineering"),
                priority=Priority.URGENT,
                severity=Severity.SEV1,
                incident="INC-42",
                logs=LOGS,
                done_so_far=("Ruled out the customer's own firewall",),
                checklist={},
            ),
            "outage-3",
        )
        await stage.until(lambda: [n for n in stage.notices() if n["topic"] == "timed-out"])
        # The case never left support, so support can finish what it has.
        await stage.say(b.a_completion(**of_support, disposition="workaround"), "outage-4", case=CASE)
        await stage.until(lambda: "completed" in dict(stage.lifecycle()))
        await stage.settle()

        [packet] = stage.packets("engineering")
        [own] = stage.packets("tier-2")
        lifecycle, notices = stage.lifecycle(), stage.notices()
        clocks = [(w, told) for w, told in stage.clocks() if told["handoff_id"] == packet["handoff_id"]]
        assert not stage.dead_letters()

    assert packet["kind"] == "support-to-engineering"
    assert packet["is_escalation"]
    assert (packet["severity"], packet["incident"], packet["missing"]) == ("sev1", "INC-42", [])
    assert all(line in packet["body"] for line in LOGS.splitlines())
    assert "sev1" in packet["body"]
    assert "Case stays with:** Technical Support" in packet["body"]

    assert [word for word, _ in clocks] == ["warned", "warned", "breached"]
    breached = clocks[-1][1]
    assert (breached["kind"], breached["team"], breached["priority"]) == ("accept", "engineering", "urgent")
    due, noticed = (datetime.fromisoformat(breached[name]) for name in ("due_at", "fired_at"))
    [promised] = [c["due_at"] for c in packet["clocks"] if c["kind"] == "accept"]
    assert due == datetime.fromisoformat(promised) == datetime.fromisoformat(breached["at"])
    assert timedelta() <= noticed - due < timedelta(seconds=2)
    assert [timedelta(seconds=1), timedelta(seconds=1.6)] == [
        ACCEPT_WITHIN - (due - datetime.fromisoformat(told["at"])) for _, told in clocks[:2]
    ]

    [notice] = [n for n in notices if n["handoff_id"] == packet["handoff_id"]]
    assert (notice["team"], notice["topic"]) == ("tier-2", "timed-out")
    assert f"engineering has not accepted case {CASE} in time" in notice["message"]

    words = [(word, told["handoff_id"]) for word, told in lifecycle]
    assert words == [
        ("requested", own["handoff_id"]),
        ("accepted", own["handoff_id"]),
        ("requested", packet["handoff_id"]),
        ("completed", own["handoff_id"]),
    ]
