"""The floor follows the journal, whatever order its transactions end in."""

from __future__ import annotations

import asyncio
from typing import Any
from uuid import UUID

import pytest

from orchestrator.board.live import tail as module
from orchestrator.board.live.hub import Tab
from orchestrator.board.live.tail import Follower
from orchestrator.board.parts import Parts
from orchestrator.domain.events import Declined, IntegrationHealthChanged
from orchestrator.domain.handoff import Status
from tests import builders as b
from tests.fakes import ManualClock
from tests.live_builders import WatchedInMemory, a_card, another, some_parts, until


def newer(handoff: Any, **over: Any) -> Any:
    return handoff.model_copy(update={"version": handoff.version + 1, **over})


async def a_follower(ledger: WatchedInMemory) -> tuple[Follower, Parts, Tab]:
    parts = some_parts()
    follower = Follower(parts, ledger)
    await follower.fill()
    return follower, parts, parts.hub.open("ada")


async def told(tab: Tab) -> Any:
    async with asyncio.timeout(1):
        return await tab.changed()


async def test_all_that_is_open_is_there_at_the_beginning() -> None:
    ledger = WatchedInMemory()
    offered, done = b.a_handoff(), another(b.a_handoff(Status.COMPLETED))
    ledger.write(offered, done)
    _, parts, _ = await a_follower(ledger)
    assert [card.id for card in parts.floor.cards()] == [offered.id]
    assert parts.floor.seq == parts.hub.told_from == 2
    assert parts.pulse.read_at == b.T0


async def test_what_is_written_is_told_and_what_is_done_goes() -> None:
    ledger = WatchedInMemory()
    first = b.a_handoff()
    ledger.write(first)
    follower, parts, tab = await a_follower(ledger)
    second = another(b.a_handoff(Status.ACCEPTED))
    ledger.write(second)
    ledger.write(newer(first, status=Status.WITHDRAWN))
    assert await follower.look()
    change = await told(tab)
    assert [card.id for card in change.cards] == [second.id]
    assert change.gone == (first.id,)
    assert [each.seq for each in change.happenings] == [2, 3]
    assert change.seq == parts.floor.seq == 3
    assert [card.id for card in parts.floor.cards()] == [second.id]


async def test_nothing_new_tells_nobody_anything() -> None:
    ledger = WatchedInMemory()
    ledger.write(b.a_handoff())
    follower, _, tab = await a_follower(ledger)
    await follower.look()
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.01):
            await tab.changed()


async def test_a_lower_number_that_is_committed_later_is_told_and_no_tab_skips_it() -> None:
    ledger = WatchedInMemory()
    follower, parts, tab = await a_follower(ledger)
    early, late = b.a_handoff(), another(b.a_handoff())
    slow = ledger.begin()
    seq = ledger.number()
    ledger.write(late)
    await follower.look()
    change = await told(tab)
    assert [card.id for card in change.cards] == [late.id]
    assert change.seq == parts.floor.seq == 0, "who comes back now must not miss the lower one"
    ledger.commit(slow, (seq, early))
    await follower.look()
    change = await told(tab)
    assert [each.seq for each in change.happenings] == [1]
    assert change.seq == parts.floor.seq == 2
    assert len(parts.floor.cards()) == 2


async def test_a_gap_of_a_transaction_that_was_rolled_back_is_given_up() -> None:
    ledger = WatchedInMemory()
    follower, parts, tab = await a_follower(ledger)
    failed = ledger.begin()
    ledger.number()
    ledger.write(b.a_handoff())
    await follower.look()
    assert (await told(tab)).seq == 0
    ledger.roll_back(failed)
    await follower.look()
    assert parts.floor.seq == 2


