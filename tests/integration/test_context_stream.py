"""Observations from Kafka through Faust into PostgreSQL: in any order, with bad ones, through outages."""

from __future__ import annotations

import asyncio
import os
import random
import signal
import sys
import time
import uuid
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Iterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any

import asyncpg
import pytest
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, TopicPartition
from aiokafka.admin import AIOKafkaAdminClient

from orchestrator.domain.context.address import Address
from orchestrator.domain.context.record import Record
from orchestrator.domain.context.subjects import Subject
from orchestrator.domain.flow_health.noted import Noted
from orchestrator.inbound import DeadLetter, Origin
from orchestrator.ledger import schema
from orchestrator.ledger.context import Merged
from orchestrator.ledger.context_postgres import PostgresContext
from orchestrator.ledger.port import LedgerUnavailable
from orchestrator.wall_clock import SystemClock
from streams.context.decoding import Arrival, decode
from streams.context.rebuild import Rebuilt, rebuild
from streams.context.stream import ContextStream
from streams.context.topics import CONTEXT_TOPICS, topic_of
from streams.context.writer import Writer
from streams.embedded.child import Child, minimal_environment
from streams.intake.bisect import FailureLimit
from streams.kafka.listener import NoTopics
from streams.kafka.log_end import true_ends
from streams.settings import Context, Kafka, connection
from streams.topics import admin as topic_admin
from tests import builders as b
from tests.context_builders import a_message, a_null, an_observation
from tests.fake_context import InMemoryContext
from tests.servers import ApacheKafka, Broker, LocalPostgres, server_folder

pytestmark = [pytest.mark.broker, pytest.mark.postgres]

HOUR = timedelta(hours=1)
BILLING = topic_of(Subject.BILLING)
TOPICS = [spec.name for spec in CONTEXT_TOPICS]
Message = tuple[str, b.Record]
ROOT = Path(__file__).parents[2]


@pytest.fixture(autouse=True)
def policy_of_loops_stays_as_it_was() -> Iterator[None]:
    """Faust's choice of uvloop is one for the whole process."""
    policy = asyncio.get_event_loop_policy()
    yield
    asyncio.set_event_loop_policy(policy)


@dataclass
class Place:
    """A database and a consumer group of a test's own, on the topics of all."""

    kafka: Kafka
    dsn: str
    store: PostgresContext
    db: Any
    run: str
    noted: list[Noted] = field(default_factory=list)

    def account(self, n: int | str) -> str:
        """Return the id of an account that no other test speaks of."""
        return f"acct-{n}-{self.run}"

    @asynccontextmanager
    async def stream(self, **over: Any) -> AsyncIterator[ContextStream]:
        """Read until the end of the block, then stop as SIGTERM would."""
        stream = ContextStream(
            self.kafka,
            TOPICS,
            over.pop("store", self.store),
            SystemClock(),
            Context(**over),
            notes=self.noted.extend,
        )
        ready = asyncio.Event()
        task = asyncio.create_task(stream.run(on_ready=ready.set))
        waiting = asyncio.create_task(ready.wait())
        async with asyncio.timeout(40):
            await asyncio.wait([task, waiting], return_when=asyncio.FIRST_COMPLETED)
        waiting.cancel()
        if task.done():
            await task
        try:
            yield stream
        finally:
            stream.stop()
            await asyncio.wait_for(task, 30)

    async def send(self, messages: Iterable[Message]) -> None:
        """Produce messages, each with its topic."""
        producer = AIOKafkaProducer(bootstrap_servers=self.kafka.bootstrap, max_request_size=8_000_000)
        await producer.start()
        try:
            sent = [
                await producer.send(topic, m.value, key=m.key, headers=list(m.headers))
                for topic, m in messages
            ]
            await asyncio.gather(*sent)
        finally:
            await producer.stop()

    def writer(self) -> Writer:
        """Return what a rebuild writes with."""
        return Writer(self.store, SystemClock(), FailureLimit(1))

    async def rebuild(self) -> Rebuilt:
        """Read all topics again."""
        return await rebuild(connection(self.kafka), TOPICS, self.writer(), batch=100)

    async def records(self, accounts: Sequence[str]) -> dict[str, list[Record]]:
        """Return what is held of accounts, apart from when it came."""
        return _without_arrival(await self.store.load([f"account:{account}" for account in accounts]))

    async def dead_letters(self) -> dict[str, int]:
        """Return how many dead letters of each code there are."""
        rows = await self.db.fetch("SELECT code, count(*) AS n FROM dead_letters GROUP BY code")
        return {row["code"]: row["n"] for row in rows}

    async def count(self) -> int:
        """Return how many records there are."""
        return await self.store.count()

    async def until_committed(self, *, within_s: float = 30) -> None:
        """Wait until the group has read all there is."""
        consumer = AIOKafkaConsumer(
            bootstrap_servers=self.kafka.bootstrap,
            group_id=f"{self.kafka.group}-context",
            enable_auto_commit=False,
        )
        await consumer.start()
        try:
            deadline = time.monotonic() + within_s
            places = [TopicPartition(topic, p) for topic in TOPICS for p in range(self.kafka.partitions)]
            consumer.assign(places)
            while True:
                ends = await true_ends(connection(self.kafka), await consumer.end_offsets(places))
                left = {tp: end - (await consumer.committed(tp) or 0) for tp, end in ends.items()}
                left = {tp: n for tp, n in left.items() if n > 0}
                if not left:
                    return
                assert time.monotonic() < deadline, f"not committed after {within_s} s: {left}"
                await asyncio.sleep(0.2)
        finally:
            await consumer.stop()


