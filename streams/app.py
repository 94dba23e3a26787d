"""The composition root: every adapter is named here once. Read it from top to bottom."""

from __future__ import annotations

import asyncio
import gc
import os
import socket
from collections.abc import AsyncIterator, Callable, Iterable
from contextlib import asynccontextmanager
from typing import Any

import structlog
from aiokafka.admin import AIOKafkaAdminClient
from aiokafka.errors import KafkaError

from handoff_templates import load
from orchestrator.desk import Desk
from orchestrator.domain.flow_health.watching import watched_flows
from orchestrator.domain.knowledge import NO_KNOWLEDGE
from orchestrator.domain.policy import Policy
from orchestrator.ledger import schema
from orchestrator.ledger.connection import unavailable_is_said
from orchestrator.ledger.flow_health import PostgresFlows
from orchestrator.ledger.outbox import Outbox, shards_in_use
from orchestrator.ledger.postgres import PostgresLedger
from orchestrator.wall_clock import SystemClock, WallClock
from streams.flows.sweep import FlowSweep
from streams.intake.intake import Intake
from streams.kafka.closed_connections import notice_closed_connections
from streams.knowledge.library import read_library
from streams.knowledge.live_library import LiveLibrary
from streams.patience import until_available
from streams.relay.publisher import Publisher
from streams.relay.relay import Relay
from streams.settings import Settings, connection
from streams.sweep import Sweep
from streams.topics.table import in_topics

log = structlog.get_logger(__name__)
_STOP_WITHIN_S = 15.0
_BROKER_WITHIN_S = 60.0


class NotReady(Exception):
    """The database or the broker lacks something that has to be set up first."""


class Worker:
    """Takes events in, fires clocks and sends results, until it is stopped."""

    def __init__(
        self, settings: Settings, *, policy: Policy | None = None, clock: WallClock | None = None
    ) -> None:
        self.settings = settings
        self.policy = policy or load(settings.templates)
        self.clock = clock or SystemClock()
        self.owner = f"{socket.gethostname()}-{os.getpid()}"

    async def run(self, stopping: asyncio.Event, *, on_ready: Callable[[], None] = lambda: None) -> None:
        """Work until `stopping` is set.

        Raises:
            NotReady: the schema or a topic is missing.
            TooManyFailures: our own code fails on too many messages.
        """
        settings, kafka = self.settings, connection(self.settings.kafka)
        notice_closed_connections()
        dsn = dsn_of(settings)
        cluster = await cluster_of(kafka)
        group = settings.kafka.group
        ledger = PostgresLedger(
            dsn,
            cluster=cluster,
            group=group,
            connections=settings.intake.lanes + 4,
            shards=settings.relay.shards,
            sends_routine=settings.relay.sla == "all",
        )
        await until_available(ledger.open)
        flows = PostgresFlows(dsn, shards=settings.relay.shards)
        try:
            await until_available(flows.open)
            await until_available(lambda: require_schema(dsn))
            await require_topics(kafka, in_topics())
            library = read_library(settings, self.policy.rules)
            self.policy.knowledge = library or NO_KNOWLEDGE
            desk = Desk(ledger, self.policy, self.clock, park_for=settings.intake.park_for)
            await until_available(desk.open)
            shards = max(settings.relay.shards, await until_available(lambda: shards_in_use(dsn)))
            relays = [self._relay(dsn, kafka, shard) for shard in range(shards)]

            def wake() -> None:
                for relay in relays:
                    relay.wake()

            intake = Intake(
                kafka,
                in_topics(),
                desk,
                ledger,
                settings.intake,
                group=group,
                owner=self.owner,
                on_written=wake,
            )
            sweep = Sweep(desk, settings.sweep, on_written=wake)
            rules = self.policy.rules
            watched = watched_flows(rules.integration_map, rules.translations)
            flow_sweep = FlowSweep(flows, watched, self.clock, on_written=wake)
            calm_the_collector()
            log.info("worker.started", owner=self.owner, cluster=cluster, policy=self.policy.rules.version)
            on_ready()
            async with following(library, kafka):
                await _run_all(intake, sweep, flow_sweep, relays, stopping)
        finally:
            await flows.close()
            await ledger.close()
            log.info("worker.stopped", owner=self.owner)

    def _relay(self, dsn: str, kafka: dict[str, Any], shard: int) -> Relay:
        settings = self.settings
        publisher = Publisher(
            kafka,
            source=settings.source,
            shard=shard,
            group=settings.kafka.group,
            strict=settings.relay.strict,
            idempotent=settings.kafka.idempotent,
        )
        return Relay(Outbox(dsn, shard), publisher, settings.relay, shard=shard)


