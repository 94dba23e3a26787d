"""Kafka -> desk: batches in transactions, several in flight, the order of each partition kept."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

import structlog
from aiokafka import AIOKafkaConsumer
from aiokafka.coordinator.assignors.range import RangePartitionAssignor
from aiokafka.errors import KafkaError

from orchestrator.desk import Desk, Outcome
from orchestrator.ledger.port import Fenced, Ledger, Progress
from streams.intake.assignment import Assignment
from streams.intake.bisect import Arrivals, FailureLimit
from streams.intake.lane import Lane
from streams.kafka.log_end import true_ends
from streams.kafka.tolerant_records import tolerate_any_header_name
from streams.patience import until_available
from streams.settings import Intake as IntakeSettings

log = structlog.get_logger(__name__)
_COMMIT_EVERY_S = 1.0
_REJOIN_AFTER_S = 1.0


class Intake:
    """Reads the in-topics and hands every message to the desk."""

    def __init__(
        self,
        connection: dict[str, Any],
        topics: Sequence[str],
        desk: Desk,
        ledger: Ledger,
        settings: IntakeSettings,
        *,
        group: str,
        owner: str,
        on_written: Callable[[], None] = lambda: None,
    ) -> None:
        self._connection = connection
        self._topics = topics
        self._desk = desk
        self._ledger = ledger
        self._settings = settings
        self._group = group
        self._owner = owner
        self._on_written = on_written
        self._limit = FailureLimit(settings.dead_letters_per_minute)
        self._stopping = asyncio.Event()

    def stop(self) -> None:
        """Finish the batches in flight, commit, leave the group."""
        self._stopping.set()

    async def run(self) -> None:
        """Read until stopped.

        Raises:
            TooManyFailures: our own code fails on too many messages; a person has to look.
        """
        tolerate_any_header_name()
        while not self._stopping.is_set():
            try:
                await self._session()
            except Fenced as fenced:
                log.warning(
                    "intake.fenced", reason=str(fenced), do="nothing: this worker joins the group anew"
                )
            except KafkaError as error:
                log.warning("intake.broker_unavailable", error=repr(error))
            if not self._stopping.is_set():
                await asyncio.sleep(_REJOIN_AFTER_S)

    async def _session(self) -> None:
        """Take part in the group once, until stopped or fenced."""
        consumer = AIOKafkaConsumer(
            **self._connection,
            group_id=self._group,
            client_id=self._owner,
            enable_auto_commit=False,
            auto_offset_reset="earliest",
            session_timeout_ms=6_000,
            heartbeat_interval_ms=2_000,
            rebalance_timeout_ms=10_000,
            # A fetch that waits holds back the partitions that it did not ask for.
            fetch_max_wait_ms=50,
            request_timeout_ms=15_000,
            # What waits in memory; a larger record still comes, alone.
            max_partition_fetch_bytes=256 * 1024,
            fetch_max_bytes=2 * 1024 * 1024,
            # Co-locates the same partition number of all in-topics, hence all that concerns a case.
            partition_assignment_strategy=[RangePartitionAssignor],
        )
        assignment = Assignment(
            consumer,
            self._ledger,
            group=self._group,
            owner=self._owner,
            true_ends=partial(true_ends, self._connection),
        )
        consumer.subscribe(list(self._topics), listener=assignment)
        await consumer.start()
        try:
            async with asyncio.TaskGroup() as tasks:
                lanes = [self._lane(assignment) for _ in range(self._settings.lanes)]
                for lane in lanes:
                    tasks.create_task(lane.run())
                tasks.create_task(self._read(consumer, assignment, lanes))
                tasks.create_task(self._commit(consumer, assignment))
        except* (Fenced, KafkaError) as group:
            # Several lanes may fail of one cause; the first says enough.
            raise group.exceptions[0] from None
        finally:
            try:
                await consumer.stop()
            finally:
                # Which a consumer whose fetcher has died does not come to.
                await consumer._client.close()

    def _lane(self, assignment: Assignment) -> Lane:
        async def attempt(batch: Arrivals, upto: Sequence[Progress]) -> Outcome:
            return await until_available(
                lambda: self._desk.handle(batch, progress=upto), wanted=lambda: not self._stopping.is_set()
            )

        return Lane(
            attempt, assignment, batch=self._settings.batch, limit=self._limit, on_written=self._on_written
        )

    async def _read(self, consumer: AIOKafkaConsumer, assignment: Assignment, lanes: Sequence[Lane]) -> None:
        """Empty the consumer at once, always: it fetches nothing while any partition waits to be taken."""
        while not self._stopping.is_set():
            fetched = await consumer.getmany(timeout_ms=200, max_records=self._settings.batch)
            assignment.check()
            _require_fetching(consumer)
            # All at once: while a lane makes us wait, a rebalance may give these partitions a newer claim.
            pieces = [(tp, assignment.piece(tp, records)) for tp, records in fetched.items()]
            for tp, piece in pieces:
                if piece is not None:
                    await lanes[tp.partition % len(lanes)].put(piece)
        for lane in lanes:
            lane.stop()

    async def _commit(self, consumer: AIOKafkaConsumer, assignment: Assignment) -> None:
        """Tell Kafka what the ledger has stored: for lag monitors, and for a lost database."""
        while not self._stopping.is_set():
            try:
                async with asyncio.timeout(_COMMIT_EVERY_S):
                    await self._stopping.wait()
            except TimeoutError:
                pass
            done = assignment.take_done()
            try:
                if done:
                    await consumer.commit(done)
            except KafkaError as error:
                # The ledger has the truth, and this worker may just have lost the partitions.
                log.info("intake.commit_failed", error=repr(error))


def _require_fetching(consumer: AIOKafkaConsumer) -> None:
    """Raise what the consumer's fetcher died of.

    It dies of every error that it does not expect, such as uvloop's RuntimeError for a connection that was
    closed a moment ago, and tells nobody: `getmany` would return nothing for ever, and heartbeats go on.
    """
    fetching = consumer._fetcher.error_future
    if fetching.done() and not fetching.cancelled() and (died_of := fetching.exception()) is not None:
        raise KafkaError(f"the consumer stopped fetching: {died_of}") from died_of
