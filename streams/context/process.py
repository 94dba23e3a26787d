"""What `handoff context run` runs: the stream, the store, and the watch over the flows that it reads."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from importlib import import_module

import structlog

from handoff_templates import load
from orchestrator.domain.flow_health.watching import watched_flows
from orchestrator.domain.policy import Policy
from orchestrator.ledger.context_postgres import PostgresContext
from orchestrator.ledger.flow_health import PostgresFlows
from orchestrator.wall_clock import SystemClock, WallClock
from streams.app import calm_the_collector, cluster_of, dsn_of, require_schema, require_topics
from streams.context.rebuild import Rebuilt, rebuild
from streams.context.stream import ContextStream
from streams.context.writer import Writer
from streams.flows.watch import FlowWatch
from streams.intake.bisect import FailureLimit
from streams.patience import until_available
from streams.settings import Settings, connection
from streams.topics.table import context_topics

log = structlog.get_logger(__name__)


class ContextProcess:
    """Takes in what sources know of accounts and customers, until it is stopped."""

    def __init__(
        self, settings: Settings, *, policy: Policy | None = None, clock: WallClock | None = None
    ) -> None:
        self._settings = settings
        self._policy = policy or load(settings.templates)
        self._clock = clock or SystemClock()

    async def run(self, stopping: asyncio.Event, *, on_ready: Callable[[], None] = lambda: None) -> None:
        """Work until `stopping` is set.

        Raises:
            NotReady: the schema or a topic is missing.
            TooManyFailures: our own code fails on too many messages.
            StopFailed: Faust hangs, and the process has to be ended.
        """
        # It takes a second, which nobody else in this process has to wait for.
        await asyncio.to_thread(import_module, "streams.context.faust_app")
        settings = self._settings
        kafka, dsn = connection(settings.kafka), dsn_of(settings)
        store = PostgresContext(dsn, cluster=await cluster_of(kafka))
        flows = PostgresFlows(dsn, shards=settings.relay.shards)
        rules = self._policy.rules
        watch = FlowWatch(flows, watched_flows(rules.integration_map, rules.translations), self._clock)
        stream = ContextStream(
            settings.kafka, context_topics(), store, self._clock, settings.context, notes=watch.note
        )
        try:
            await until_available(store.open)
            await until_available(flows.open)
            await until_available(lambda: require_schema(dsn))
            await require_topics(kafka, context_topics())
            calm_the_collector()
            async with asyncio.TaskGroup() as tasks:
                watching = tasks.create_task(watch.run())
                reading = tasks.create_task(stream.run(on_ready=on_ready))
                waiting = tasks.create_task(stopping.wait())
                await asyncio.wait([reading, waiting], return_when=asyncio.FIRST_COMPLETED)
                stream.stop()
                waiting.cancel()
                await reading
                watch.stop()
                await watching
        finally:
            await flows.close()
            await store.close()
            log.info("context.stopped")


async def rebuild_context(
    settings: Settings, *, empty: bool, on_progress: Callable[[int, int], None]
) -> tuple[Rebuilt, int]:
    """Read all topics of context again, and return what that did and how many records there are now.

    With `empty` every record is forgotten first. Nobody has to stop meanwhile.
    """
    kafka, dsn = connection(settings.kafka), dsn_of(settings)
    await require_schema(dsn)
    store = PostgresContext(dsn, cluster=await cluster_of(kafka))
    await store.open()
    try:
        if empty:
            await store.empty()
        limit = FailureLimit(settings.context.dead_letters_per_minute)
        done = await rebuild(
            kafka,
            context_topics(),
            Writer(store, SystemClock(), limit),
            batch=settings.context.batch,
            on_progress=on_progress,
        )
        return done, await store.count()
    finally:
        await store.close()