async def test_what_was_begun_before_the_board_and_ends_after_it_started_is_read_too(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(module, "_SETTLED_WITHIN_S", 0.01)
    ledger = WatchedInMemory()
    slow = ledger.begin()
    seq = ledger.number()
    ledger.write(another(b.a_handoff()))
    follower, parts, tab = await a_follower(ledger)
    assert len(parts.floor.cards()) == 1
    late = b.a_handoff()
    ledger.commit(slow, (seq, late))
    await follower.look()
    assert [card.id for card in (await told(tab)).cards] == [late.id]
    assert len(parts.floor.cards()) == 2


async def test_a_bounce_shows_on_the_other_handoffs_of_the_case() -> None:
    ledger = WatchedInMemory()
    declined, other, elsewhere = (
        b.a_handoff(),
        another(b.a_handoff()),
        another(b.a_handoff(), case_id="case-2"),
    )
    ledger.write(declined, other, elsewhere)
    follower, _, tab = await a_follower(ledger)
    ledger.write(newer(declined, status=Status.DECLINED), type=Declined.type)
    await follower.look()
    change = await told(tab)
    assert [card.id for card in change.cards] == [other.id]
    assert change.gone == (declined.id,)


async def test_the_health_of_a_flow_is_told_and_is_no_handoff() -> None:
    ledger = WatchedInMemory()
    follower, _, tab = await a_follower(ledger)
    ledger.write(UUID(int=9), type=IntegrationHealthChanged.type)
    await follower.look()
    change = await told(tab)
    assert (change.cards, change.gone) == ((), ())
    assert change.happenings[0].type == IntegrationHealthChanged.type


async def test_one_that_cannot_be_read_hides_no_other_and_does_not_go() -> None:
    ledger = WatchedInMemory()
    odd, good = b.a_handoff(), another(b.a_handoff())
    ledger.write(odd)
    follower, parts, tab = await a_follower(ledger)
    ledger.write(newer(odd, policy_version="never-stored"), good)
    await follower.look()
    change = await told(tab)
    assert [card.id for card in change.cards] == [good.id]
    assert change.gone == ()
    assert parts.floor.card(odd.id) is not None


async def test_a_database_that_is_away_is_said_and_nothing_is_lost(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "EVERY_S", 0.001)
    monkeypatch.setattr(module, "_LONGEST_WAIT_S", 0.002)
    ledger = WatchedInMemory()
    follower, parts, tab = await a_follower(ledger)
    ledger.is_away = True
    ledger.write(b.a_handoff())
    running = asyncio.create_task(follower.run())
    try:
        await until(lambda: parts.pulse.error)
        assert "away" in (parts.pulse.error or "")
        clock = parts.clock
        assert isinstance(clock, ManualClock)
        clock.advance(b.HOUR)
        ledger.is_away = False
        assert [each.seq for each in (await told(tab)).happenings] == [1]
    finally:
        running.cancel()
    assert parts.pulse.error is None
    assert parts.pulse.read_at == b.T0 + b.HOUR


async def test_a_fault_of_ours_is_said_and_looking_goes_on(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "EVERY_S", 0.001)
    monkeypatch.setattr(module, "_LONGEST_WAIT_S", 0.002)
    ledger = WatchedInMemory()
    follower, parts, tab = await a_follower(ledger)
    whole = ledger.tail

    async def broken(*_: Any, **__: Any) -> Any:
        raise RuntimeError("odd")

    monkeypatch.setattr(ledger, "tail", broken)
    running = asyncio.create_task(follower.run())
    try:
        await until(lambda: parts.pulse.error)
        assert parts.pulse.error == "RuntimeError: odd"
        monkeypatch.setattr(ledger, "tail", whole)
        ledger.write(b.a_handoff())
        assert (await told(tab)).seq == 1
    finally:
        running.cancel()


async def test_a_backlog_is_read_in_pieces(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_LIMIT", 2)
    ledger = WatchedInMemory()
    follower, parts, tab = await a_follower(ledger)
    ledger.write(*(another(b.a_handoff()) for _ in range(5)))
    assert [await follower.look() for _ in range(3)] == [False, False, True]
    assert [(await told(tab)).seq for _ in range(3)] == [2, 4, 5]
    assert len(parts.floor.cards()) == 5


async def test_an_older_card_does_not_replace_a_newer_one() -> None:
    parts = some_parts()
    parts.floor.put([a_card(version=3)])
    parts.floor.put([a_card(version=2)])
    card = parts.floor.card(a_card().id)
    assert card is not None
    assert card.version == 3
    parts.floor.put([a_card(version=3, bounces=1)])
    assert parts.floor.card(card.id) == a_card(version=3, bounces=1)
    parts.floor.drop([card.id])
    assert not parts.floor.cards()
