"""What the desk relies on, of any ledger."""

from __future__ import annotations

import asyncio
from datetime import datetime, timedelta
from uuid import UUID

import pytest

from orchestrator.desk import Desk
from orchestrator.domain.commands import Command
from orchestrator.domain.handoff import Handoff
from orchestrator.domain.identity import event_id, handoff_id
from orchestrator.inbound import DeadLetter, Delivery, Origin
from orchestrator.ledger.port import Changes, Fenced, Ledger, Progress
from tests import builders as b
from tests.fakes import ManualClock

TOPIC = "support.handoff.transfer.requested.v1"


def delivery(command: Command, id: str = "request-1", at: datetime = b.T0, offset: int = 0) -> Delivery:
    cause = b.a_cause(at=at, id=id)
    origin = Origin(TOPIC, 0, offset, b"case-1", b"{}", (("ce_id", id.encode()), ("odd\x00", None)))
    return Delivery(origin, event_id(cause.source, cause.id), cause, command)


def a_desk(ledger: Ledger, clock: ManualClock | None = None) -> Desk:
    return Desk(ledger, b.a_policy(), clock or ManualClock(b.T0))


def the_handoff(id: str = "request-1") -> UUID:
    return handoff_id(b.SOURCE, id)


async def load(ledger: Ledger, id: str = "request-1") -> Handoff:
    async with ledger.transaction() as transaction:
        return (await transaction.load([the_handoff(id)]))[0].handoff


async def test_a_request_is_stored_with_its_clocks_and_can_be_loaded(ledger: Ledger) -> None:
    outcome = await a_desk(ledger).handle([delivery(b.a_request())])
    handoff = await load(ledger)
    assert outcome.new == 1
    assert outcome.events == handoff.version
    assert handoff.status == "offered"
    assert {clock.kind for clock in handoff.clocks} >= {"accept"}


async def test_the_same_event_is_handled_once_in_one_batch_and_over_batches(ledger: Ledger) -> None:
    desk = a_desk(ledger)
    twice = await desk.handle([delivery(b.a_request()), delivery(b.a_request(), offset=1)])
    again = await desk.handle([delivery(b.a_request(), offset=2)])
    assert twice.new == 1
    assert again.new == 0
    assert again.events == 0


async def test_a_reply_before_its_request_waits_and_is_applied_in_the_order_of_time(
    ledger: Ledger,
) -> None:
    desk = a_desk(ledger, ManualClock(b.T0 + b.HOUR))
    done = delivery(b.a_completion(the_handoff()), "done", b.T0 + 2 * b.MINUTE, 1)
    accepted = delivery(b.an_accept(the_handoff()), "accepted", b.T0 + b.MINUTE, 2)
    assert (await desk.handle([done])).parked == 1
    assert (await desk.handle([accepted])).parked == 2
    outcome = await desk.handle([delivery(b.a_request(), offset=3)])
    assert outcome.parked == 0
    assert (await load(ledger)).status == "completed"


async def test_a_reply_that_is_too_early_waits_for_the_one_before_it(ledger: Ledger) -> None:
    desk = a_desk(ledger, ManualClock(b.T0 + b.HOUR))
    await desk.handle([delivery(b.a_request())])
    completion = delivery(b.a_completion(the_handoff()), "done", b.T0 + b.MINUTE, 1)
    assert (await desk.handle([completion])).parked == 1
    await desk.handle([delivery(b.an_accept(the_handoff()), "accepted", b.T0, 2)])
    assert (await load(ledger)).status == "completed"


async def test_a_parked_reply_ends_as_a_dead_letter_when_it_has_waited_too_long(ledger: Ledger) -> None:
    clock = ManualClock(b.T0)
    desk = a_desk(ledger, clock)
    await desk.handle([delivery(b.an_accept(the_handoff()), "accepted")])
    assert (await desk.settle_parked(10)).dead_letters == 0
    clock.advance(timedelta(minutes=10))
    assert (await desk.settle_parked(10)).dead_letters == 1
    assert (await desk.settle_parked(10)).dead_letters == 0


async def test_a_reply_parked_beside_its_request_is_found_by_the_sweep(ledger: Ledger) -> None:
    desk = a_desk(ledger)
    await desk.handle([delivery(b.an_accept(the_handoff()), "accepted")])
    async with ledger.transaction() as transaction:
        parked = await transaction.unpark([the_handoff()])
    await desk.handle([delivery(b.a_request(), offset=1)])
    async with ledger.transaction() as transaction:
        await transaction.save(Changes(now=b.T0, parked=parked))
    assert await ledger.waiting_for_known(10) == [the_handoff()]
    await desk.settle_parked(10)
    assert (await load(ledger)).status == "accepted"
    assert await ledger.waiting_for_known(10) == []


