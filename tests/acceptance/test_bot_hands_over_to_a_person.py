"""A bot gives up, a person takes over in the same conversation and knows what was already said."""

from __future__ import annotations

import pytest

from orchestrator.domain.model import Channel, Reason, Receiver, Sentiment, Turn
from tests import builders as b
from tests.acceptance.conftest import SOURCE, OpenStage, packaged

pytestmark = [pytest.mark.broker, pytest.mark.postgres]

CASE = "bot-case"
TURNS = (
    Turn(id="t1", speaker="customer", text="Where is my refund?"),
    Turn(id="t2", speaker="bot", text="I can help with orders. Which order is it about?"),
    Turn(id="t3", speaker="customer", text="I have told you twice. A person, please!"),
)


async def test_a_person_takes_over_with_all_that_was_said(open_stage: OpenStage) -> None:
    bot = b.an_actor("bot", kind="bot", id="bot-7", name="Botty")
    agent = b.an_actor("chat", id="agent-5", name="Sam")
    answer = {"request_source": SOURCE, "request_id": "bot-1", "actor": agent}

    async with open_stage(packaged()) as stage:
        await stage.say(
            b.a_request(
                case_id=CASE,
                sender=b.a_sender("bot", agent="bot-7", agent_name=None, channel=Channel.BOT),
                receiver=Receiver(channel=Channel.CHAT),
                actor=bot,
                reason=Reason(code="refund", text="Asks for a person"),
                summary="The customer waits for a refund and wants a person.",
                sentiment=Sentiment(score=-0.7),
                turns=TURNS,
                checklist={},
            ),
            "bot-1",
        )
        await stage.until(lambda: stage.packets("chat"))
        await stage.say(b.an_accept(**answer), "bot-2", case=CASE)
        await stage.say(b.a_contact(**answer), "bot-3", case=CASE)
        await stage.say(b.a_completion(**answer, disposition="refund-sent"), "bot-4", case=CASE)
        await stage.until(lambda: len(stage.lifecycle()) == 4)
        await stage.settle()

        [packet] = stage.packets("chat")
        lifecycle = stage.lifecycle()
        assert not stage.notices()
        assert not stage.clocks()
        assert not stage.dead_letters()

    assert packet["kind"] == "bot-to-agent"
    assert packet["receiver"]["team"] == "chat"
    assert packet["missing"] == []
    assert packet["wording_error"] is None
    assert packet["opening_line"].startswith("Hello Ada Lovelace, I see you already talked to our assistant")
    assert "about a refund" in packet["opening_line"]
    assert [turn["text"] for turn in packet["turns"]] == [turn.text for turn in TURNS]
    for turn in TURNS:
        assert turn.text.rstrip("!?") in packet["body"]
    assert "angry" in packet["body"]
    assert {clock["kind"]: clock["team"] for clock in packet["clocks"]} == {"accept": "chat"}

    assert [word for word, _ in lifecycle] == ["requested", "accepted", "contacted", "completed"]
    assert {told["case_id"] for _, told in lifecycle} == {CASE}
    assert {told["handoff_id"] for _, told in lifecycle} == {packet["handoff_id"]}
    # Who did it, so that the bot does not react to its own echo.
    assert [told["actor"]["id"] for _, told in lifecycle] == ["bot-7", "agent-5", "agent-5", "agent-5"]
    assert lifecycle[3][1]["disposition"] == "refund-sent"
