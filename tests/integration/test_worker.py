"""Workers share the partitions, take over from one another, and refuse to begin where nothing is set up."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
import time
import uuid
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import asyncpg
import pytest
from aiokafka import TopicPartition
from aiokafka.admin import AIOKafkaAdminClient
from structlog.testing import capture_logs

import handoff_templates
import streams.app
from orchestrator.domain.commands import RequestHandoff
from orchestrator.ledger import schema
from streams.app import NotReady, Worker
from streams.embedded.child import Child, minimal_environment
from streams.settings import Settings, connection
from streams.topics.table import in_topic_of, in_topics
from tests import builders as b
from tests.acceptance.conftest import begin_at_the_end
from tests.servers import Broker
from tests.system import a_settings, a_worker, send, send_as_one_batch, set_up

pytestmark = [pytest.mark.broker, pytest.mark.postgres]

TRANSFERS = in_topic_of(RequestHandoff.type)
ROOT = Path(__file__).parents[2]
POLICY = handoff_templates.load()
"""What a worker that is a process of its own reads too."""


@dataclass
class Place:
    """A database and a consumer group of a test's own, on the topics of all."""

    settings: Settings
    db: Any
    source: str

    async def send(self, count: int, *, of: str = "r", case: str | None = None) -> None:
        """Send requests, each of its own case unless one is given."""
        records = self.records(count, of=of, case=case)
        await send(self.settings, [(TRANSFERS, record) for record in records])

    def records(self, count: int, *, of: str, case: str | None = None) -> list[b.Record]:
        """Return requests, each of its own case unless one is given."""
        requests = [b.a_request(case_id=case or f"{of}-{n}-{self.source}") for n in range(count)]
        return [b.a_record(request, id=f"{of}-{n}", source=self.source) for n, request in enumerate(requests)]

    async def handled(self, of: str = "r") -> int:
        """Return how many handoffs the requests of a name led to."""
        found = await self.db.fetchval(
            "SELECT count(*) FROM journal WHERE version = 1 AND data->'cause'->>'source' = $1"
            " AND data->'cause'->>'id' LIKE $2",
            self.source,
            f"{of}-%",
        )
        return int(found)

    async def until_handled(self, count: int, *, of: str = "r", within_s: float = 30) -> None:
        """Wait for as many handoffs, and until what they led to has been sent."""
        deadline = time.monotonic() + within_s
        while await self.handled(of) < count or await self.db.fetchval("SELECT count(*) FROM outbox"):
            assert time.monotonic() < deadline, f"{await self.handled(of)} of {count} after {within_s} s"
            await asyncio.sleep(0.05)

    async def owners(self) -> list[str]:
        """Return who has claimed each partition of the transfers."""
        rows = await self.db.fetch("SELECT owner FROM progress WHERE topic = $1", TRANSFERS)
        return [row["owner"] for row in rows]


@pytest.fixture
async def place(broker: Broker, database: str) -> AsyncIterator[Place]:
    run = uuid.uuid4().hex
    settings = a_settings(broker.bootstrap, database, is_apache=broker.is_apache, group=f"workers-{run}")
    await set_up(settings, POLICY)
    await begin_at_the_end(settings)
    db = await asyncpg.connect(database)
    yield Place(settings, db, f"//workers/{run}")
    await db.close()


@contextmanager
def a_process(settings: Settings, tmp_path: Path, **more: str) -> Iterator[Child]:
    """Run `handoff worker` as a process of its own, kill it at the end if it still runs."""
    dsn = settings.postgres.dsn
    assert dsn is not None
    env = minimal_environment() | {
        "PYTHONPATH": os.pathsep.join([str(ROOT), *sys.path]),
        "HANDOFF_KAFKA__BOOTSTRAP": str(settings.kafka.bootstrap),
        "HANDOFF_KAFKA__GROUP": settings.kafka.group,
        "HANDOFF_KAFKA__IDEMPOTENT": str(settings.kafka.idempotent),
        "HANDOFF_POSTGRES__DSN": dsn.get_secret_value(),
        **more,
    }
    child = Child([sys.executable, "-m", "streams.cli", "worker"], log=tmp_path / "worker.log", env=env)
    try:
        yield child
    finally:
        if child.is_running:
            child.stop(signal.SIGKILL)


@asynccontextmanager
async def two_workers(place: Place, tmp_path: Path) -> AsyncIterator[Child]:
    """Run one worker here and one as a process, each with some of the partitions; yield the process."""
    async with a_worker(place.settings, POLICY) as here:
        with a_process(place.settings, tmp_path) as child:
            deadline = time.monotonic() + 40
            while len(set(await place.owners())) < 2:
                said = (tmp_path / "worker.log").read_text()
                assert child.is_running, said
                assert time.monotonic() < deadline, said
                await asyncio.sleep(0.1)
            assert set(await place.owners()) == {
                here.owner,
                here.owner.replace(str(os.getpid()), str(child.pid)),
            }
            yield child


