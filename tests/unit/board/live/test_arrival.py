"""Who has just done something reads on the next page that it was done."""

from __future__ import annotations

import asyncio

from orchestrator.board.live.arrival import until_known
from orchestrator.board.live.floor import Floor
from orchestrator.domain.handoff import Handoff, Status
from tests import builders as b
from tests.live_builders import a_card


def a_floor(handoff: Handoff, version: int) -> Floor:
    floor = Floor()
    floor.put([a_card(id=handoff.id, version=version)])
    return floor


async def test_what_is_known_already_is_not_waited_for() -> None:
    handoff = b.a_handoff(Status.ACCEPTED)
    assert await until_known(a_floor(handoff, handoff.version), handoff, within_s=0)
    assert await until_known(a_floor(handoff, handoff.version + 1), handoff, within_s=0)


async def test_it_is_waited_for_until_the_journal_was_read() -> None:
    handoff = b.a_handoff(Status.ACCEPTED)
    floor = a_floor(handoff, handoff.version - 1)
    asyncio.get_running_loop().call_later(
        0.08, lambda: floor.put([a_card(id=handoff.id, version=handoff.version)])
    )
    assert await until_known(floor, handoff)


async def test_what_is_over_is_known_when_it_is_not_open_any_more() -> None:
    handoff = b.a_handoff(Status.COMPLETED)
    floor = a_floor(handoff, handoff.version - 1)
    assert not await until_known(floor, handoff, within_s=0)
    floor.drop([handoff.id])
    assert await until_known(floor, handoff, within_s=0)


async def test_a_journal_that_cannot_be_read_is_waited_for_only_so_long() -> None:
    handoff = b.a_handoff(Status.ACCEPTED)
    async with asyncio.timeout(1):
        assert not await until_known(a_floor(handoff, handoff.version - 1), handoff, within_s=0.1)
