"""What the desk relies on, of any ledger."""

from __future__ import annotations

import asyncio
from datetime import datetime, timedelta
from uuid import UUID

import pytest

from orchestrator.desk import Desk
from orchestrator.domain.clocks.occasions import PAUSED, Mark
from orchestrator.domain.commands import Command
from orchestrator.domain.handoff import Handoff, Outcome, Status
from orchestrator.domain.identity import event_id, handoff_id
from orchestrator.domain.model import Priority
from orchestrator.domain.open_work import COUNTED, LOADED, OpenHandoffs, Whose, open_handoff
from orchestrator.domain.routing.trail import HOPS_KEPT, Trail, hop_of
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


# The trail of a case, and how full teams are


def a_row(n: int, case: str = "case-1", minutes: int = 0, **over: object) -> Handoff:
    """Return handoff number `n`, requested so many minutes after T0."""
    fields = {
        "id": UUID(int=n),
        "case_id": case,
        "customer_id": "cust-1",
        "kind": "any-to-any",
        "policy_version": "rules-1",
        "status": Status.OFFERED,
        "version": 1,
        "sending_team": "chat",
        "receiving_team": "phone",
        "priority": "normal",
        "requested_at": b.T0 + minutes * b.MINUTE,
    }
    return Handoff.model_validate(fields | over)


async def keep(ledger: Ledger, *handoffs: Handoff) -> None:
    """Store handoffs as they are; their journals do not matter here."""
    async with ledger.transaction() as transaction:
        changes = Changes(now=b.T0, chains={handoff.id: b"chain" for handoff in handoffs})
        changes.requested = [(handoff, delivery(b.a_request())) for handoff in handoffs]
        await transaction.save(changes)


async def trails(ledger: Ledger, *cases: str) -> dict[str, Trail]:
    async with ledger.transaction() as transaction:
        return await transaction.load_trails(cases)


async def open_counts(ledger: Ledger, *teams: str) -> dict[str, int]:
    async with ledger.transaction() as transaction:
        return await transaction.open_counts(teams)


async def test_a_trail_has_every_handoff_of_its_case_the_oldest_first(ledger: Ledger) -> None:
    first = a_row(2, status=Status.DECLINED, refused_by=("ann", "bob"))
    side = a_row(1, minutes=1, sender_keeps_case=True, receiving_team="engineering")
    other = a_row(3, "case-2", status=Status.COMPLETED)
    await keep(ledger, side, first, other)
    found = await trails(ledger, "case-1", "case-2", "never-seen", "case-1")
    assert found.keys() == {"case-1", "case-2"}
    assert found["case-1"].hops == (hop_of(first), hop_of(side))
    assert found["case-1"].newest == first
    assert found["case-2"] == Trail((hop_of(other),), other)


async def test_a_trail_of_side_handoffs_only_has_no_newest(ledger: Ledger) -> None:
    side = a_row(1, sender_keeps_case=True)
    await keep(ledger, side)
    assert (await trails(ledger, "case-1"))["case-1"] == Trail((hop_of(side),), None)


async def test_no_cases_have_no_trails(ledger: Ledger) -> None:
    await keep(ledger, a_row(1))
    assert await trails(ledger) == {}


async def test_of_two_handoffs_in_the_same_instant_the_open_one_is_newer(ledger: Ledger) -> None:
    over, open_ = a_row(2, status=Status.HANDED_ON), a_row(1)
    await keep(ledger, over, open_)
    trail = (await trails(ledger, "case-1"))["case-1"]
    assert (trail.hops, trail.newest) == ((hop_of(over), hop_of(open_)), open_)


async def test_a_trail_is_cut_to_its_newest_hops(ledger: Ledger) -> None:
    rows = [a_row(n, minutes=n) for n in range(1, HOPS_KEPT + 8)]
    await keep(ledger, *rows)
    trail = (await trails(ledger, "case-1"))["case-1"]
    assert trail.hops == tuple(hop_of(row) for row in rows[-HOPS_KEPT:])
    assert trail.newest == rows[-1]


async def test_a_trail_with_a_nul_in_what_somebody_typed_can_be_read(ledger: Ledger) -> None:
    mark = Mark(b.T0, PAUSED, "phone", "waits\x00for the customer")
    row = a_row(1, marks=(mark,), refused_by=("ann",))
    await keep(ledger, row)
    assert (await trails(ledger, "case-1"))["case-1"] == Trail((hop_of(row),), row)


async def test_a_trail_tells_who_had_a_handoff_and_how_it_ended(ledger: Ledger) -> None:
    outcome = Outcome(at=b.T0 + b.HOUR, by="Ann", team="phone", said="no capacity\x00")
    first = a_row(1, status=Status.DECLINED, outcome=outcome, reason="calls again", receiving_agent="ann")
    await keep(ledger, first, a_row(2, minutes=1))
    hop = (await trails(ledger, "case-1"))["case-1"].hops[0]
    assert (hop.kind, hop.reason, hop.agent, hop.outcome) == ("any-to-any", "calls again", "ann", outcome)


async def test_a_trail_shows_what_became_of_a_handoff(ledger: Ledger) -> None:
    desk = a_desk(ledger)
    await desk.handle([delivery(b.a_request())])
    await desk.handle([delivery(b.a_decline(the_handoff()), "declined", offset=1)])
    handoff = await load(ledger)
    trail = (await trails(ledger, "case-1"))["case-1"]
    assert trail == Trail((hop_of(handoff),), handoff)
    assert (trail.hops[0].status, trail.hops[0].declined_by) == (Status.DECLINED, ("agent-tier-2",))


