"""What is really there after a test: the records on the topics and the rows of the tables, as they are."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import asyncpg
from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.admin import AIOKafkaAdminClient

from bench.faults.site import IN_TOPICS, Ends, Run, ends


@dataclass(slots=True)
class Entry:
    """A row of the journal."""

    handoff: UUID
    version: int
    seq: int
    case: str
    type: str
    text: str
    hash: bytes

    @property
    def data(self) -> dict[str, Any]:
        """What it says; read anew each time, since a large test has a million of them."""
        found: dict[str, Any] = json.loads(self.text)
        return found


@dataclass(slots=True)
class Evidence:
    """All that the checker looks at."""

    inbound: dict[tuple[str, int, int], Any]
    outbound: list[Any]
    journal: dict[UUID, list[Entry]]
    chains: dict[UUID, bytes]
    rules: dict[str, dict[str, Any]]
    """Version -> the rules that the ledger keeps for handoffs begun under them."""
    clocks: dict[UUID, dict[tuple[str, int], str]]
    """Handoff -> kind and generation of each of its clocks -> state."""
    sends_routine: bool
    dead_letters: list[Any]
    committed: dict[TopicPartition, int]
    progress: dict[TopicPartition, int | None]
    outbox: int
    parked: int
    overdue: int
    read_at: datetime


async def gather(run: Run) -> Evidence:
    """Read everything that this test left behind."""
    until = await ends(run.kafka)
    records = [record async for record in _records(run, until)]
    committed = await committed_offsets(run)
    db = await asyncpg.connect(run.dsn)
    try:
        journal: dict[UUID, list[Entry]] = {}
        rows = await db.fetch(
            "SELECT handoff_id, version, seq, case_id, type, data::text AS data, hash "
            "FROM journal ORDER BY handoff_id, version"
        )
        for r in rows:
            entry = Entry(*tuple(r))
            journal.setdefault(entry.handoff, []).append(entry)
        clocks: dict[UUID, dict[tuple[str, int], str]] = {}
        # Only of handoffs that are there: a test may have filled the table with clocks that stand by.
        for r in await db.fetch("SELECT c.* FROM handoffs h JOIN clocks c ON c.handoff_id = h.id"):
            clocks.setdefault(r["handoff_id"], {})[r["kind"], r["generation"]] = r["state"]
        chains = {r["id"]: r["chain"] for r in await db.fetch("SELECT id, chain FROM handoffs")}
        return Evidence(
            inbound={(r.topic, r.partition, r.offset): r for r in records if r.topic in IN_TOPICS},
            outbound=[r for r in records if r.topic not in IN_TOPICS],
            journal=journal,
            chains=chains,
            rules={r["version"]: json.loads(r["rules"]) for r in await db.fetch("SELECT * FROM policies")},
            clocks=clocks,
            sends_routine=run.env.get("HANDOFF_RELAY__SLA") == "all",
            dead_letters=await db.fetch("SELECT * FROM dead_letters"),
            committed=committed,
            progress=await progress(db, run),
            outbox=await db.fetchval("SELECT count(*) FROM outbox"),
            parked=await db.fetchval("SELECT count(*) FROM parked"),
            overdue=await db.fetchval("SELECT count(*) FROM clocks WHERE next_at < now() - interval '1 s'"),
            read_at=await db.fetchval("SELECT now()"),
        )
    finally:
        await db.close()


async def progress(db: Any, run: Run) -> dict[TopicPartition, int | None]:
    """Return how far the ledger says that partitions were read."""
    rows = await db.fetch(
        "SELECT topic, partition, next_offset FROM progress WHERE consumer_group = $1", run.group
    )
    return {TopicPartition(r["topic"], r["partition"]): r["next_offset"] for r in rows}


async def committed_offsets(run: Run) -> dict[TopicPartition, int]:
    """Return how far Kafka says that partitions were read."""
    admin = AIOKafkaAdminClient(**run.kafka, request_timeout_ms=5_000)
    try:
        await admin.start()
        found = await admin.list_consumer_group_offsets(run.group)
    finally:
        await admin.close()
    return {tp: meta.offset for tp, meta in found.items() if meta.offset >= 0}


async def _records(run: Run, until: Ends) -> Any:
    consumer = AIOKafkaConsumer(
        **run.kafka,
        isolation_level="read_committed",
        enable_auto_commit=False,
        max_partition_fetch_bytes=16 * 1024 * 1024,
    )
    left = {tp for tp, end in until.items() if run.since.get(tp, 0) < end}
    consumer.assign(left)
    await consumer.start()
    try:
        for tp in left:
            consumer.seek(tp, run.since.get(tp, 0))
        while left:
            for tp, records in (await consumer.getmany(*left, timeout_ms=500)).items():
                for record in records:
                    if record.offset < until[tp]:
                        yield record
            left = {tp for tp in left if await consumer.position(tp) < until[tp]}
    finally:
        await consumer.stop()


def header(record: Any, name: str) -> str | None:
    """Return the last value of a header as text; None when it is not there."""
    value = dict(record.headers).get(name)
    return value.decode(errors="replace") if value is not None else None


def by_topic(records: Iterable[Any], beginning: str) -> list[Any]:
    """Return the records on topics whose name begins so."""
    return [record for record in records if record.topic.startswith(beginning)]
