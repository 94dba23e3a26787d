"""(b) The same job as a faust-streaming agent, written the way its documentation teaches.

One event, one SQLAlchemy transaction, one send. It loses events when it fails (see the decision record on
Faust); here nothing fails, and only its pace counts. It sends the packet and no lifecycle event.

Given as recommended: raw bytes, concurrency 1, uvloop, and statements of SQLAlchemy Core with all rows of a
table in one, which is faster than objects in a session.
"""

from __future__ import annotations

import os
from typing import Any

import mode.loop

mode.loop.use("uvloop")

import faust  # noqa: E402  # the loop has to be chosen first
from sqlalchemy import insert  # noqa: E402
from sqlalchemy.dialects.postgresql import insert as upsert  # noqa: E402
from sqlalchemy.ext.asyncio import create_async_engine  # noqa: E402

from bench.load import IN_TOPIC  # noqa: E402
from bench.rivals.job import Job, packet_of  # noqa: E402
from bench.servers import PARTITIONS  # noqa: E402
from orchestrator.domain.commands import RequestHandoff  # noqa: E402
from orchestrator.domain.lifecycle.decision import Decision  # noqa: E402
from orchestrator.inbound import Delivery  # noqa: E402
from orchestrator.ledger import rows, tables  # noqa: E402
from orchestrator.ledger.port import Changes  # noqa: E402

_OUT = os.environ["BENCH_OUT"]

app = faust.App(
    _OUT,
    broker=f"kafka://{os.environ['BENCH_BOOTSTRAP']}",
    store="memory://",
    datadir=os.environ["BENCH_FOLDER"],
    web_enabled=False,
    topic_disable_leader=True,
    topic_partitions=PARTITIONS,
    broker_session_timeout=10,
    broker_heartbeat_interval=2,
    broker_rebalance_timeout=10,
    broker_commit_interval=1,
    producer_request_timeout=30,
    producer_acks=-1,
    stream_wait_empty=True,
)
requests = app.topic(IN_TOPIC, key_type=bytes, value_type=bytes, key_serializer="raw", value_serializer="raw")
packets = app.topic(
    f"{_OUT}.packets", key_type=bytes, value_type=bytes, key_serializer="raw", value_serializer="raw"
)
engine = create_async_engine(
    os.environ["BENCH_DSN"].replace("postgresql://", "postgresql+asyncpg://", 1),
    json_serializer=str,  # it is JSON already
)
job = Job()


@app.agent(requests)
async def hand_over(stream: faust.Stream[bytes]) -> None:
    """Process one event after the other."""
    async for event in stream.events():
        delivery = job.read(event.key, event.value, event.headers.items())
        decision = await _store(delivery)
        if decision is not None:
            packet = packet_of(decision)
            await packets.send(key=packet.key, value=packet.value, headers=packet.headers)


async def _store(delivery: Delivery) -> Decision | None:
    """Write one handoff in one transaction; None if the event was there already."""
    assert isinstance(delivery.command, RequestHandoff)
    async with engine.begin() as db:
        now = job.clock.now()
        entry = upsert(tables.inbox).values(event_id=delivery.event_id, received_at=now)
        if not (await db.execute(entry.on_conflict_do_nothing())).rowcount:
            return None
        decision = job.decide(delivery)
        handoff = decision.handoff
        journal, chains = rows.journal_rows(Changes(now, events=decision.events))
        row = rows.handoff_row(handoff, delivery, chains[handoff.id])
        clocks = [rows.clock_row(handoff.id, clock) for clock in handoff.clocks]
        await db.execute(insert(tables.handoffs), _named(rows.HANDOFF_COLUMNS, [row]))
        await db.execute(insert(tables.clocks), _named(rows.CLOCK_COLUMNS, clocks))
        await db.execute(insert(tables.journal), _named(rows.JOURNAL_COLUMNS, journal))
    return decision


def _named(columns: tuple[str, ...], records: list[rows.Row]) -> list[dict[str, Any]]:
    return [dict(zip(columns, record, strict=True)) for record in records]


if __name__ == "__main__":
    app.main()
