"""The journal is followed through real transactions that end in any order."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any
from uuid import UUID, uuid4

import asyncpg
import pytest

from orchestrator.board.live.gaps import Position
from orchestrator.domain.events import ClockBreached, HandoffRequested
from orchestrator.ledger import reading
from orchestrator.ledger.port import LedgerUnavailable
from tests import builders as b
from tests.integration.live.floors import Floored, a_floor
from tests.live_builders import until
from tests.servers.folders import server_folder
from tests.servers.postgres import LocalPostgres

pytestmark = pytest.mark.postgres

_LOCK = "INSERT INTO inbox (event_id, received_at) VALUES ($1, now())"
_ENTRY = """
INSERT INTO journal (handoff_id, version, case_id, type, at, data, hash)
VALUES ($1, 1, 'case-1', 'support.handoff.lifecycle.contacted.v1', now(), '{}', '\\x00') RETURNING seq
"""


class Writer:
    """A transaction that writes as the desk does: it locks first, and then adds to the journal."""

    def __init__(self, database: Any) -> None:
        self._database = database
        self._transaction = database.transaction()
        self.journal = uuid4()

    async def lock(self) -> None:
        await self._transaction.start()
        await self._database.execute(_LOCK, uuid4())

    async def write(self) -> int:
        await self.lock()
        return await self.add()

    async def add(self) -> int:
        seq: int = await self._database.fetchval(_ENTRY, self.journal)
        return seq

    async def commit(self) -> None:
        await self._transaction.commit()

    async def roll_back(self) -> None:
        await self._transaction.rollback()


@asynccontextmanager
async def writers(dsn: str, count: int) -> AsyncIterator[list[Writer]]:
    databases = [await asyncpg.connect(dsn) for _ in range(count)]
    try:
        yield [Writer(database) for database in databases]
    finally:
        for database in databases:
            await database.close()


async def told(floor: Floored) -> list[list[int]]:
    """Look once, and return the numbers of each change that a tab was told."""
    tab = floor.parts.hub.open("ada")
    await floor.follower.look()
    found = []
    while tab._waiting:
        change = await tab.changed()
        assert change is not None
        found.append([each.seq for each in change.happenings])
    floor.parts.hub.leave(tab)
    return found


async def test_a_lower_number_that_is_committed_later_is_not_missed(database: str) -> None:
    async with a_floor(database) as floor, writers(database, 2) as (slow, quick):
        await floor.follower.fill()
        begin = floor.parts.floor.seq
        low, high = await slow.write(), await quick.write()
        assert low < high
        await quick.commit()
        assert await told(floor) == [[high]], "what is above a gap is told at once"
        assert floor.parts.floor.seq == begin, "who comes back now has to be told the lower one"
        assert await told(floor) == []
        await slow.commit()
        assert await told(floor) == [[low]]
        assert floor.parts.floor.seq == high


async def test_the_number_of_a_rolled_back_transaction_is_given_up_when_it_is_over(database: str) -> None:
    async with a_floor(database) as floor, writers(database, 3) as (failing, good, other):
        await floor.follower.fill()
        lost, high = await failing.write(), await good.write()
        await good.commit()
        assert await told(floor) == [[high]]
        await other.write()
        await failing.roll_back()
        # Another one that began later, and is still open, keeps nobody waiting.
        await told(floor)
        assert floor.parts.floor.seq == high > lost
        await other.roll_back()


async def test_somebody_who_began_before_keeps_a_gap_open_until_they_end(database: str) -> None:
    async with a_floor(database) as floor, writers(database, 3) as (old, failing, good):
        await floor.follower.fill()
        low, _, high = await old.write(), await failing.write(), await good.write()
        await failing.roll_back()
        await good.commit()
        await told(floor)
        assert floor.parts.floor.seq < low
        await old.commit()
        assert await told(floor) == [[low]]
        assert floor.parts.floor.seq == high


async def test_who_began_later_may_take_a_lower_number(database: str) -> None:
    async with a_floor(database) as floor, writers(database, 2) as (first, second):
        await floor.follower.fill()
        begin = floor.parts.floor.seq
        await first.lock()
        await second.lock()
        low, high = await second.add(), await first.add()
        assert low < high
        await first.commit()
        assert await told(floor) == [[high]]
        assert await told(floor) == []
        assert floor.parts.floor.seq == begin, "nobody has ended who could fill the gap"
        await second.commit()
        assert await told(floor) == [[low]]
        assert floor.parts.floor.seq == high


async def test_who_writes_below_the_end_while_all_is_read_is_waited_for(database: str) -> None:
    async with a_floor(database) as floor, writers(database, 2) as (first, second):
        await first.lock()
        await second.lock()
        await second.add()
        await first.add()
        await first.commit()
        await floor.follower.fill()
        assert floor.follower._unsettled is not None
        await second.commit()
        await floor.follower.look()
        assert floor.follower._unsettled is None


async def test_many_writers_at_once_and_every_entry_is_told_once(database: str) -> None:
    async with a_floor(database) as floor:
        await floor.follower.fill()
        committed: list[int] = []
        done = asyncio.Event()

        async def work(number: int) -> None:
            async with writers(database, 1) as (first,):
                for turn in range(12):
                    writer = Writer(first._database)
                    seq = await writer.write()
                    await asyncio.sleep(0.001 * ((number * 7 + turn * 5) % 9))
                    if (number + turn) % 4 == 0:
                        await writer.roll_back()
                    else:
                        await writer.commit()
                        committed.append(seq)

        seen: list[int] = []

        async def follow() -> None:
            while not done.is_set():
                seen.extend(seq for change in await told(floor) for seq in change)
                missing = {seq for seq in committed if seq <= floor.parts.floor.seq} - set(seen)
                assert not missing

        following = asyncio.create_task(follow())
        await asyncio.gather(*(work(number) for number in range(6)))
        done.set()
        await following
        for _ in range(2):
            seen += [seq for change in await told(floor) for seq in change]
        assert sorted(seen) == sorted(committed)
        assert len(committed) > 40
        assert floor.parts.floor.seq >= max(committed)


async def test_the_desk_tells_what_pages_show_and_leaves_out_fat_packets(database: str) -> None:
    async with a_floor(database) as floor:
        await floor.follower.fill()
        [id] = await floor.say(b.a_request())
        tab = floor.parts.hub.open("ada")
        await floor.follower.look()
        change = await tab.changed()
        assert change is not None
        assert [card.id for card in change.cards] == [id]
        assert change.happenings[0].type == HandoffRequested.type
        assert all(each.data is None for each in change.happenings), "nothing in it is shown by itself"
        floor.clock.advance(b.HOUR)
        while (await floor.desk.fire_due(10)).wrote:
            pass
        await floor.follower.look()
        change = await tab.changed()
        assert change is not None
        breach = next(each for each in change.happenings if each.type == ClockBreached.type)
        assert breach.data is not None
        assert breach.data["rung"] == "breach"
        assert breach.journal == id


async def asked(floor: Floored) -> int:
    """Return how many handoffs are open, as a page asks it."""
    async with floor.parts.readers.connection() as db:
        return sum((await reading.open_handoffs(db)).values())


async def test_a_database_that_is_killed_and_comes_back_is_followed_again() -> None:
    with server_folder() as folder, LocalPostgres(folder / "postgres") as server:
        async with a_floor(server.dsn) as floor:
            await floor.follower.fill()
            following = asyncio.create_task(floor.follower.run())
            try:
                await floor.say(b.a_request())
                await until(lambda: len(floor.parts.floor.cards()) == 1)
                assert await asked(floor) == 1
                await asyncio.to_thread(server.kill)
                # A connection that was kept open, and then a new one.
                for _ in range(2):
                    with pytest.raises(LedgerUnavailable):
                        await asked(floor)
                await until(lambda: floor.parts.pulse.error)
                assert "PostgreSQL" in (floor.parts.pulse.error or "")
                assert server.dsn == await asyncio.to_thread(server.start)
                await until(lambda: floor.parts.pulse.error is None, within_s=20)
                await floor.say(b.a_request(case_id="case-2", customer=b.a_customer(id="cust-2")))
                await until(lambda: len(floor.parts.floor.cards()) == 2)
                assert await asked(floor) == 2
            finally:
                following.cancel()


async def test_a_cut_look_reads_the_rest_at_once(database: str) -> None:
    async with a_floor(database) as floor, writers(database, 5) as some:
        for writer in some:
            await writer.write()
            await writer.commit()
        position, seen = Position(0), []
        for _ in range(3):
            tail = await floor.ledger.tail(position.spans, telling=(), limit=2)
            seen += [entry.seq for entry in tail.entries]
            position = position.seeing(
                [e.seq for e in tail.entries], xmin=tail.xmin, until=tail.until, is_whole=tail.is_whole
            )
        assert len(seen) == 5
        assert tail.is_whole
        assert all(isinstance(entry.journal, UUID) for entry in tail.entries)
