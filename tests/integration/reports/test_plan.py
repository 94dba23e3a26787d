"""The figures of a day are read from the pages of that day, however long the past is."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import func, select, text
from sqlalchemy.dialects import postgresql

from orchestrator.domain.figures.asked import Asked
from orchestrator.ledger import figures, schema
from orchestrator.ledger.connection import connect
from orchestrator.ledger.readers import Readers
from tests.builders import T0

pytestmark = pytest.mark.postgres

A_DAY = 1_000
DAYS = 100
_FILL = f"""
INSERT INTO clocks (handoff_id, kind, generation, team, state, started_at, due_at, ended_at)
SELECT lpad(to_hex(n), 32, '0')::uuid, 'accept', 1, 'tier-2',
       CASE WHEN n % 4 = 0 THEN 'breached' ELSE 'met' END, at, at + interval '15 minutes',
       at + CASE WHEN n % 4 = 0 THEN interval '1 day' ELSE interval '5 minutes' END
FROM (SELECT n, $1::timestamptz + n * interval '1 day' / {A_DAY} AS at
      FROM generate_series(0, {A_DAY * DAYS - 1}) AS n) AS runs
"""
_READ = {"Seq Scan", "Bitmap Heap Scan", "Index Scan"}


def nodes(plan: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield plan
    for child in plan.get("Plans", ()):
        yield from nodes(child)


async def test_a_day_of_a_long_past_is_found_by_its_instants(database: str) -> None:
    await schema.upgrade(database)
    connection = await connect(database)
    try:
        await connection.execute(_FILL, T0)
        await connection.execute("VACUUM ANALYZE clocks")
    finally:
        await connection.close()
    since = T0 + timedelta(days=60)
    asked = Asked(since, since + timedelta(days=1))
    query = figures.only_decided(select(func.count()), asked)
    said = query.compile(dialect=postgresql.dialect(), compile_kwargs={"literal_binds": True})
    readers = Readers(database)
    async with readers.connection() as db:
        rate = await figures.in_time(db, since=asked.since, until=asked.until)
        explain = text("EXPLAIN (ANALYZE, FORMAT JSON) " + str(said).replace(":", r"\:"))
        plan = (await db.execute(explain)).scalar_one()
    await readers.close()
    # Every fourth one is breached, at its due instant and not a day later.
    assert (rate.met, rate.breached) == (A_DAY * 3 // 4, A_DAY // 4)
    [told] = json.loads(plan) if isinstance(plan, str) else plan
    read_by = [node for node in nodes(told["Plan"]) if node["Node Type"] in _READ]
    of_clocks = [node for node in read_by if node["Relation Name"] == "clocks"]
    assert [node["Node Type"] for node in of_clocks] == ["Bitmap Heap Scan"]
    read = of_clocks[0]["Actual Rows"] + of_clocks[0].get("Rows Removed by Index Recheck", 0)
    assert A_DAY <= read < A_DAY * DAYS / 4, "the rows of some pages, not of a hundred days"
