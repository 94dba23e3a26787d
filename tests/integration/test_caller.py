"""Who is on the line is found by an index, in what was stored before there was one as well."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection, event
from sqlalchemy.ext.asyncio import AsyncConnection

from orchestrator.domain.context.subjects import Subject
from orchestrator.domain.handoff import Handoff
from orchestrator.ledger import caller, schema
from orchestrator.ledger.caller_keys import keys_of, phone_key
from orchestrator.ledger.connection import connect
from orchestrator.ledger.context_postgres import PostgresContext
from tests.builders import T0
from tests.context_builders import observed

pytestmark = pytest.mark.postgres

HANDOFFS = 5_000
RECORDS = 5_000
NUMBER = "+44 20 7946 0958"
LINKS = {"crm": "https://crm.example/cases/9", "room": "https://chat.example/rooms/R-771", "caller": NUMBER}

_FILL_HANDOFFS = """
INSERT INTO handoffs (id, case_id, customer_id, account_id, kind, status, sending_team, receiving_team,
                      priority, requested_at, state, request_type, request, chain)
SELECT lpad(to_hex(n + 1), 32, '0')::uuid, 'case-' || n, 'customer-' || n, 'account-' || n, 'kind',
       (ARRAY['offered', 'completed', 'held', 'accepted'])[n % 4 + 1], 'tier-1', 'tier-2', 'normal',
       $2::timestamptz, '{}', 'type', replace($3, 'R-771', 'R-' || n)::json, ''
FROM generate_series(0, $1::int - 1) AS n
"""
_FILL_RECORDS = """
INSERT INTO context_records (subject, key, item, system, is_live, state, newest_at, received_at)
SELECT (ARRAY['account', 'preference', 'usage'])[n % 3 + 1], 'account:account-' || n, '', 'crm', n % 5 > 0,
       $3::json, $2::timestamptz, $2::timestamptz
FROM generate_series(0, $1::int - 1) AS n
"""
_SAID = {"fields": {name: {"value": NUMBER} for name in ("contact_phone", "phone", "other")}}


async def _fill(db: Any) -> None:
    await db.execute(_FILL_HANDOFFS, HANDOFFS, T0, json.dumps({"links": LINKS}))
    await db.execute(_FILL_RECORDS, RECORDS, T0, json.dumps(_SAID))


def _upgrade_to(connection: Connection, revision: str) -> None:
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(Path(schema.__file__).parent / "migrations"))
    config.attributes["connection"] = connection
    command.upgrade(config, revision)


async def _before_there_were_keys(dsn: str) -> None:
    engine = schema.engine(dsn)
    async with engine.begin() as connection:
        await connection.run_sync(_upgrade_to, "0006")
    await engine.dispose()


async def test_what_is_open_and_said_already_is_given_its_keys(database: str) -> None:
    await _before_there_were_keys(database)
    db = await connect(database)
    try:
        await _fill(db)
        await schema.upgrade(database)
        for row in await db.fetch("SELECT status, request, caller_keys FROM handoffs"):
            links = json.loads(row["request"])["links"].values()
            assert row["caller_keys"] == ([] if row["status"] == "completed" else keys_of(links))
        for row in await db.fetch("SELECT subject, is_live, phone_key FROM context_records"):
            says = row["is_live"] and row["subject"] != "usage"
            assert row["phone_key"] == (phone_key(NUMBER) if says else None)
    finally:
        await db.close()


async def test_requests_without_links_are_no_hindrance(database: str) -> None:
    await _before_there_were_keys(database)
    db = await connect(database)
    try:
        for request in ({}, {"links": None}, {"links": {}}, {"links": {"a": "b\x00c"}}):
            await db.execute("DELETE FROM handoffs")
            await db.execute(_FILL_HANDOFFS, 1, T0, json.dumps(request))
        await db.execute(_FILL_RECORDS, 9, T0, "{}")
        assert await schema.upgrade(database) == ("0006", schema.NEWEST)
        assert await db.fetchval("SELECT caller_keys FROM handoffs") == keys_of(["b\x00c"])
    finally:
        await db.close()


@pytest.fixture
async def full(database: str) -> AsyncIterator[AsyncConnection]:
    """A ledger with as many rows as let a plan be chosen with care; one number is told apart from all."""
    await _before_there_were_keys(database)
    db = await connect(database)
    await _fill(db)
    await schema.upgrade(database)
    await db.execute("UPDATE context_records SET phone_key = hashtext(key)")
    await db.execute("VACUUM (ANALYZE)")
    await db.close()
    engine = schema.engine(database)
    async with engine.connect() as connection:
        yield connection
    await engine.dispose()


@pytest.mark.parametrize(
    ("find", "sought", "index"),
    [
        (caller.by_conversation, "nobody", "handoffs_caller_keys_idx"),
        (caller.by_phone, "+49 89 1234567", "handoffs_caller_keys_idx"),
        (caller.by_phone, "+49 89 1234567", "context_records_phone_key_idx"),
    ],
)
async def test_a_caller_is_looked_for_in_an_index(
    full: AsyncConnection,
    find: Callable[[AsyncConnection, str], Awaitable[list[Handoff]]],
    sought: str,
    index: str,
) -> None:
    asked: list[tuple[str, Any]] = []

    def note(*said: Any) -> None:
        asked.append(said[2:4])

    event.listen(full.sync_connection, "before_cursor_execute", note)
    assert await find(full, sought) == []
    event.remove(full.sync_connection, "before_cursor_execute", note)
    plans = [
        json.dumps((await full.exec_driver_sql(f"EXPLAIN (FORMAT JSON) {statement}", values)).scalar_one())
        for statement, values in asked
    ]
    assert any(index in plan for plan in plans)
    assert not any("Seq Scan" in plan for plan in plans)


async def test_a_number_that_is_taken_away_or_replaced_finds_nobody(database: str) -> None:
    await schema.upgrade(database)
    store = PostgresContext(database, cluster="test")
    await store.open()
    db = await connect(database)
    try:
        keys = []
        for hour, number in enumerate((NUMBER, "+49 89 1234567", None, 7)):
            said = observed(
                T0 + timedelta(hours=hour),
                by=f"event-{hour}",
                subject=Subject.ACCOUNT,
                system="crm",
                fields={"contact_phone": number},
            )
            await store.merge([said], now=T0 + timedelta(hours=hour))
            keys.append(await db.fetchval("SELECT phone_key FROM context_records"))
        assert keys == [phone_key(NUMBER), phone_key("+49 89 1234567"), None, None]
    finally:
        await db.close()
        await store.close()