async def test_open_handoffs_are_counted_for_the_teams_that_are_asked_for(ledger: Ledger) -> None:
    others = [s for s in Status if not s.is_with_receiver]
    await keep(
        ledger,
        a_row(1),
        a_row(2, "case-2", status=Status.ACCEPTED),
        a_row(3, "case-3", receiving_team="email"),
        *(a_row(10 + n, f"case-{10 + n}", status=status) for n, status in enumerate(others)),
    )
    assert await open_counts(ledger, "phone", "billing") == {"phone": 2}
    assert await open_counts(ledger, "phone", "email") == {"phone": 2, "email": 1}
    assert await open_counts(ledger) == {}


async def test_work_that_was_offered_to_another_team_counts_there(ledger: Ledger) -> None:
    row = a_row(1)
    await keep(ledger, row)
    moved = row.model_copy(update={"receiving_team": "email", "priority": Priority.HIGH})
    async with ledger.transaction() as transaction:
        await transaction.save(Changes(now=b.T0, changed=[moved], chains={row.id: b"next"}))
    assert await open_counts(ledger, "phone", "email") == {"email": 1}
    trail = (await trails(ledger, "case-1"))["case-1"]
    assert (trail.hops, trail.newest) == ((hop_of(moved),), moved)


# Everybody's open work


async def open_work(ledger: Ledger, *owners: Whose) -> dict[Whose, OpenHandoffs]:
    async with ledger.transaction() as transaction:
        return await transaction.load_open_work(owners)


ADA_OF_A, ADA_OF_B, ADA, BOB_OF_A = (
    Whose("a", "ada"),
    Whose("b", "ada"),
    Whose(None, "ada"),
    Whose("a", "bob"),
)


def a_row_of(n: int, owner: Whose, **over: object) -> Handoff:
    fields = {"account_id": owner.account_id, "customer_id": owner.customer_id, "reason": f"reason {n}"}
    return a_row(n, f"case-{n}", n, **(fields | over))


async def test_open_work_is_that_of_the_account_and_of_the_person_who_names_none(ledger: Ledger) -> None:
    of_a, of_b, of_none = a_row_of(1, ADA_OF_A), a_row_of(2, ADA_OF_B), a_row_of(3, ADA)
    await keep(ledger, of_a, of_b, of_none)
    found = await open_work(ledger, ADA_OF_A, BOB_OF_A, ADA, Whose("c", "carl"))
    assert found == {
        ADA_OF_A: OpenHandoffs((open_handoff(of_none), open_handoff(of_a)), 2),
        BOB_OF_A: OpenHandoffs((open_handoff(of_a),), 1),
        ADA: OpenHandoffs((open_handoff(of_none), open_handoff(of_b), open_handoff(of_a)), 3),
    }


async def test_nobody_has_no_open_work(ledger: Ledger) -> None:
    await keep(ledger, a_row_of(1, ADA))
    assert await open_work(ledger) == {}


async def test_work_that_is_over_is_not_open(ledger: Ledger) -> None:
    rows = [a_row_of(n, ADA, status=status) for n, status in enumerate(Status, 1)]
    await keep(ledger, *rows)
    found = (await open_work(ledger, ADA))[ADA]
    assert {each.status for each in found.newest} == {status for status in Status if status.is_open}


async def test_of_much_open_work_the_newest_is_returned_and_some_is_counted(ledger: Ledger) -> None:
    rows = [a_row_of(n, ADA_OF_A) for n in range(1, COUNTED + 10)]
    await keep(ledger, *rows)
    found = (await open_work(ledger, ADA_OF_A))[ADA_OF_A]
    assert found == OpenHandoffs(tuple(map(open_handoff, reversed(rows[-LOADED:]))), COUNTED)


async def test_open_work_changes_with_its_handoff(ledger: Ledger) -> None:
    row = a_row_of(1, ADA_OF_A)
    await keep(ledger, row)
    moved = row.model_copy(update={"receiving_team": "email", "priority": Priority.URGENT})
    async with ledger.transaction() as transaction:
        await transaction.save(Changes(now=b.T0, changed=[moved], chains={row.id: b"next"}))
    assert (await open_work(ledger, ADA_OF_A))[ADA_OF_A].newest == (open_handoff(moved),)


async def test_a_reason_with_a_nul_is_stored(ledger: Ledger) -> None:
    await a_desk(ledger).handle([delivery(b.a_request(reason={"text": "charged\x00 twice"}))])
    owner = Whose("acct-1", "cust-1")
    assert [each.reason for each in (await open_work(ledger, owner))[owner].newest] == ["charged twice"]


async def test_two_teams_at_work_on_one_customer_are_told_once(ledger: Ledger) -> None:
    desk = a_desk(ledger)
    await desk.handle([delivery(b.a_request())])
    second = b.a_request(case_id="case-2", receiver={"team": "billing"})
    alone = b.a_request(case_id="case-3", receiver={"team": "billing"}, customer=b.a_customer(account_id="x"))
    told = await desk.handle([delivery(second, "request-2", offset=1)])
    untold = await desk.handle([delivery(alone, "request-3", offset=2)])
    again = await desk.handle([delivery(second, "request-2", offset=3)])
    assert (told.events - untold.events, again.events) == (2, 0)
