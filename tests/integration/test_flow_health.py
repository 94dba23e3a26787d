"""The health of flows on PostgreSQL: what several processes count adds up, and each change is told by one."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from hashlib import sha256
from typing import Any

import pytest

from orchestrator.domain.flow_health.health import FlowHealth
from orchestrator.domain.flow_health.state import State
from orchestrator.domain.identity import flow_journal, journal_id
from orchestrator.ledger import reading, schema
from orchestrator.ledger.connection import connect
from orchestrator.ledger.flow_health import LEFT_LYING, PostgresFlows, healths
from streams.flows.sweep import FlowSweep
from streams.flows.watch import FlowWatch
from tests.builders import HOUR, MINUTE, SECOND, T0
from tests.fakes import ManualClock
from tests.unit.domain.flow_builders import ERROR_AFTER, WARN_AFTER, a_flow, a_note, counted, failed_note

pytestmark = pytest.mark.postgres

FLOW = a_flow()
FLOWS = {f"flow-{n}": a_flow(id=f"flow-{n}") for n in range(8)}


@pytest.fixture
async def ledgers(database: str) -> AsyncIterator[list[PostgresFlows]]:
    """Four processes, as far as the database can tell."""
    await schema.upgrade(database)
    opened = [PostgresFlows(database, shards=1) for _ in range(4)]
    for each in opened:
        await each.open()
    yield opened
    for each in opened:
        await each.close()


@pytest.fixture
async def db(database: str, ledgers: list[PostgresFlows]) -> AsyncIterator[Any]:
    connection = await connect(database)
    yield connection
    await connection.close()


async def health_of(database: str, flow: str = FLOW.id) -> FlowHealth:
    async with reading.reading(database) as connection:
        return (await healths(connection))[flow]


async def test_sweeps_at_the_same_time_tell_each_change_once(ledgers: list[PostgresFlows], db: Any) -> None:
    await asyncio.gather(*(each.watch(FLOWS.values(), now=T0) for each in ledgers))

    for now in (T0, T0 + WARN_AFTER, T0 + ERROR_AFTER):
        told = await asyncio.gather(*(each.judge_due(FLOWS, now=now) for each in ledgers * 3))
        flows = [event.flow for events in told for event in events]
        assert sorted(flows) == ([] if now == T0 else sorted(FLOWS))

    stored = await db.fetch("SELECT handoff_id, version, case_id, data->>'state' AS state FROM journal")
    assert sorted((r["case_id"], r["version"], r["state"]) for r in stored) == sorted(
        (flow, version, state) for flow in FLOWS for version, state in ((1, "warn"), (2, "error"))
    )
    assert {r["handoff_id"] for r in stored} == {flow_journal(flow) for flow in FLOWS}
    assert await db.fetchval("SELECT count(*) FROM outbox WHERE stream = 'health'") == 2 * len(FLOWS)


async def test_what_four_processes_count_adds_up(ledgers: list[PostgresFlows], database: str) -> None:
    batches = [counted([(T0, a_note(T0))] * 7 + [(T0, failed_note())] * 3) for _ in range(40)]

    await asyncio.gather(*(ledgers[n % 4].note({FLOW.id: batch}, now=T0) for n, batch in enumerate(batches)))

    [minute] = (await health_of(database)).counts.minutes.values()
    assert (minute.passed, minute.failed) == (280, {"invalid-data": 120})
    assert sum(minute.latency.values()) == 280


async def test_the_journal_of_a_flow_is_a_chain_and_holds_what_was_told(
    ledgers: list[PostgresFlows], db: Any
) -> None:
    ledger = ledgers[0]
    await ledger.watch([FLOW], now=T0)
    told = []
    for hours in (1, 2, 3):
        told += await ledger.judge_due({FLOW.id: FLOW}, now=T0 + hours * HOUR)
    await ledger.note({FLOW.id: counted([(T0 + 4 * HOUR, a_note(T0 + 4 * HOUR))])}, now=T0 + 4 * HOUR)
    told += await ledger.judge_due({FLOW.id: FLOW}, now=T0 + 4 * HOUR)

    entries = await db.fetch("SELECT version, data, hash FROM journal ORDER BY version")
    chain = b""
    for number, entry in enumerate(entries, start=1):
        chain = sha256(chain + entry["data"].encode()).digest()
        assert (entry["version"], entry["hash"]) == (number, chain)
    assert await db.fetchval("SELECT chain FROM flow_health") == chain
    assert [entry["data"] for entry in entries] == [event.model_dump_json() for event in told]
    assert [json.loads(entry["data"])["state"] for entry in entries] == ["warn", "error", "ok"]


async def test_a_change_that_cannot_leave_is_not_made(ledgers: list[PostgresFlows], db: Any) -> None:
    ledger = ledgers[0]
    await ledger.watch([FLOW], now=T0)
    await db.execute("ALTER TABLE outbox ADD CONSTRAINT none CHECK (stream <> 'health') NOT VALID")

    with pytest.raises(Exception, match="none"):
        await ledger.judge_due({FLOW.id: FLOW}, now=T0 + WARN_AFTER)
    assert await db.fetchval("SELECT count(*) FROM journal") == 0
    await db.execute("ALTER TABLE outbox DROP CONSTRAINT none")

    [event] = await ledger.judge_due({FLOW.id: FLOW}, now=T0 + WARN_AFTER)
    assert event.id == journal_id(flow_journal(FLOW.id), 1)


async def test_a_flow_that_is_not_on_the_map_any_more_is_left_alone(ledgers: list[PostgresFlows]) -> None:
    ledger = ledgers[0]
    await ledger.watch([FLOW, a_flow(id="gone")], now=T0)

    assert [e.flow for e in await ledger.judge_due({FLOW.id: FLOW}, now=T0 + WARN_AFTER)] == [FLOW.id]


async def test_while_a_map_is_rolled_out_those_with_the_newest_judge(ledgers: list[PostgresFlows]) -> None:
    old, new = ledgers[:2]
    stricter = {FLOW.id: a_flow(warn_after=MINUTE)}
    await old.watch([FLOW], now=T0)
    await old.judge_due({FLOW.id: FLOW}, now=T0)

    now = T0 + 10 * MINUTE
    await new.watch(stricter.values(), now=now)
    assert await old.judge_due({FLOW.id: FLOW}, now=now) == []
    [late] = await new.judge_due(stricter, now=now)
    assert (late.state, late.at) == (State.WARN, T0 + MINUTE)

    for _ in range(19):
        now += SECOND
        await old.note({FLOW.id: counted([(now, failed_note())])}, now=now)
        assert await old.judge_due({FLOW.id: FLOW}, now=now) == []
    assert [e.state for e in await old.judge_due({FLOW.id: FLOW}, now=now + LEFT_LYING)] == [State.ERROR]


async def test_silence_is_noticed_by_the_sweep_without_an_event(
    ledgers: list[PostgresFlows], db: Any
) -> None:
    clock = ManualClock(T0)
    woken = asyncio.Event()
    watch = FlowWatch(ledgers[0], [FLOW], clock)
    sweep = FlowSweep(ledgers[1], [FLOW], clock, on_written=woken.set)
    running = asyncio.create_task(sweep.run())
    try:
        watch.note([a_note(T0)])
        await watch.flush()
        clock.advance(WARN_AFTER - SECOND)
        await asyncio.sleep(0.5)
        assert not woken.is_set()
        clock.advance(SECOND)
        async with asyncio.timeout(10):
            await woken.wait()
    finally:
        sweep.stop()
        await running

    assert await db.fetchval("SELECT data->>'at' FROM journal") == "2026-03-02T10:00:00Z"
