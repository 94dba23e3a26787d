"""Other systems speak, a chat moves to the phone, and the packet says who calls, and how sure that is."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest

from orchestrator.domain.model import Channel, Receiver, Sentiment, Turn
from tests import builders as b
from tests.acceptance.conftest import OpenStage, now, packaged
from tests.acceptance.context_process import Sources, sources_of

pytestmark = [pytest.mark.broker, pytest.mark.postgres]

FALLBACK = (
    "Check the account in billing by e-mail before you promise or refuse anything that depends on payment."
)
TURNS = (
    Turn(id="t1", speaker="customer", text="Hello, is somebody there?"),
    Turn(id="t2", speaker="customer", text="I was charged twice for the March invoice of 120 euros."),
    Turn(id="t3", speaker="agent", name="Sarah", text="I can see two payments on the invoice."),
    Turn(id="t4", speaker="customer", text="Please call me, I need the second payment back this week."),
)
DAY = timedelta(days=1)


async def _speak(sources: Sources, account: str, customer: str) -> None:
    crm: dict[str, Any] = {
        "name": "Analytical Engines",
        "contact_name": "Ada Lovelace",
        "since": (now() - 20 * DAY).date().isoformat(),
    }
    await sources.say("account", crm, system="crm", account=account)
    await sources.say("contract", {"plan": "scale", "tier": "gold"}, system="billing", account=account)
    await sources.say(
        "billing", {"payment_state": "grace_pd"}, system="billing", account=account, ago=timedelta(hours=2)
    )
    issue: dict[str, Any] = {
        "title": "Payments show twice",
        "status": "investigating",
        "workaround": "Wait an hour",
    }
    await sources.say("issue", issue, system="escalation-tools", account=account, item="INC-7")
    before: dict[str, Any] = {"channel": "email", "reason": "Wrong address", "resolution": "Address changed"}
    await sources.say("interaction", before, system="ticketing", customer=customer, item="c-1", ago=3 * DAY)
    await sources.until_held()


def _field(packet: dict[str, Any], name: str) -> dict[str, Any]:
    [field] = [each for each in packet["context"]["fields"] if each["name"] == name]
    return dict(field)


async def test_a_packet_has_the_customer_with_source_age_and_state(open_stage: OpenStage) -> None:
    run = uuid4().hex[:10]
    account, case = f"acct-{run}", f"knows-{run}"
    customer = b.a_customer(id=f"cust-{run}", account_id=account)
    policy = packaged()

    async with open_stage(policy) as stage, sources_of(stage, policy) as sources:
        await _speak(sources, account, customer.id)
        invoice = b.a_request(
            case_id=f"{case}-invoice",
            customer=customer,
            receiver=Receiver(team="billing"),
            reason={"code": "invoice", "text": "The invoice has the wrong address"},
        )
        await stage.say(invoice, f"{case}-1")
        await stage.until(lambda: stage.packets("billing"))
        chat = b.a_request(
            case_id=case,
            customer=customer,
            sender=b.a_sender("chat"),
            receiver=Receiver(channel=Channel.PHONE),
            reason={"code": "refund", "text": "Charged twice, wants the money back"},
            summary="Ada was charged twice for one invoice. She asks for a call.",
            sentiment=Sentiment(score=-0.4, label="upset"),
            turns=TURNS,
            checklist={"number-confirmed": True},
        )
        await stage.say(chat, f"{case}-2")
        await stage.until(lambda: stage.packets("phone"))
        await sources.say("billing", {"payment_state": "paid"}, system="billing", account=account)
        # Older than what is known, and late: it changes nothing.
        await sources.say("account", {"name": "Old Name"}, system="crm", account=account, ago=DAY / 2)
        await sources.say("nps", {"score": 4}, system="qa-reporting", customer=customer.id)
        await sources.until_held()
        again = b.a_request(
            case_id=f"{case}-later",
            customer=customer,
            sender=b.a_sender("chat"),
            receiver=Receiver(team="email", channel=Channel.EMAIL),
            turns=TURNS,
            checklist={"address-confirmed": True},
        )
        await stage.say(again, f"{case}-3")
        await stage.until(lambda: stage.packets("email"))
        await stage.settle()

        [packet], [later], [first] = stage.packets("phone"), stage.packets("email"), stage.packets("billing")
        concurrent = [notice for notice in stage.notices() if "pair_id" in notice]
        assert not stage.dead_letters()

    assert packet["wording_error"] is None
    _has_the_bundle(packet)
    _has_a_summary_that_cites(packet)
    assert "charged-twice" in [article["id"] for article in packet["articles"]]
    assert "### May help" in packet["body"]

    # Everybody's work, and both teams are told of each other.
    [other] = packet["open_work"]["shown"]
    assert (other["team"], other["case_id"]) == ("billing", f"{case}-invoice")
    assert "### Also open for this customer" in packet["body"]
    assert first["open_work"]["shown"] == []
    pairs = {(n["team"], n["other_team"], n["other_case_id"]) for n in concurrent}
    assert {("phone", "billing", f"{case}-invoice"), ("billing", "phone", case)} <= pairs
    [pair] = {n["pair_id"] for n in concurrent if {n["team"], n["other_team"]} == {"phone", "billing"}}
    assert pair

    # What was observed later is in the next packet, and what is older changed nothing.
    paid = _field(later, "billing.payment_state")
    assert (paid["value"], paid["state"], paid["fallback"]) == ("Paid", "fresh", None)
    assert _field(later, "account.name")["value"] == "Analytical Engines"
    assert _field(later, "nps.score")["value"] == "4"
    assert "low-nps" in [mark["code"] for mark in later["context"]["marks"]]
    assert _field(packet, "nps.score")["state"] == "missing"


def _has_the_bundle(packet: dict[str, Any]) -> None:
    name, plan = _field(packet, "account.name"), _field(packet, "contract.plan")
    assert (name["value"], name["source"], name["state"]) == ("Analytical Engines", "CRM", "fresh")
    assert (plan["value"], plan["code"], plan["state"]) == ("Scale", "scale", "fresh")
    assert _field(packet, "account.contact_name")["value"] == "Ada Lovelace"
    payment = _field(packet, "billing.payment_state")
    assert (payment["value"], payment["state"], payment["age"]) == ("Grace Period", "stale", "2 hours")
    assert payment["fallback"] == FALLBACK
    seen = datetime.fromisoformat(packet["requested_at"]) - datetime.fromisoformat(payment["observed_at"])
    assert timedelta(hours=2) <= seen < timedelta(hours=2, minutes=1)
    assert "Grace Period (Billing / ERP, 2 hours ago; **stale**)" in packet["body"]
    assert FALLBACK in packet["body"].replace("\\", "")
    assert "**Not known:**" in packet["body"]
    [issue] = packet["context"]["issues"]
    assert (issue["id"], issue["status"], issue["workaround"]) == ("INC-7", "Investigating", "Wait an hour")
    [before] = packet["context"]["interactions"]
    assert (before["channel"], before["resolution"], before["age"]) == ("email", "Address changed", "3 days")
    assert [mark["code"] for mark in packet["context"]["marks"]] == ["first-days"]


def _has_a_summary_that_cites(packet: dict[str, Any]) -> None:
    said = {turn.id: turn.text for turn in TURNS}
    sentences = packet["summary"]["sentences"]
    assert 3 <= len(sentences) <= 5
    assert sentences[0]["cites"] == ["sender"]
    told = [sentence for sentence in sentences if sentence["origin"] == "conversation"]
    assert told
    for sentence in told:
        [cite] = sentence["cites"]
        assert sentence["text"] in said[cite]
        assert f"`{cite}`" in packet["body"]
    assert (packet["summary"]["mood"]["label"], packet["summary"]["mood"]["score"]) == ("upset", -0.4)
