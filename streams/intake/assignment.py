"""The partitions that this worker may read: claims them, and knows where each has to go on."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import structlog
from aiokafka import ConsumerRebalanceListener, TopicPartition
from aiokafka.errors import KafkaError

from orchestrator.ledger.port import Ledger, Progress
from streams.kafka.log_end import TrueEnds
from streams.patience import until_available

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Piece:
    """Consecutive records of one partition, and the progress before and after them."""

    records: list[Any]
    held: Progress
    reached: Progress


def start_at(committed: int | None, recorded: int | None, beginning: int, end: int) -> tuple[int, bool]:
    """Return where to go on in a partition, and whether its log went backwards.

    The lower of what Kafka and the ledger remember: the inbox knows what was done already, so too low
    costs time, and too high would lose events.
    """
    known = [offset for offset in (committed, recorded) if offset is not None]
    went_backwards = max(known, default=0) > end
    # Kafka forgets a group's offset together with the log: the ledger's may be of a log that is gone.
    if committed is None or went_backwards:
        return beginning, went_backwards
    return max(min(known), beginning), False


class Assignment(ConsumerRebalanceListener):  # type: ignore[misc]  # aiokafka ships no types
    """Follows the group's rebalances."""

    def __init__(self, consumer: Any, ledger: Ledger, *, group: str, owner: str, true_ends: TrueEnds) -> None:
        self._consumer = consumer
        self._ledger = ledger
        self._group = group
        self._owner = owner
        self._true_ends = true_ends
        self._failure: Exception | None = None
        self._epochs: dict[TopicPartition, int] = {}
        self._done: dict[TopicPartition, int] = {}

    def piece(self, tp: TopicPartition, records: list[Any]) -> Piece | None:
        """Return records as work of the claim in force; None for a partition that is not claimed.

        What was fetched before a claim's seek is dropped here, and read again after it.
        """
        epoch = self._epochs.get(tp)
        if epoch is None:
            return None
        held = Progress(tp.topic, tp.partition, records[0].offset, epoch)
        return Piece(records, held, Progress(tp.topic, tp.partition, records[-1].offset + 1, epoch))

    def is_current(self, piece: Piece) -> bool:
        """Whether the claim under which the piece was read is still in force."""
        at = piece.reached
        return self._epochs.get(TopicPartition(at.topic, at.partition)) == at.epoch

    def done(self, progress: Iterable[Progress]) -> None:
        """Take note of progress that is stored, for Kafka's own offsets."""
        for p in progress:
            self._done[TopicPartition(p.topic, p.partition)] = p.next_offset

    def take_done(self) -> dict[TopicPartition, int]:
        """Return what can be committed to Kafka, once."""
        done, self._done = self._done, {}
        return {tp: offset for tp, offset in done.items() if tp in self._epochs}

    async def on_partitions_revoked(self, revoked: Iterable[TopicPartition]) -> None:
        """Stop working on partitions; a transaction under way is fenced by the next owner's claim."""
        self._epochs.clear()
        self._done.clear()

    async def on_partitions_assigned(self, assigned: Iterable[TopicPartition]) -> None:
        """Claim partitions and seek each to where it has to go on."""
        try:
            await self._claim(sorted(assigned))
        except Exception as error:  # the client swallows what a listener raises: see `check`
            self._failure = error

    def check(self) -> None:
        """Raise what a claim failed with: without it these partitions would never be read."""
        if self._failure is not None:
            raise self._failure

    async def _claim(self, partitions: list[TopicPartition]) -> None:
        if not partitions:
            return
        claims = await until_available(
            lambda: self._ledger.claim_partitions(
                self._group, [(tp.topic, tp.partition) for tp in partitions], self._owner
            )
        )
        beginnings = await self._consumer.beginning_offsets(partitions)
        committed = {tp: await self._consumer.committed(tp) for tp in partitions}
        recorded = {tp: claims[tp.topic, tp.partition].next_offset for tp in partitions}
        ends = await self._ends({tp: max(committed[tp] or 0, recorded[tp] or 0) for tp in partitions})
        for tp in partitions:
            self._seek(tp, committed[tp], recorded[tp], beginnings[tp], ends[tp])
            self._epochs[tp] = claims[tp.topic, tp.partition].epoch
        log.info("intake.assigned", partitions=[f"{tp.topic}/{tp.partition}" for tp in partitions])

    async def _ends(self, known: Mapping[TopicPartition, int]) -> dict[TopicPartition, int]:
        """Return the ends of logs; one that is said to end before what is known of it is looked at."""
        ends: dict[TopicPartition, int] = await self._consumer.end_offsets(list(known))
        doubtful = {tp: end for tp, end in ends.items() if known[tp] > end}
        if doubtful:
            try:
                ends |= await self._true_ends(doubtful)
            except KafkaError as error:
                # Then it is read from its beginning, which loses nothing.
                log.info("intake.end_not_confirmed", error=repr(error))
        return ends

    def _seek(
        self, tp: TopicPartition, committed: int | None, recorded: int | None, beginning: int, end: int
    ) -> None:
        offset, went_backwards = start_at(committed, recorded, beginning, end)
        if went_backwards:
            log.warning(
                "intake.log_went_backwards",
                topic=tp.topic,
                partition=tp.partition,
                recorded=recorded,
                committed=committed,
                end=end,
                do="nothing: it is read from its beginning, and what was handled is not handled again",
            )
        self._consumer.seek(tp, offset)
