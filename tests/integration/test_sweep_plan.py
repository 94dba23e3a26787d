"""The statements that run all the time find their rows by an index, however many others there are."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Iterator
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from orchestrator.domain.open_work import COUNTED, LOADED
from orchestrator.ledger import schema, sql
from orchestrator.ledger.connection import connect
from tests.builders import T0

pytestmark = pytest.mark.postgres

HANDOFFS = 10_000
"""Each with two clocks."""
DUE = 12

_FILL = """
INSERT INTO handoffs (id, case_id, customer_id, account_id, kind, status, sending_team, receiving_team,
                      priority, requested_at, state, request_type, request, chain)
SELECT lpad(to_hex(n), 32, '0')::uuid, 'case-' || n / 2, 'customer-' || n % 500,
       CASE WHEN n % 3 = 0 THEN 'account-' || n % 500 END, 'kind',
       (ARRAY['offered', 'accepted', 'completed', 'declined'])[n % 4 + 1], 'tier-1', 'tier-2', 'normal',
       $1::timestamptz, '{}', 'type', '{}', ''
FROM generate_series($2::int, $3::int - 1) AS n
"""
_FILL_CLOCKS = f"""
INSERT INTO clocks (handoff_id, kind, generation, team, state, started_at, due_at, next_rung, next_at)
SELECT lpad(to_hex(n), 32, '0')::uuid, kind, 1, 'tier-2', 'running', $1, $1, 'breach',
       -- The first few are due; of the others some stand still.
       CASE WHEN kind = 'accept' AND n < {DUE} THEN $1::timestamptz
            WHEN n % 10 > 0 THEN $1::timestamptz + interval '1 hour' + n * interval '1 second' END
FROM generate_series($2::int, $3::int - 1) AS n, unnest(ARRAY['accept', 'resolve']) AS kind
"""
_A_FEW = [UUID(int=n) for n in range(0, HANDOFFS, HANDOFFS // 100)]
_ARGUMENTS: dict[str, tuple[Any, ...]] = {
    sql.LOAD_DUE: (T0 + timedelta(seconds=1), 500),
    sql.LOAD: (_A_FEW, [f"case-{n}" for n in range(100)], _A_FEW[:10]),
    sql.LOAD_OPEN_WORK: (
        [f"account-{n}" if n % 2 else "NULL" for n in range(50)],
        [f"customer-{n}" for n in range(50)],
        LOADED,
        COUNTED,
    ),
}
_TYPES = {
    sql.LOAD_DUE: "timestamptz, int",
    sql.LOAD: "uuid[], text[], uuid[]",
    sql.LOAD_OPEN_WORK: "text[], text[], int, int",
}


@pytest.fixture(params=["custom", "generic"])
async def db(database: str, request: pytest.FixtureRequest) -> AsyncIterator[Any]:
    """A full ledger; PostgreSQL plans for the values at first, and later once for all."""
    await schema.upgrade(database)
    connection = await connect(database)
    try:
        await connection.execute(f"SET plan_cache_mode = force_{request.param}_plan")
        await _fill(connection, 0, HANDOFFS)
        await connection.execute("ANALYZE handoffs, clocks")
        yield connection
    finally:
        await connection.close()


async def plan_of(db: Any, statement: str) -> list[dict[str, Any]]:
    """Run a statement of the ledger and return the nodes of its plan."""
    await db.execute(f"PREPARE asked ({_TYPES[statement]}) AS {statement}")
    values = ", ".join(map(_literal, _ARGUMENTS[statement]))
    # EXPLAIN alone takes no parameters.
    said = await db.fetchval(f"EXPLAIN (ANALYZE, FORMAT JSON) EXECUTE asked ({values})")
    return list(_nodes(json.loads(said)[0]["Plan"]))


def _literal(value: Any) -> str:
    return f"'{{{','.join(map(str, value))}}}'" if isinstance(value, list) else f"'{value}'"


def _nodes(node: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield node
    for child in node.get("Plans", ()):
        yield from _nodes(child)


def _indexes(nodes: list[dict[str, Any]]) -> set[str]:
    return {node["Index Name"] for node in nodes if "Index Name" in node}


def _assert_scans_no_table(nodes: list[dict[str, Any]]) -> None:
    kinds = [node["Node Type"] for node in nodes]
    assert "Seq Scan" not in kinds, kinds


async def test_the_sweep_reads_what_is_due_and_nothing_else(db: Any) -> None:
    nodes = await plan_of(db, sql.LOAD_DUE)
    _assert_scans_no_table(nodes)
    [due] = [node for node in nodes if node.get("Index Name") == "clocks_next_at_idx"]
    assert "next_at" in due["Index Cond"]
    assert due["Actual Rows"] == DUE
    assert _indexes(nodes) == {"clocks_next_at_idx", "handoffs_pkey"}
    # In the order of the index: a sort would first read everything that is due.
    assert "Sort" not in [node["Node Type"] for node in nodes]
    assert nodes[0]["Actual Rows"] == DUE


async def test_a_batch_loads_by_case_and_by_id(db: Any) -> None:
    nodes = await plan_of(db, sql.LOAD)
    _assert_scans_no_table(nodes)
    assert {"handoffs_pkey", "handoffs_case_id_requested_at_idx"} <= _indexes(nodes)
    # Three of four handoffs of these cases can go on; the first and the second id are of these cases too.
    assert nodes[0]["Actual Rows"] == 3 * 50 + len(_A_FEW) - 2
    assert max(node["Actual Rows"] for node in nodes) < 400


async def test_open_work_is_found_by_whose_it_is(db: Any) -> None:
    nodes = await plan_of(db, sql.LOAD_OPEN_WORK)
    _assert_scans_no_table(nodes)
    assert _indexes(nodes) == {
        "handoffs_account_id_requested_at_id_idx",
        "handoffs_customer_id_account_id_requested_at_idx",
    }
    # Every customer has 20 handoffs, of which half are open.
    assert max(node["Actual Rows"] for node in nodes if "Index Name" in node) <= COUNTED


async def test_a_plan_that_was_made_for_a_small_ledger_still_uses_the_index(database: str) -> None:
    await schema.upgrade(database)
    connection = await connect(database)
    try:
        await _fill(connection, 0, DUE)
        await connection.execute("ANALYZE handoffs, clocks")
        asked = await connection.prepare(sql.LOAD_DUE)
        for _ in range(10):
            assert len(await asked.fetch(*_ARGUMENTS[sql.LOAD_DUE])) == DUE
        before = await _scans(connection)
        await _fill(connection, DUE, HANDOFFS)
        assert len(await asked.fetch(*_ARGUMENTS[sql.LOAD_DUE])) == DUE
        assert await _scans(connection) == before
    finally:
        await connection.close()


async def _fill(connection: Any, since: int, until: int) -> None:
    await connection.execute(_FILL, T0, since, until)
    await connection.execute(_FILL_CLOCKS, T0, since, until)


async def _scans(connection: Any) -> int:
    await connection.execute("SELECT pg_stat_force_next_flush()")
    return int(
        await connection.fetchval(
            "SELECT sum(seq_scan) FROM pg_stat_user_tables WHERE relname IN ('clocks', 'handoffs')"
        )
    )
