"""An agent needs to know one thing more: the sender answers, and the case stays where it is."""

from __future__ import annotations

import asyncio

import pytest

from orchestrator.domain.commands import Answer, Ask
from tests import builders as b
from tests.acceptance.conftest import SOURCE, OpenStage, packaged
from tests.acceptance.handoff_command import handoff

pytestmark = [pytest.mark.broker, pytest.mark.postgres]

CASE = "asked-case"
CARD = "4111 1111 1111 1111"
ABOUT = {"request_source": SOURCE, "request_id": "asked-1"}


async def test_the_sender_answers_while_the_case_stays_with_the_agent(open_stage: OpenStage) -> None:
    tom, sarah = b.an_actor("tier-2", id="tom", name="Tom"), b.an_actor("tier-1")
    async with open_stage(packaged()) as stage:
        await stage.say(b.a_request(case_id=CASE, done_so_far=("Asked",)), "asked-1")
        await stage.until(lambda: stage.packets("tier-2"))
        await stage.say(b.an_accept(**ABOUT, actor=tom), "asked-2", case=CASE)
        first = Ask(**ABOUT, actor=tom, question=f"Did she pay with {CARD}?")
        await stage.say(first, "asked-3", case=CASE)
        await stage.until(lambda: stage.notices())
        dsn = stage.settings.postgres.dsn
        assert dsn is not None
        settings = {"HANDOFF_POSTGRES__DSN": dsn.get_secret_value(), "COLUMNS": "200"}
        while_open = await asyncio.to_thread(handoff, "show", CASE, **settings)

        [asked] = stage.notices()
        answer = Answer(**ABOUT, actor=sarah, answer="No, by invoice", question=asked["question_id"])
        await stage.say(answer, "asked-4", case=CASE)
        await stage.until(lambda: len(stage.notices()) == 2)
        second = answer.model_copy(update={"answer": "Yes"})
        await stage.say(second, "asked-5", case=CASE)
        await stage.until(lambda: stage.dead_letters())
        await stage.say(b.a_completion(**ABOUT, actor=tom), "asked-6", case=CASE)
        await stage.until(lambda: len(stage.lifecycle()) == 3)
        await stage.settle()
        _, answered = stage.notices()
        lifecycle, [refused] = stage.lifecycle(), stage.dead_letters()
        said = [record.value.decode() for record in stage.records("support.handoff.notice.v1")]
        afterwards = await asyncio.to_thread(handoff, "show", CASE, **settings)
        assert not stage.clocks()

    assert (asked["team"], asked["actor"]["name"]) == ("tier-1", "Tom")
    assert asked["message"].startswith(f"Tom of tier-2 asks about case {CASE}: “Did she pay with [card")
    assert CARD not in "".join(said)
    assert (answered["team"], answered["question_id"]) == ("tier-2", asked["question_id"])
    assert answered["answer"] == "No, by invoice"
    assert answered["message"].startswith(f"Sarah of tier-1 answers on case {CASE}: “No, by invoice”")
    assert dict(refused.headers)["handoff_reason-code"] == b"already-answered"
    assert [word for word, _ in lifecycle] == ["requested", "accepted", "completed"]

    assert "questions to tier-1" in while_open.stdout
    assert "OPEN" in while_open.stdout
    assert "OPEN" not in afterwards.stdout
    assert "Sarah: No, by invoice" in afterwards.stdout
