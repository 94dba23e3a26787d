"""The desk asks for context with every batch: by index, for the rows it wants, however full the table is."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from typing import Any

import pytest

from orchestrator.ledger import context_sql, schema
from orchestrator.ledger.connection import connect
from orchestrator.ledger.context import NEWEST_OF_EACH
from tests.builders import T0
from tests.integration.test_sweep_plan import _indexes, _nodes

pytestmark = pytest.mark.postgres

ACCOUNTS = 2_000
LOUD = 5_000
"""Interactions of one account, of which only the newest are wanted."""

_FILL = """
INSERT INTO context_records (subject, key, item, system, is_live, state, newest_at, received_at)
SELECT subject, 'account:acct-' || n, '', 'crm', n % 10 > 0, '{"a": 1}', $1::timestamptz, $1
FROM generate_series(1, $2::int) AS n,
     unnest(ARRAY['account', 'contract', 'billing', 'usage', 'nps']) AS subject
"""
_FILL_MANY = """
INSERT INTO context_records (subject, key, item, system, is_live, state, newest_at, received_at)
SELECT subject, 'account:acct-' || CASE WHEN n > 4000 THEN 1 ELSE n / 2 END, 'item-' || n, 'helpdesk', true,
       '{"a": 1}', $1::timestamptz + n * interval '1 second', $1
FROM generate_series(1, 4000 + $2::int) AS n, unnest(ARRAY['issue', 'interaction']) AS subject
"""


@pytest.fixture(params=["custom", "generic"])
async def db(database: str, request: pytest.FixtureRequest) -> AsyncIterator[Any]:
    """A full table; PostgreSQL plans for the values at first, and later once for all."""
    await schema.upgrade(database)
    connection = await connect(database)
    try:
        await connection.execute(f"SET plan_cache_mode = force_{request.param}_plan")
        await connection.execute(_FILL, T0, ACCOUNTS)
        await connection.execute(_FILL_MANY, T0, LOUD)
        await connection.execute("ANALYZE context_records")
        yield connection
    finally:
        await connection.close()


async def test_context_is_loaded_by_two_indexes_and_reads_only_what_it_returns(db: Any) -> None:
    keys = [f"account:acct-{n}" for n in range(1, 101)]
    await db.execute(f"PREPARE asked (text[], text[], int) AS {context_sql.LOAD}")
    said = await db.fetchval(
        "EXPLAIN (ANALYZE, FORMAT JSON) EXECUTE asked "
        f"('{{{','.join(keys)}}}', '{{interaction,issue}}', {NEWEST_OF_EACH})"
    )
    explained = json.loads(said)[0]
    nodes = list(_nodes(explained["Plan"]))

    assert "Seq Scan" not in [node["Node Type"] for node in nodes]
    assert _indexes(nodes) == {"context_records_key_idx", "context_records_key_subject_newest_at_idx"}
    # Nine of ten accounts say something of five subjects; each has two items of both others, the loud one 50.
    singles = 5 * 90
    many = sum(len(range(2 * n, min(2 * n + 2, 4_001))) for n in range(2, 101)) * 2 + 2 * NEWEST_OF_EACH
    assert nodes[0]["Actual Rows"] == singles + many
    read = sum(n["Actual Rows"] * n["Actual Loops"] for n in nodes if "Index Name" in n)
    assert read == pytest.approx(singles + many, rel=0.05)
