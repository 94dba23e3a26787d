"""Tabs are told what changed, and none of them costs the others anything."""

from __future__ import annotations

import asyncio
import gc
from uuid import UUID

import pytest

from orchestrator.board.live.hub import Hub, TooManyTabs
from tests.live_builders import a_card, a_change


async def test_every_tab_is_told_every_change_in_order() -> None:
    hub = Hub()
    tabs = [hub.open("ada"), hub.open("bob")]
    for seq in (1, 2):
        hub.tell(a_change(seq))
    for tab in tabs:
        assert [(await tab.changed()).seq for _ in range(2)] == [1, 2]  # type: ignore[union-attr]


async def test_a_tab_that_waits_is_woken() -> None:
    hub = Hub()
    tab = hub.open("ada")
    waiting = asyncio.create_task(tab.changed())
    await asyncio.sleep(0)
    hub.tell(a_change(5, a_card()))
    assert (await waiting) == a_change(5, a_card())


async def test_a_slow_tab_is_lost_and_its_memory_freed_while_others_go_on() -> None:
    hub = Hub()
    slow, quick = hub.open("ada"), hub.open("bob")
    for seq in range(1, 200):
        hub.tell(a_change(seq))
        assert (await quick.changed()).seq == seq  # type: ignore[union-attr]
    assert slow.is_lost
    assert await slow.changed() is None
    assert not slow._waiting
    assert not quick.is_lost


async def test_there_is_a_limit_for_all_and_one_for_each() -> None:
    hub = Hub(most=3, most_each=2)
    kept = [hub.open("ada"), hub.open("ada")]
    with pytest.raises(TooManyTabs, match="2 of your pages"):
        hub.open("ada")
    kept.append(hub.open("ada", is_limited=False))
    with pytest.raises(TooManyTabs, match="3 pages are watching"):
        hub.open("bob")
    hub.leave(kept.pop())
    assert hub.open("bob").owner == "bob"


async def test_a_tab_that_was_never_told_anything_does_not_count_for_ever() -> None:
    hub = Hub(most=1)
    hub.open("ada")
    gc.collect()
    assert len(hub) == 0
    assert hub.open("bob").owner == "bob"


async def test_the_end_of_the_board_ends_every_tab_also_those_that_come_late() -> None:
    hub = Hub()
    tab = hub.open("ada")
    waiting = asyncio.create_task(tab.changed())
    await asyncio.sleep(0)
    hub.tell(a_change(1))
    hub.close()
    assert await waiting is None
    assert await hub.open("bob").changed() is None
    assert not tab.is_lost


async def test_what_was_told_is_kept_for_those_who_come_back() -> None:
    hub = Hub()
    hub.told_from = 10
    hub.tell(a_change(11, of=(11, 13)))
    # A lower number that was committed later.
    hub.tell(a_change(13, of=(12,)))
    assert [each.seq for each in hub.told_since(10)] == [11, 13, 12]
    assert [each.seq for each in hub.told_since(11)] == [13, 12]
    assert hub.told_from == 10


async def test_only_so_much_is_kept_and_what_is_not_is_said() -> None:
    hub = Hub()
    for seq in range(1, 6_002):
        hub.tell(a_change(seq))
    assert hub.told_from == 1_001
    assert [each.seq for each in hub.told_since(6_000)] == [6_001]
    assert UUID(hub.boot)
