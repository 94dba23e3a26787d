"""Cards of many handoffs are read from a real ledger, by its indexes."""

from __future__ import annotations

from uuid import UUID

import asyncpg
import pytest

from orchestrator.board.live.card import Card, Risk
from orchestrator.board.live.card_reading import CardReading
from orchestrator.domain.handoff import Status
from orchestrator.inbound import DeadLetter, Origin
from orchestrator.ledger import floor_sql
from orchestrator.ledger.connection import SESSION
from tests import builders as b
from tests.integration.live.floors import Floored, a_floor

pytestmark = pytest.mark.postgres


async def cards(floor: Floored) -> dict[UUID, Card]:
    """Return every card that is open."""
    found: dict[UUID, Card] = {}
    async for read in CardReading(floor.ledger, floor.policy).all_open():
        assert not read.unreadable
        found |= {card.id: card for card in read.cards}
    return found


async def fire(floor: Floored) -> None:
    while (await floor.desk.fire_due(100)).wrote:
        pass


async def test_a_card_says_what_the_ledger_says_whatever_a_customer_is_called(database: str) -> None:
    async with a_floor(database) as floor:
        name = "Ada \x00 \u2028 <script>"
        [id] = await floor.say(b.a_request(customer=b.a_customer(name=name)))
        card = (await cards(floor))[id]
        assert (card.customer, card.status, card.case_id) == (name, Status.OFFERED, "case-1")
        assert card.clocks[0].risk is Risk.ON_TIME
        assert card.due_at is not None


async def test_what_the_clocks_have_seen_shows_after_a_warning_and_a_breach(database: str) -> None:
    async with a_floor(database) as floor:
        [id] = await floor.say(b.a_request())
        due = (await cards(floor))[id].due_at
        assert due is not None
        floor.clock.advance(due - b.T0 - b.SECOND)
        await fire(floor)
        assert (await cards(floor))[id].risk is Risk.AT_RISK
        floor.clock.advance(2 * b.SECOND)
        await fire(floor)
        assert (await cards(floor))[id].risk is Risk.BREACHED


async def test_a_bounce_counts_on_the_next_handoff_of_the_case(database: str) -> None:
    async with a_floor(database) as floor:
        [first] = await floor.say(b.a_request())
        await floor.say(b.a_decline(first))
        floor.clock.advance(b.MINUTE)
        [second] = await floor.say(b.a_request())
        floor.clock.advance(b.MINUTE)
        [other] = await floor.say(b.a_request(case_id="case-2"))
        found = await cards(floor)
        assert set(found) == {second, other}
        assert [found[id].bounces for id in (second, other)] == [1, 0]


async def test_only_what_is_open_is_read_and_by_an_index(database: str) -> None:
    async with a_floor(database) as floor:
        open_, done = await floor.say(
            b.a_request(), b.a_request(case_id="case-2", customer=b.a_customer(id="cust-2"))
        )
        await floor.say(b.a_withdrawal(done))
        assert await floor.ledger.open_ids() == [open_]
        rows = await floor.ledger.open_rows([open_, done, UUID(int=1)])
        assert [row["id"] for row in rows] == [open_]
        connection = await asyncpg.connect(database, server_settings=SESSION)
        try:
            for statement, arguments in (
                (floor_sql.OPEN_IDS, ()),
                (floor_sql.OPEN_ROWS, ([open_],)),
                (floor_sql.TAIL, ([1], [9], ["a"], 10)),
            ):
                plan = await connection.fetch(f"EXPLAIN {statement}", *arguments)
                assert not [row[0] for row in plan if "Seq Scan" in row[0]], statement
        finally:
            await connection.close()


async def test_signs_tell_the_time_of_the_database_the_oldest_rung_and_dead_letters(database: str) -> None:
    async with a_floor(database) as floor:
        assert (await floor.ledger.signs()).next_at is None
        [id] = await floor.say(b.a_request())
        await floor.desk.handle([DeadLetter(Origin("topic", 0, 0, None, b"?", ()), "unreadable", "not JSON")])
        signs = await floor.ledger.signs()
        connection = await asyncpg.connect(database)
        try:
            now = await connection.fetchval("SELECT clock_timestamp()")
            first = await connection.fetchval("SELECT min(next_at) FROM clocks WHERE handoff_id = $1", id)
        finally:
            await connection.close()
        assert abs((now - signs.now).total_seconds()) < 5
        assert (signs.next_at, signs.dead_letters) == (first, 1)
