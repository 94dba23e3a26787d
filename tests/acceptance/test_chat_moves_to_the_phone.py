"""A chat moves to the phone: its agent knows the issue, and no clock runs while the customer waits."""

from __future__ import annotations

import pytest

from orchestrator.domain.model import Channel, Reason, Receiver, Sentiment
from tests import builders as b
from tests.acceptance.conftest import SOURCE, OpenStage, packaged

pytestmark = [pytest.mark.broker, pytest.mark.postgres]

CASE = "phone-case"


async def test_the_phone_agent_is_briefed_before_the_call(open_stage: OpenStage) -> None:
    sarah, omar = b.an_actor("chat", id="sarah"), b.an_actor("phone", id="omar", name="Omar")
    about = {"request_source": SOURCE, "request_id": "phone-1"}
    answer = about | {"actor": omar}

    async with open_stage(packaged()) as stage:
        await stage.say(
            b.a_request(
                case_id=CASE,
                sender=b.a_sender("chat", agent="sarah", agent_name="Sarah"),
                receiver=Receiver(channel=Channel.PHONE),
                actor=sarah,
                mode="warm",
                reason=Reason(code="billing-dispute", text="Wants to talk it through"),
                sentiment=Sentiment(score=-0.3, label="impatient"),
                done_so_far=("Checked the last two invoices",),
                checklist={"number-confirmed": True},
            ),
            "phone-1",
        )
        await stage.until(lambda: stage.packets("phone"))
        # Each waits in Kafka behind the one before: a case is one key, and so one partition.
        await stage.say(b.a_tick(**about, item="receiver-briefed", actor=sarah), "phone-2", case=CASE)
        await stage.say(b.an_accept(**answer), "phone-3", case=CASE)
        await stage.say(b.a_tick(**answer, item="chat-acknowledged"), "phone-4", case=CASE)
        await stage.say(b.a_pause(**answer, reason=Reason(code="customer-away")), "phone-5", case=CASE)
        await stage.say(b.a_resume(**answer), "phone-6", case=CASE)
        await stage.say(b.a_contact(**answer), "phone-7", case=CASE)
        await stage.say(b.a_completion(**answer, note="Explained the pro rata rule"), "phone-8", case=CASE)
        await stage.until(lambda: len(stage.lifecycle()) == 8)
        await stage.settle()

        [packet] = stage.packets("phone")
        lifecycle = stage.lifecycle()
        assert not stage.notices()
        assert {word for word, _ in stage.clocks()} == {"paused", "resumed"}
        assert not stage.dead_letters()

    assert packet["kind"] == "chat-to-phone"
    assert packet["mode"] == "warm"
    assert packet["missing"] == []
    assert packet["opening_line"].startswith("Hello Ada Lovelace, I see you already spoke with Sarah by chat")
    assert "your billing inquiry" in packet["opening_line"]
    assert "Checked the last two invoices" in packet["body"]
    assert "impatient" in packet["body"]
    assert packet["customer_note"].startswith("Phone Support will call you")
    done = {item["id"]: item["done"] for item in packet["checklist"]}
    assert done["number-confirmed"]
    assert not done["receiver-briefed"]

    assert [word for word, _ in lifecycle] == [
        *(
            "requested",
            "item-ticked",
            "accepted",
            "item-ticked",
            "paused",
            "resumed",
            "contacted",
            "completed",
        )
    ]
    told = dict(lifecycle)
    assert told["paused"]["reason"]["code"] == "customer-away"
    assert set(told["paused"]["clocks"]) == set(told["resumed"]["clocks"]) == {"first_contact", "resolve"}
    assert told["completed"]["note"] == "Explained the pro rata rule"