@pytest.fixture
async def place(broker: Broker, database: str) -> AsyncIterator[Place]:
    async with a_place(broker.bootstrap, database, is_apache=broker.is_apache) as made:
        yield made


@asynccontextmanager
async def a_place(bootstrap: str, database: str, *, is_apache: bool = True) -> AsyncIterator[Place]:
    """Set up a database, and the topics, as far as they are not there."""
    run = uuid.uuid4().hex[:12]
    kafka = Kafka(bootstrap=bootstrap, idempotent=is_apache, partitions=3, group=f"context-{run}")
    await schema.upgrade(database)
    table = [replace(spec, partitions=3) for spec in CONTEXT_TOPICS]
    await topic_admin.apply(connection(kafka), await topic_admin.plan(connection(kafka), table))
    await _begin_at_the_end(kafka)
    store = PostgresContext(database, cluster="cluster-1")
    await store.open()
    db = await asyncpg.connect(database)
    yield Place(kafka, database, store, db, run)
    await db.close()
    await store.close()


async def _begin_at_the_end(kafka: Kafka) -> None:
    """Commit the ends of the topics, so that the group reads nothing of other tests."""
    consumer = AIOKafkaConsumer(
        bootstrap_servers=kafka.bootstrap, group_id=f"{kafka.group}-context", enable_auto_commit=False
    )
    await consumer.start()
    try:
        places = [TopicPartition(topic, p) for topic in TOPICS for p in range(3)]
        consumer.assign(places)
        ends = await true_ends(connection(kafka), await consumer.end_offsets(places))
        await consumer.commit(ends)
    finally:
        await consumer.stop()


def _without_arrival(found: dict[str, list[Record]]) -> dict[str, list[Record]]:
    return {
        key: [record.model_copy(update={"received_at": b.T0}) for record in records]
        for key, records in found.items()
    }


