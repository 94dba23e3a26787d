"""What the desk relies on of any ledger for packets that wait: they are found when they fall due."""

from __future__ import annotations

from orchestrator.desk import Desk
from orchestrator.domain.model import Receiver
from orchestrator.ledger.port import Ledger
from tests import builders as b
from tests.contract.test_ledger import delivery, load, open_counts, the_handoff
from tests.fakes import ManualClock


def a_desk(ledger: Ledger, clock: ManualClock) -> Desk:
    return Desk(ledger, b.a_holding_policy(), clock)


async def test_a_held_packet_goes_out_with_its_last_item(ledger: Ledger) -> None:
    clock = ManualClock(b.T0)
    desk = a_desk(ledger, clock)
    await desk.handle([delivery(b.a_request(checklist={}))])
    held = await load(ledger)
    assert (held.status, held.began_held, held.packet_version) == ("held", True, 0)
    assert await open_counts(ledger, "tier-2") == {}
    clock.advance(b.MINUTE)
    await desk.handle([delivery(b.a_tick(the_handoff()), "ticked", b.T0 + b.MINUTE, 1)])
    offered = await load(ledger)
    assert (offered.status, offered.packet_version) == ("offered", 1)
    assert await open_counts(ledger, "tier-2") == {"tier-2": 1}


async def test_a_sweep_lets_a_held_packet_go_and_takes_the_answer_that_waited(ledger: Ledger) -> None:
    clock = ManualClock(b.T0)
    desk = a_desk(ledger, clock)
    await desk.handle([delivery(b.a_request(checklist={}))])
    accepted = delivery(b.an_accept(the_handoff()), "accepted", b.T0 + b.MINUTE, 1)
    clock.advance(b.MINUTE)
    assert (await desk.handle([accepted])).parked == 1
    clock.advance(b.MINUTE)
    # A warning is due, and the packet is held on.
    assert (await desk.fire_due(10)).parked == 0
    clock.advance(b.MINUTE)
    assert (await desk.fire_due(10)).parked == 1
    assert (await load(ledger)).status == "held"
    clock.advance(2 * b.MINUTE)
    assert (await desk.fire_due(10)).parked == 0
    handoff = await load(ledger)
    assert (handoff.status, handoff.packet_version) == ("accepted", 1)
    assert handoff.marks[1].at == b.T0 + 5 * b.MINUTE
    assert (await desk.fire_due(10)).events == 0


async def test_a_new_request_finds_what_is_held_and_takes_its_place(ledger: Ledger) -> None:
    desk = a_desk(ledger, ManualClock(b.T0))
    await desk.handle([delivery(b.a_request(checklist={}))])
    elsewhere = b.a_request(receiver=Receiver(team="billing"))
    await desk.handle([delivery(elsewhere, "request-2", offset=1)])
    assert (await load(ledger)).status == "withdrawn"
    assert (await load(ledger, "request-2")).status == "offered"


async def test_rules_that_hold_no_more_let_it_go(ledger: Ledger) -> None:
    clock = ManualClock(b.T0)
    before = a_desk(ledger, clock)
    await before.open()
    await before.handle([delivery(b.a_request(checklist={}))])
    kind = b.a_kind("tier-1-to-tier-2", when_incomplete="send")
    after = Desk(ledger, b.a_policy(kind, version="rules-2"), clock)
    await after.open()
    moved = await after.reproject(
        [the_handoff()], calendars_only=False, reason="enough", actor=b.an_actor(kind="lead")
    )
    assert moved == []
    assert (await load(ledger)).status == "offered"


async def test_an_item_that_overtakes_its_request_counts_when_that_comes(ledger: Ledger) -> None:
    desk = a_desk(ledger, ManualClock(b.T0))
    ticked = delivery(b.a_tick(the_handoff()), "ticked", b.T0, 1)
    assert (await desk.handle([ticked])).parked == 1
    await desk.handle([delivery(b.a_request(checklist={}), offset=2)])
    handoff = await load(ledger)
    assert (handoff.status, handoff.packet_version, handoff.began_held) == ("offered", 1, True)