def calm_the_collector() -> None:
    """Let the garbage collector look less often: a batch makes 50,000 objects, none of them in a cycle."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(500_000, 20, 50)


@asynccontextmanager
async def following(library: LiveLibrary | None, kafka: dict[str, Any]) -> AsyncIterator[None]:
    """Let the library follow what is published meanwhile."""
    if library is None:
        yield
        return
    async with asyncio.TaskGroup() as tasks:
        tasks.create_task(library.run(kafka))
        try:
            yield
        finally:
            library.stop()


async def _run_all(
    intake: Intake, sweep: Sweep, flow_sweep: FlowSweep, relays: list[Relay], stopping: asyncio.Event
) -> None:
    """Run everything; at the end stop what writes first, and what sends last."""
    async with asyncio.TaskGroup() as tasks:
        writers = [tasks.create_task(each.run()) for each in (intake, sweep, flow_sweep)]
        senders = [tasks.create_task(relay.run()) for relay in relays]
        await stopping.wait()
        intake.stop()
        sweep.stop()
        flow_sweep.stop()
        _, late = await asyncio.wait(writers, timeout=_STOP_WITHIN_S)
        for relay in relays:
            relay.stop()
        _, unsent = await asyncio.wait(senders, timeout=_STOP_WITHIN_S)
        for task in (*late, *unsent):
            log.warning(
                "worker.stop_forced",
                do="nothing: what was not stored is read again, what was not sent is sent",
            )
            task.cancel()


def dsn_of(settings: Settings) -> str:
    """Return the database's address.

    Raises:
        NotReady: none is set.
    """
    if settings.postgres.dsn is None:
        raise NotReady("no database: set HANDOFF_POSTGRES__DSN, or run `handoff up` for an embedded one")
    return settings.postgres.dsn.get_secret_value()


async def cluster_of(kafka: dict[str, Any]) -> str:
    """Return the id of the Kafka cluster, waiting for the broker for a minute."""
    deadline = asyncio.get_running_loop().time() + _BROKER_WITHIN_S
    while True:
        admin = AIOKafkaAdminClient(**kafka)
        try:
            await admin.start()
            described = await admin.describe_cluster()
            return str(described["cluster_id"])
        except (KafkaError, OSError) as error:
            if asyncio.get_running_loop().time() > deadline:
                raise NotReady(f"no broker answers at {kafka['bootstrap_servers']}: {error!r}") from error
            log.warning("broker.unavailable", at=kafka["bootstrap_servers"], error=repr(error))
            await asyncio.sleep(1)
        finally:
            await admin.close()


async def require_schema(dsn: str) -> None:
    """Raise `NotReady` when the database has an older schema, or none."""
    db = schema.engine(dsn)
    try:
        async with unavailable_is_said(), db.connect() as reading:
            if not await schema.is_current(reading):
                raise NotReady("the database has an older schema or none: run `handoff db upgrade`")
    finally:
        await db.dispose()


async def require_topics(kafka: dict[str, Any], topics: Iterable[str]) -> None:
    """Raise `NotReady` when the broker lacks one of these topics."""
    admin = AIOKafkaAdminClient(**kafka)
    await admin.start()
    try:
        missing = set(topics) - set(await admin.list_topics())
    finally:
        await admin.close()
    if missing:
        raise NotReady(f"topics are missing: {', '.join(sorted(missing))}: run `handoff topics apply`")
