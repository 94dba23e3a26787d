"""Kafka -> one endpoint. Its consumer group is its own, so that no other endpoint waits for this one."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from typing import Any

import structlog
from aiokafka import AIOKafkaConsumer, ConsumerRebalanceListener, TopicPartition
from aiokafka.errors import KafkaError

from orchestrator.domain.events.event import Stream
from orchestrator.wall_clock import WallClock
from streams.kafka.tolerant_records import tolerate_any_header_name
from streams.notify.round import Bring, Round
from streams.settings import Notify
from streams.topics.table import topic_of

log = structlog.get_logger(__name__)
_POLL_MS = 200
_COMMIT_EVERY_S = 0.5
_REJOIN_AFTER_S = 1.0
_CLOSE_WITHIN_S = 5.0
"""Longer, and the group would go on without us."""


class Courier(ConsumerRebalanceListener):  # type: ignore[misc]  # aiokafka ships no types
    """Reads the notifications for one endpoint, as many as its window holds."""

    def __init__(
        self,
        connection: dict[str, Any],
        bring: Bring,
        settings: Notify,
        clock: WallClock,
        *,
        name: str,
        group: str,
    ) -> None:
        self._connection = connection
        self._bring = bring
        self._settings = settings
        self._clock = clock
        self._name = name
        self._group = group
        self._consumer: Any = None
        self._round: Round | None = None
        self._failure: Exception | None = None
        self._stopping = asyncio.Event()
        self.is_reading = asyncio.Event()
        """Set once it has had its partitions."""

    def stop(self) -> None:
        """Finish what is on the wire, commit, leave the group."""
        self._stopping.set()

    async def run(self) -> None:
        """Read until stopped; while the broker is away, join again and again."""
        tolerate_any_header_name()
        while not self._stopping.is_set():
            try:
                await self._session()
            except KafkaError as error:
                log.warning("notify.broker_unavailable", endpoint=self._name, error=repr(error))
            if not self._stopping.is_set():
                await asyncio.sleep(_REJOIN_AFTER_S)

    async def on_partitions_revoked(self, revoked: Iterable[TopicPartition]) -> None:
        """Finish what is on the wire, and say how far it came."""
        await self._end_round()

    async def on_partitions_assigned(self, assigned: Iterable[TopicPartition]) -> None:
        """Begin where the group left off."""
        try:
            starts = await self._starts(sorted(assigned))
        except Exception as error:  # the client swallows what a listener raises: see `_session`
            self._failure = error
            return
        beginning = Round(starts, self._bring)
        # At once: a crash before the first commit must not move where a new group begins.
        await self._commit(beginning)
        # What was read meanwhile was dropped. Nothing may be awaited from the seek on until there is a round.
        for place, offset in starts.items():
            self._consumer.seek(place, offset)
        self._round = beginning
        self.is_reading.set()
        log.info("notify.assigned", endpoint=self._name, partitions=[place.partition for place in starts])

    async def _session(self) -> None:
        self._failure = None
        self._consumer = AIOKafkaConsumer(
            **self._connection,
            group_id=self._group,
            enable_auto_commit=False,
            auto_offset_reset="earliest",
            isolation_level="read_committed",
            session_timeout_ms=10_000,
            heartbeat_interval_ms=2_000,
            rebalance_timeout_ms=10_000,
            request_timeout_ms=15_000,
            fetch_max_wait_ms=100,
            max_partition_fetch_bytes=256 * 1024,
        )
        self._consumer.subscribe([topic_of(Stream.NOTIFICATIONS)], listener=self)
        try:
            await self._consumer.start()
            await self._read()
        finally:
            await self._end_round()
            await self._consumer.stop()

    async def _read(self) -> None:
        loop = asyncio.get_running_loop()
        committed_at = loop.time()
        while not self._stopping.is_set():
            room = self._make_room()
            fetched = await self._consumer.getmany(timeout_ms=_POLL_MS, max_records=max(1, room))
            if self._failure is not None:
                raise self._failure
            if self._round is None:
                continue
            for records in fetched.values():
                for record in records:
                    self._round.put(record)
            self._round.check()
            if loop.time() - committed_at >= _COMMIT_EVERY_S:
                await self._commit(self._round)
                committed_at = loop.time()

    def _make_room(self) -> int:
        """Return how many records there is room for.

        Without any, fetching stops; polling goes on, or the group would take us for dead.
        """
        room = self._settings.window - (self._round.size if self._round is not None else 0)
        if room > 0:
            self._consumer.resume(*self._consumer.paused())
        else:
            self._consumer.pause(*self._consumer.assignment())
        return room

    async def _end_round(self) -> None:
        ending, self._round = self._round, None
        if ending is not None:
            await ending.close(_CLOSE_WITHIN_S)
            await self._commit(ending)

    async def _commit(self, current: Round) -> None:
        safe = current.safe()
        try:
            if safe:
                await self._consumer.commit(safe)
                current.committed(safe)
        except KafkaError as error:
            # Then these are sent again, with the same ids.
            log.info("notify.commit_failed", endpoint=self._name, error=repr(error))

    async def _starts(self, places: list[TopicPartition]) -> dict[TopicPartition, int]:
        """Return where to go on in each partition.

        One in which the group has committed nothing is read from a short while ago: a new endpoint is not
        told the story of two weeks, and what came while a partition was added is not lost.
        """
        committed = {place: await self._consumer.committed(place) for place in places}
        new = [place for place, offset in committed.items() if offset is None]
        return committed | (await self._recent(new) if new else {})

    async def _recent(self, places: list[TopicPartition]) -> dict[TopicPartition, int]:
        since = int((self._clock.now() - self._settings.look_back).timestamp() * 1_000)
        recent: dict[TopicPartition, int] = await self._consumer.end_offsets(places)
        found = await self._consumer.offsets_for_times(dict.fromkeys(places, since))
        # Where nothing is as young, Kafka finds nothing, and the embedded broker the offset 0 of no time; it
        # may also find nothing where there is something, and then a new endpoint begins with what comes next.
        return recent | {place: each.offset for place, each in found.items() if each and each.timestamp >= 0}