async def test_observations_in_any_order_end_in_the_same_records(place: Place) -> None:
    chosen = random.Random(11)
    accounts = [place.account(n) for n in range(10)]
    messages: list[Message] = []
    for n in range(600):
        account, subject = chosen.choice(accounts), chosen.choice(list(Subject))
        observation = an_observation(
            subject,
            account,
            system=chosen.choice(["crm", "billing"]),
            item=f"item-{n % 5}" if subject in ("issue", "interaction") else None,
            fields={f"f-{chosen.randrange(4)}": n},
        )
        at = b.T0 + chosen.randrange(20) * HOUR
        messages.append((topic_of(subject), a_message(observation, at=at, id=f"e-{n}", part=f"p-{n % 3}")))
    for n in range(10):
        address = Address.of(an_observation(Subject.BILLING, accounts[n], system="crm"))
        messages.append((BILLING, a_null(address, at=b.T0 + n * HOUR)))
    oracle = InMemoryContext()
    read = [decode(Arrival(_origin(topic, n, m), None)) for n, (topic, m) in enumerate(messages)]
    assert not [each for each in read if isinstance(each, DeadLetter)]
    await oracle.merge(read, now=b.T0 + 100 * HOUR)  # type: ignore[arg-type]
    expected = _without_arrival(await oracle.load([f"account:{account}" for account in accounts]))
    assert sum(map(len, expected.values())) > 100

    chosen.shuffle(messages)
    async with place.stream(batch=50):
        await place.send(messages)
        await place.until_committed()
        assert await place.records(accounts) == expected
        # Once more, as a broker that rewinds would.
        await place.send(reversed(messages))
        await place.until_committed()
        assert await place.records(accounts) == expected
    assert await place.dead_letters() == {}
    observed = [noted for noted in place.noted if noted.fields]
    assert len(observed) == 1200
    assert all(noted.appended_at is not None for noted in place.noted)


def _origin(topic: str, offset: int, record: b.Record) -> Origin:
    return Origin(topic, 0, offset, record.key, record.value, tuple(record.headers))


async def test_bad_messages_are_dead_letters_and_stop_nothing(place: Place) -> None:
    account = place.account("bad")
    good = a_message(account=account)
    no_id = good._replace(headers=[header for header in good.headers if header[0] != "ce_id"])
    future = a_message(account=account, at=SystemClock().now() + HOUR, id="future")
    large = a_message(account=account, fields={"x": "y"})
    large = large._replace(value=large.value[:-1] + b',"profile":"' + b"x" * 5_000_000 + b'"}')
    bad: list[Message] = [
        (BILLING, no_id),
        (BILLING, future),
        (BILLING, large),
        (BILLING, good._replace(value=b'{"account_id":')),
        (BILLING, good._replace(value=b"\xff\xfe")),
        (BILLING, good._replace(value=b'{"account_id":"a","system":"s"}')),
        (BILLING, good._replace(key=b"account:somebody-else/billing")),
        (BILLING, good._replace(key=b"case-1")),
        (topic_of(Subject.NPS), good),
        (BILLING, b.Record(b"nonsense", [], None)),  # type: ignore[arg-type]
    ]
    async with place.stream():
        await place.send([*bad, (BILLING, good)])
        await place.until_committed()
        await place.send(
            [(BILLING, a_message(account=account, id="after", at=b.T0 + HOUR, fields={"after": 1}))]
        )
        await place.until_committed()
        [record] = (await place.records([account]))[f"account:{account}"]
    assert {name: held.value for name, held in record.fields.items()} == {"payment_state": "paid", "after": 1}
    assert await place.dead_letters() == {
        "not-cloudevents": 1,
        "from-the-future": 1,
        "too-large": 1,
        "malformed-json": 1,
        "not-utf8": 1,
        "invalid-data": 1,
        "key-mismatch": 2,
        "bad-key": 1,
        "wrong-topic": 1,
    }
    # With the bytes as they came, and on their way to the topic of dead letters.
    row = await place.db.fetchrow("SELECT key, value FROM dead_letters WHERE code = 'too-large'")
    assert (row["key"], row["value"]) == (large.key, large.value)
    assert await place.db.fetchval("SELECT count(*) FROM outbox WHERE stream = 'dead-letters'") == len(bad)
    failures = {noted.failure for noted in place.noted if noted.failure}
    assert failures == set(await place.dead_letters())
    assert [n.system for n in place.noted if n.failure == "too-large"] == ["billing"]