async def test_two_workers_share_and_one_takes_over_from_a_killed_one(
    broker: Broker, place: Place, tmp_path: Path
) -> None:
    # Of which six are the session of the dead one. The embedded broker keeps a group waiting for three more.
    within_s = 10 if broker.is_apache else 15
    async with two_workers(place, tmp_path) as child:
        await place.send(100, of="shared")
        await place.until_handled(100, of="shared")

        sending = asyncio.create_task(place.send(300, of="killed"))
        child.stop(signal.SIGKILL)
        killed_at = time.monotonic()
        await sending
        await place.until_handled(300, of="killed", within_s=within_s + 5)
        took = time.monotonic() - killed_at

        assert len(set(await place.owners())) == 1
    assert took < within_s
    assert (await place.handled("shared"), await place.handled("killed")) == (100, 300)


async def test_a_stop_loses_nothing(place: Place, tmp_path: Path) -> None:
    await place.send(1_000, of="stopped")
    # Small batches, so that the stop comes between them.
    with a_process(place.settings, tmp_path, HANDOFF_INTAKE__BATCH="10") as child:
        deadline = time.monotonic() + 40
        while not await place.handled("stopped"):
            assert child.is_running, (tmp_path / "worker.log").read_text()
            assert time.monotonic() < deadline
        child.stop(signal.SIGTERM, patience_s=30)
    assert 0 < await place.handled("stopped") < 1_000
    assert await place.db.fetchval("SELECT count(*) FROM outbox") == 0
    log = (tmp_path / "worker.log").read_text()
    assert "worker.stopped" in log
    assert "worker.stop_forced" not in log
    assert "Traceback" not in log

    async with a_worker(place.settings, POLICY):
        await place.until_handled(1_000, of="stopped")
    assert await place.handled("stopped") == 1_000


async def test_a_worker_begins_only_with_a_schema(broker: Broker, database: str) -> None:
    worker = Worker(a_settings(broker.bootstrap, database), policy=POLICY)
    with pytest.raises(NotReady, match="an older schema or none: run `handoff db upgrade`"):
        await worker.run(asyncio.Event())


async def test_a_worker_begins_only_with_its_topics(
    broker: Broker, database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    await schema.upgrade(database)
    monkeypatch.setattr(streams.app, "in_topics", lambda: (TRANSFERS, "b.never.v1", "a.never.v1"))
    await set_up(a_settings(broker.bootstrap, database), POLICY)
    worker = Worker(a_settings(broker.bootstrap, database), policy=POLICY)
    with pytest.raises(NotReady, match=r"missing: a\.never\.v1, b\.never\.v1: run `handoff topics apply`"):
        await worker.run(asyncio.Event())


async def test_a_worker_says_that_no_broker_answers(
    database: str, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(streams.app, "_BROKER_WITHIN_S", 0.1)
    worker = Worker(a_settings("127.0.0.1:1", database), policy=POLICY)
    with pytest.raises(NotReady, match=r"no broker answers at 127\.0\.0\.1:1"):
        await worker.run(asyncio.Event())


async def test_a_log_that_is_shorter_than_the_ledger_says_is_noticed(place: Place) -> None:
    async with a_worker(place.settings, POLICY):
        await place.send(5, of="before")
        await place.until_handled(5, of="before")
    await place.db.execute("UPDATE progress SET next_offset = next_offset + 1000000")

    with capture_logs() as logs:
        async with a_worker(place.settings, POLICY):
            await place.send(20, of="after")
            await place.until_handled(20, of="after")

    noticed = [line for line in logs if line["event"] == "intake.log_went_backwards"]
    assert {line["topic"] for line in noticed} == {TRANSFERS}
    assert {line["log_level"] for line in noticed} == {"warning"}
    assert await place.handled("before") == 5


async def test_after_a_batch_a_worker_goes_on_where_it_was(place: Place) -> None:
    """Also on the embedded broker, which names the place after a batch's first record as the log's end."""
    batch = place.records(5, of="batch")
    async with a_worker(place.settings, POLICY):
        await send_as_one_batch(connection(place.settings.kafka), TopicPartition(TRANSFERS, 0), batch)
        await place.until_handled(5, of="batch")

    with capture_logs() as logs:
        async with a_worker(place.settings, POLICY):
            await place.send(1, of="after")
            await place.until_handled(1, of="after")

    assert not [line for line in logs if line["event"] == "intake.log_went_backwards"]


async def test_topics_that_were_made_anew_are_read_from_their_beginning(place: Place) -> None:
    """Also when they have grown past the place that the ledger remembers, so that no offset tells."""
    async with a_worker(place.settings, POLICY):
        await place.send(5, of="before", case="the-case")
        await place.until_handled(5, of="before")
    await _make_topics_anew(place.settings)
    await place.send(8, of="after", case="the-case")

    async with a_worker(place.settings, POLICY):
        await place.until_handled(8, of="after")

    assert (await place.handled("before"), await place.handled("after")) == (5, 8)


async def _make_topics_anew(settings: Settings) -> None:
    admin = AIOKafkaAdminClient(bootstrap_servers=settings.kafka.bootstrap)
    await admin.start()
    try:
        await admin.delete_topics(list(in_topics()))
        async with asyncio.timeout(20):
            while set(in_topics()) & set(await admin.list_topics()):  # noqa: ASYNC110  # no broker calls
                await asyncio.sleep(0.1)
    finally:
        await admin.close()
    await set_up(settings, POLICY)
