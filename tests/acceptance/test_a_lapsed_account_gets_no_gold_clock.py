"""Billing decides which clock runs; where its data is late or missing, a safe choice does, and says so."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any, NamedTuple
from uuid import uuid4

import pytest

from orchestrator.domain.policy import ClockPolicy, Policy, PolicyMatch
from tests import builders as b
from tests.acceptance.conftest import OpenStage, packaged
from tests.acceptance.context_process import Sources, sources_of

pytestmark = [pytest.mark.broker, pytest.mark.postgres]

KIND = "tier-1-to-tier-2"
GOLD, BASE = timedelta(minutes=5), timedelta(minutes=30)
HOUR = timedelta(hours=1)
CONFIRM = "until somebody confirms it in billing"


class Account(NamedTuple):
    """What billing says of an account, and what is to come of it."""

    payment_state: str | None
    ago: timedelta
    basis: str
    tier: str
    note: str | None
    accept_within: timedelta


ACCOUNTS = {
    "pays": Account("paid", timedelta(), "stated", "gold", None, GOLD),
    "lapsed": Account(
        "past_due",
        timedelta(),
        "unpaid",
        "standard",
        "payment state past_due: treated as standard instead of gold",
        BASE,
    ),
    "late": Account(
        "paid",
        5 * HOUR,
        "stale",
        "gold",
        f"tier gold as of 5 hours ago: stale, treated as gold {CONFIRM}",
        GOLD,
    ),
    "lapsed-late": Account(
        "past_due",
        5 * HOUR,
        "stale",
        "standard",
        f"tier gold, payment state past_due as of 5 hours ago: stale, treated as standard {CONFIRM}",
        BASE,
    ),
    "unknown": Account(
        None,
        timedelta(),
        "unknown",
        "standard",
        f"tier gold, but no payment state is known: treated as standard {CONFIRM}",
        BASE,
    ),
}
"""The map says that billing is read in real time, and that it decides nothing after four hours."""


def with_gold() -> Policy:
    """Return the packaged rules with a faster clock for gold, at any hour."""
    policy = packaged()
    kind = policy.rules.kinds[KIND]
    fast = tuple(
        spec.model_copy(update={"budget": GOLD, "rungs": spec.rungs[-1:]}) if spec.kind == "accept" else spec
        for spec in kind.clocks
    )
    gold = ClockPolicy(name="gold", match=PolicyMatch(tiers=("gold",)), clocks=fast)
    kinds = policy.rules.kinds | {KIND: kind.model_copy(update={"policies": (gold,)})}
    rules = policy.rules.model_copy(update={"kinds": kinds, "version": f"{policy.rules.version}-gold"})
    return Policy(rules, policy.words)


async def _speak(sources: Sources, run: str) -> None:
    for name, account in ACCOUNTS.items():
        id = f"{name}-{run}"
        await sources.say("contract", {"tier": "gold"}, system="billing", account=id)
        if account.payment_state is not None:
            fields: dict[str, Any] = {"payment_state": account.payment_state}
            await sources.say("billing", fields, system="billing", account=id, ago=account.ago)
    await sources.until_held()


async def test_each_account_has_the_clock_that_it_pays_for_or_a_note(open_stage: OpenStage) -> None:
    run = uuid4().hex[:10]
    policy = with_gold()

    async with open_stage(policy) as stage, sources_of(stage, policy) as sources:
        await _speak(sources, run)
        for name in ACCOUNTS:
            # The sender says gold for all of them, and not since when.
            customer = b.a_customer(id=f"cust-{name}-{run}", account_id=f"{name}-{run}", tier="gold")
            await stage.say(
                b.a_request(case_id=f"{name}-{run}", customer=customer, done_so_far=("Restarted it",)),
                f"{name}-{run}",
            )
        await stage.until(lambda: len(stage.packets("tier-2")) == len(ACCOUNTS))
        await stage.until(lambda: len(stage.lifecycle()) == len(ACCOUNTS))
        await stage.settle()

        packets = {packet["case_id"].removesuffix(f"-{run}"): packet for packet in stage.packets("tier-2")}
        requested = {told["case_id"].removesuffix(f"-{run}"): told for _, told in stage.lifecycle()}
        assert not stage.dead_letters()

    assert packets.keys() == ACCOUNTS.keys()
    for name, account in ACCOUNTS.items():
        packet, entitlement = packets[name], packets[name]["entitlement"]
        assert (entitlement["basis"], entitlement["tier"]) == (account.basis, account.tier), name
        assert entitlement["note"] == account.note, name
        assert (
            account.accept_within <= _time_to_accept(packet) < account.accept_within + timedelta(minutes=1)
        ), name
        # Nothing silent: whoever reads the packet, and whoever follows the case, is told the same.
        assert ("**Note:**" in packet["body"]) == (account.note is not None), name
        if account.note is not None:
            assert account.note in packet["body"].replace("\\", ""), name
        assert requested[name]["entitlement"] == entitlement, name
        assert requested[name]["clock_policy"] == ("gold" if account.tier == "gold" else "base"), name
        # What the sender said of the tier stays to be read, beside what billing said.
        assert packet["customer"]["tier"] == "gold", name
    [payment] = [f for f in packets["lapsed"]["context"]["fields"] if f["name"] == "billing.payment_state"]
    assert (payment["value"], payment["state"]) == ("Past Due", "fresh")
    assert "payment-failed" in [mark["code"] for mark in packets["lapsed"]["context"]["marks"]]


def _time_to_accept(packet: dict[str, Any]) -> timedelta:
    [accept] = [clock for clock in packet["clocks"] if clock["kind"] == "accept"]
    return datetime.fromisoformat(accept["due_at"]) - datetime.fromisoformat(packet["requested_at"])