async def test_a_plain_null_takes_the_record_away_as_of_the_time_that_kafka_gave_it(place: Place) -> None:
    account = place.account("gone")
    observation = an_observation(account=account)
    async with place.stream():
        await place.send([(BILLING, a_message(observation)), (BILLING, a_null(Address.of(observation)))])
        await place.until_committed()
        assert await place.records([account]) == {}
        row = await place.db.fetchrow("SELECT is_live, state FROM context_records")
        assert not row["is_live"]
        deleted_at = Record.model_validate_json(row["state"]).deleted_at
        assert deleted_at is not None
        assert abs(SystemClock().now() - deleted_at) < timedelta(minutes=1)


async def test_a_rebuild_into_an_empty_table_gives_the_same_records(place: Place) -> None:
    accounts = [place.account(n) for n in range(20)]
    messages: list[Message] = [
        (
            topic_of(Subject.USAGE),
            a_message(
                an_observation(Subject.USAGE, account, fields={f"f-{n % 7}": n}),
                id=f"e-{n}",
                part=f"p-{n % 7}",
            ),
        )
        for n in range(300)
        for account in [accounts[n % 20]]
    ]
    messages.append((BILLING, b.Record(b"account:x/y", [], b"not an event")))
    async with place.stream():
        await place.send(messages)
        await place.until_committed()
        expected = await place.records(accounts)
        assert len(expected) == 20

        # While the stream runs: nobody has to be stopped. The first also reads what other tests have sent.
        await place.rebuild()
        assert await place.records(accounts) == expected
        again = await place.rebuild()
        assert again.messages >= 301
        assert again.changed == 0
        before = await place.dead_letters()
        await place.store.empty()
        anew = await place.rebuild()
    assert anew.messages == again.messages
    assert anew.changed >= 20
    assert await place.records(accounts) == expected
    # A message that is refused again is still one dead letter.
    assert await place.dead_letters() == before


async def test_a_rebuild_needs_the_topics(broker: Broker, place: Place) -> None:
    writer = place.writer()
    with pytest.raises(NoTopics, match=r"support\.context\.nothing"):
        await rebuild(connection(place.kafka), ["support.context.nothing.observed.v1"], writer, batch=100)


async def test_a_database_that_is_away_for_seconds_loses_nothing(place: Place) -> None:
    accounts = [place.account(n) for n in range(50)]
    with server_folder() as folder, LocalPostgres(folder / "postgres") as own:
        await schema.upgrade(own.dsn)
        store = PostgresContext(own.dsn, cluster="cluster-1")
        await store.open()
        async with place.stream(store=store, batch=20):
            await place.send((BILLING, a_message(account=account)) for account in accounts[:25])
            await place.until_committed()
            await asyncio.to_thread(own.kill)
            await place.send((BILLING, a_message(account=account)) for account in accounts[25:])
            await asyncio.sleep(2)
            with pytest.raises(AssertionError, match="not committed"):
                await place.until_committed(within_s=0)
            await asyncio.to_thread(own.start)
            await place.until_committed()
            assert len(await store.load([f"account:{account}" for account in accounts])) == 50
        await store.close()


async def test_a_stop_while_the_database_is_away_leaves_the_messages_to_the_next_start(place: Place) -> None:
    account = place.account("later")
    away = AwayStore()
    async with place.stream(store=away):
        await place.send([(BILLING, a_message(account=account))])
        async with asyncio.timeout(20):
            await away.asked.wait()
    async with place.stream():
        await place.until_committed()
        assert len(await place.records([account])) == 1


class AwayStore(InMemoryContext):
    """A store that cannot be reached."""

    def __init__(self) -> None:
        super().__init__()
        self.asked = asyncio.Event()

    async def merge(self, *_: Any, **__: Any) -> Merged:
        self.asked.set()
        raise LedgerUnavailable("away")