async def test_a_due_clock_fires_once(ledger: Ledger) -> None:
    clock = ManualClock(b.T0)
    desk = a_desk(ledger, clock)
    await desk.handle([delivery(b.a_request())])
    assert (await desk.fire_due(10)).events == 0
    clock.advance(timedelta(days=1))
    first, second = await asyncio.gather(desk.fire_due(10), desk.fire_due(10))
    assert first.events + second.events > 0
    assert (await desk.fire_due(10)).events == 0
    assert (await load(ledger)).clock("accept").is_breached


async def test_an_index_row_that_fell_behind_is_mended(ledger: Ledger) -> None:
    clock = ManualClock(b.T0)
    desk = a_desk(ledger, clock)
    await desk.handle([delivery(b.a_request())])
    stale = (await load(ledger)).clock("accept")
    await desk.handle([delivery(b.an_accept(the_handoff()), "accepted", offset=1)])
    async with ledger.transaction() as transaction:
        await transaction.save(Changes(now=b.T0, clocks=[(the_handoff(), stale)]))
    clock.advance(timedelta(days=1))
    await desk.fire_due(10)
    async with ledger.transaction() as transaction:
        assert await transaction.load_due(clock.now(), 10) == []


async def test_nothing_is_kept_of_a_transaction_that_raises(ledger: Ledger) -> None:
    claim = (await ledger.claim_partitions("group-1", [(TOPIC, 0)], "me"))[TOPIC, 0]
    with pytest.raises(RuntimeError, match="on purpose"):  # noqa: PT012  # the block is what is tested
        async with ledger.transaction() as transaction:
            await transaction.advance([Progress(TOPIC, 0, 5, claim.epoch)])
            await transaction.claim_events([the_handoff()], b.T0)
            raise RuntimeError("on purpose")
    async with ledger.transaction() as transaction:
        assert await transaction.claim_events([the_handoff()], b.T0) == {the_handoff()}
    assert (await ledger.claim_partitions("group-1", [(TOPIC, 0)], "me"))[TOPIC, 0].next_offset is None


async def test_progress_is_stored_with_the_batch_and_an_old_claim_is_fenced(ledger: Ledger) -> None:
    desk = a_desk(ledger)
    old = (await ledger.claim_partitions("group-1", [(TOPIC, 0)], "old"))[TOPIC, 0]
    await desk.handle([delivery(b.a_request())], progress=[Progress(TOPIC, 0, 1, old.epoch)])
    new = (await ledger.claim_partitions("group-1", [(TOPIC, 0)], "new"))[TOPIC, 0]
    assert new.next_offset == 1
    with pytest.raises(Fenced):
        await desk.handle(
            [delivery(b.a_request(), "request-2", offset=1)], progress=[Progress(TOPIC, 0, 2, old.epoch)]
        )
    async with ledger.transaction() as transaction:
        assert await transaction.load([the_handoff("request-2")]) == []


async def test_a_message_read_twice_is_one_dead_letter(ledger: Ledger) -> None:
    desk = a_desk(ledger)
    letter = DeadLetter(delivery(b.a_request()).origin, "malformed-json", "it ends\x00 at byte 7")
    await desk.handle([letter])
    await desk.handle([letter])


async def test_a_case_handed_on_ends_the_handoff_that_its_team_held(ledger: Ledger) -> None:
    desk = a_desk(ledger)
    await desk.handle([delivery(b.a_request())])
    await desk.handle([delivery(b.an_accept(the_handoff()), "accepted", offset=1)])
    first = await load(ledger)
    onward = b.a_request(
        sender=b.a_sender(first.receiving_team), receiver={"team": "billing"}, kind="any-to-any"
    )
    await desk.handle([delivery(onward, "request-2", offset=2)])
    first = await load(ledger)
    assert first.status == "handed-on"
    assert first.open_clocks() == ()
    assert (await load(ledger, "request-2")).status == "offered"


async def test_rules_of_an_earlier_version_are_kept(ledger: Ledger) -> None:
    rules = b.a_policy().rules
    await ledger.keep_rules(rules, b.T0)
    await ledger.keep_rules(rules, b.T0)
    assert await ledger.rules(rules.version) == rules
    assert await ledger.rules("never-stored") is None


async def test_a_handoff_is_decided_by_the_rules_it_began_under(ledger: Ledger) -> None:
    before = a_desk(ledger)
    await before.open()
    await before.handle([delivery(b.a_request())])
    after = Desk(ledger, b.a_policy(version="rules-2"), ManualClock(b.T0))
    await after.open()
    await after.handle([delivery(b.an_accept(the_handoff()), "accepted", offset=1)])
    handoff = await load(ledger)
    assert handoff.status == "accepted"
    assert handoff.policy_version == "rules-1"