def a_process(place: Place, log: Path) -> Child:
    """Start `handoff context run`."""
    env = minimal_environment() | {
        "PYTHONPATH": os.pathsep.join([str(ROOT), *sys.path]),
        "HANDOFF_KAFKA__BOOTSTRAP": str(place.kafka.bootstrap),
        "HANDOFF_KAFKA__GROUP": place.kafka.group,
        "HANDOFF_POSTGRES__DSN": place.dsn,
        "HANDOFF_CONTEXT__BATCH": "20",
    }
    return Child([sys.executable, "-m", "streams.cli", "context", "run"], log=log, env=env)


async def test_a_process_that_is_killed_loses_nothing_and_repeats_nothing(
    place: Place, tmp_path: Path
) -> None:
    accounts = [place.account(n) for n in range(30)]
    messages: list[Message] = [
        (
            BILLING,
            a_message(account=accounts[n % 30], id=f"e-{n}", fields={f"f-{n // 30}": n}, part=f"{n // 30}"),
        )
        for n in range(1_500)
    ]
    log = tmp_path / "context.log"
    child = a_process(place, log)
    try:
        await place.send(messages[:500])
        await _until(place.count, 1, log.read_text)
        sending = asyncio.create_task(place.send(messages[500:]))
        await asyncio.sleep(0.1)
        child.stop(signal.SIGKILL)
        await sending
        child = a_process(place, log)
        await place.until_committed(within_s=60)
        child.stop(signal.SIGTERM, patience_s=15)
        assert '"context.stopped"' in (said := log.read_text()), said
    finally:
        if child.is_running:
            child.stop(signal.SIGKILL)
    found = await place.records(accounts)
    expected = {
        account: {f"f-{n // 30}": n for n in range(1_500) if n % 30 == i}
        for i, account in enumerate(accounts)
    }
    held = {r.key.partition(":")[2]: {n: h.value for n, h in r.fields.items()} for [r] in found.values()}
    assert held == expected
    assert await place.dead_letters() == {}


async def _until(count: Callable[[], Awaitable[int]], wanted: int, said: Callable[[], str]) -> None:
    deadline = time.monotonic() + 60
    while await count() < wanted:
        assert time.monotonic() < deadline, said()
        await asyncio.sleep(0.05)


@pytest.mark.apache_kafka
async def test_a_broker_that_is_killed_and_comes_back_loses_nothing(database: str) -> None:
    with server_folder() as folder, ApacheKafka(folder / "kafka") as kafka:
        async with a_place(kafka.bootstrap, database) as place:
            accounts = [place.account(n) for n in range(40)]
            async with place.stream():
                await place.send((BILLING, a_message(account=account)) for account in accounts[:20])
                await place.until_committed()
                await asyncio.to_thread(kafka.kill)
                await asyncio.sleep(3)
                await asyncio.to_thread(kafka.restart)
                await place.send((BILLING, a_message(account=account)) for account in accounts[20:])
                await place.until_committed(within_s=60)
                assert len(await place.records(accounts)) == 40


async def test_a_second_process_takes_its_share_and_gives_it_back(place: Place, tmp_path: Path) -> None:
    accounts = [place.account(n) for n in range(200)]
    sent = 0

    async def send(count: int) -> None:
        nonlocal sent
        for account in accounts[sent : sent + count]:
            await place.send([(BILLING, a_message(account=account))])
            await asyncio.sleep(0.02)
        sent += count

    log = tmp_path / "context.log"
    async with place.stream(batch=5):
        sending = asyncio.create_task(send(150))
        child = a_process(place, log)
        try:
            await sending
            await place.until_committed(within_s=60)
            await _until(partial(_members, place), 2, log.read_text)
            child.stop(signal.SIGTERM, patience_s=15)
        finally:
            if child.is_running:
                child.stop(signal.SIGKILL)
        await send(50)
        await place.until_committed(within_s=60)
    assert len(await place.records(accounts)) == 200


async def _members(place: Place) -> int:
    admin = AIOKafkaAdminClient(bootstrap_servers=place.kafka.bootstrap)
    await admin.start()
    try:
        [described] = await admin.describe_consumer_groups([f"{place.kafka.group}-context"])
        return len(described.groups[0][5])
    finally:
        await admin.close()
