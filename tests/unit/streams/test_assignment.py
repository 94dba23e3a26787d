"""Where a worker goes on in the partitions that it is given, and when it may no longer write."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import NamedTuple

import pytest
from aiokafka import TopicPartition
from aiokafka.errors import KafkaConnectionError
from structlog.testing import capture_logs

from orchestrator.ledger.port import Fenced, Progress
from streams.intake.assignment import Assignment, start_at
from tests.fakes import InMemoryLedger

BEGINNING, END = 10, 100
A0, A1 = (TopicPartition("a", number) for number in (0, 1))


@pytest.mark.parametrize(
    ("committed", "recorded", "expected"),
    [
        pytest.param(None, None, (10, False), id="never-read"),
        pytest.param(40, None, (40, False), id="a-lost-database"),
        pytest.param(None, 40, (10, False), id="log-made-anew-and-filled"),
        pytest.param(40, 40, (40, False), id="both-agree"),
        pytest.param(30, 40, (30, False), id="kafka-behind"),
        pytest.param(40, 30, (30, False), id="ledger-behind"),
        pytest.param(0, 0, (10, False), id="both-expired"),
        pytest.param(5, 40, (10, False), id="one-expired"),
        pytest.param(100, 100, (100, False), id="at-the-end"),
        pytest.param(101, 100, (10, True), id="kafka-beyond-the-end"),
        pytest.param(100, 101, (10, True), id="ledger-beyond-the-end"),
        pytest.param(5, 101, (10, True), id="one-expired-one-beyond"),
        pytest.param(None, 101, (10, True), id="log-made-anew"),
        pytest.param(101, None, (10, True), id="log-and-database-made-anew"),
    ],
)
def test_where_to_go_on(committed: int | None, recorded: int | None, expected: tuple[int, bool]) -> None:
    assert start_at(committed, recorded, BEGINNING, END) == expected


def test_an_emptied_log_is_read_from_its_end() -> None:
    assert start_at(100, 100, 100, 100) == (100, False)
    assert start_at(None, None, 100, 100) == (100, False)
    assert start_at(50, 50, 100, 100) == (100, False)


class Consumer:
    """A consumer of logs from 10 to 100, with offsets committed to Kafka."""

    def __init__(self, committed: dict[TopicPartition, int]) -> None:
        self._committed = committed
        self.positions: dict[TopicPartition, int] = {}
        self.doubted: dict[TopicPartition, int] = {}

    async def beginning_offsets(self, partitions: Iterable[TopicPartition]) -> dict[TopicPartition, int]:
        return dict.fromkeys(partitions, BEGINNING)

    async def end_offsets(self, partitions: Iterable[TopicPartition]) -> dict[TopicPartition, int]:
        return dict.fromkeys(partitions, END)

    async def committed(self, partition: TopicPartition) -> int | None:
        return self._committed.get(partition)

    def seek(self, partition: TopicPartition, offset: int) -> None:
        self.positions[partition] = offset


def an_assignment(
    ledger: InMemoryLedger, owner: str = "w-1", *, end: int = END, **committed: int
) -> tuple[Assignment, Consumer]:
    """Return an assignment; `end` is where a log ends when it is read, whatever the broker says of it."""
    consumer = Consumer({TopicPartition(name[0], int(name[1:])): at for name, at in committed.items()})

    async def true_ends(reported: Mapping[TopicPartition, int]) -> dict[TopicPartition, int]:
        consumer.doubted |= dict(reported)
        return dict.fromkeys(reported, end)

    return Assignment(consumer, ledger, group="g", owner=owner, true_ends=true_ends), consumer


class Fetched(NamedTuple):
    """A record, as far as an assignment looks at it."""

    offset: int


def progress(assignment: Assignment, place: TopicPartition, next_offset: int) -> Progress:
    """Return the progress that reading a partition up to `next_offset` gives."""
    piece = assignment.piece(place, [Fetched(next_offset - 1)])
    assert piece is not None
    return piece.reached


async def record(ledger: InMemoryLedger, *reached: Progress) -> None:
    async with ledger.transaction() as transaction:
        await transaction.advance(reached)


async def test_a_new_worker_goes_on_where_the_last_one_stored() -> None:
    ledger = InMemoryLedger()
    first, _ = an_assignment(ledger)
    await first.on_partitions_assigned([A0, A1])
    await record(ledger, progress(first, A0, 60), progress(first, A1, 70))

    second, consumer = an_assignment(ledger, "w-2", a0=55, a1=75)
    await second.on_partitions_assigned([A0, A1])

    assert consumer.positions == {A0: 55, A1: 70}
    assert consumer.doubted == {}
    with pytest.raises(Fenced):
        await record(ledger, progress(first, A0, 61))
    await record(ledger, progress(second, A0, 61))


async def test_a_log_that_went_backwards_is_said() -> None:
    ledger = InMemoryLedger()
    first, _ = an_assignment(ledger)
    await first.on_partitions_assigned([A0])
    await record(ledger, progress(first, A0, 500))

    second, consumer = an_assignment(ledger, a0=400)
    with capture_logs() as logs:
        await second.on_partitions_assigned([A0])

    assert consumer.positions == {A0: BEGINNING}
    [warning] = [line for line in logs if line["event"] == "intake.log_went_backwards"]
    assert warning["log_level"] == "warning"
    assert (warning["topic"], warning["partition"]) == ("a", 0)
    assert (warning["recorded"], warning["committed"], warning["end"]) == (500, 400, END)


async def test_an_end_that_the_broker_names_too_low_is_looked_at() -> None:
    """The embedded broker says 100 where the last batch, of five records, begins at 99."""
    ledger = InMemoryLedger()
    first, _ = an_assignment(ledger)
    await first.on_partitions_assigned([A0, A1])
    await record(ledger, progress(first, A0, 104), progress(first, A1, 100))

    second, consumer = an_assignment(ledger, end=104, a0=103, a1=100)
    with capture_logs() as logs:
        await second.on_partitions_assigned([A0, A1])

    assert consumer.positions == {A0: 103, A1: 100}
    assert consumer.doubted == {A0: END}
    assert "intake.log_went_backwards" not in {line["event"] for line in logs}


async def test_a_piece_has_the_progress_before_and_after_it() -> None:
    assignment, _ = an_assignment(InMemoryLedger())
    await assignment.on_partitions_assigned([A0])
    records = [Fetched(20), Fetched(21), Fetched(25)]
    piece = assignment.piece(A0, records)
    assert piece is not None
    assert piece.records is records
    assert piece.held == Progress("a", 0, 20, epoch=1)
    # Not the number of records: a compacted log, or one with transactions, has gaps.
    assert piece.reached == Progress("a", 0, 26, epoch=1)
    assert assignment.is_current(piece)


async def test_what_was_revoked_is_neither_written_nor_committed() -> None:
    assignment, _ = an_assignment(InMemoryLedger())
    await assignment.on_partitions_assigned([A0, A1])
    piece = assignment.piece(A0, [Fetched(10)])
    assert piece is not None
    assignment.done([piece.reached])

    await assignment.on_partitions_revoked([A0, A1])

    assert not assignment.is_current(piece)
    assert assignment.piece(A0, [Fetched(11)]) is None
    assert assignment.take_done() == {}


async def test_a_piece_of_an_earlier_claim_is_stale() -> None:
    assignment, _ = an_assignment(InMemoryLedger())
    await assignment.on_partitions_assigned([A0])
    stale = assignment.piece(A0, [Fetched(10)])
    assert stale is not None
    await assignment.on_partitions_revoked([A0])
    await assignment.on_partitions_assigned([A0])
    assert not assignment.is_current(stale)


async def test_progress_that_ends_after_a_revocation_is_not_committed() -> None:
    assignment, _ = an_assignment(InMemoryLedger())
    await assignment.on_partitions_assigned([A0, A1])
    late = progress(assignment, A0, 11)
    await assignment.on_partitions_revoked([A0, A1])
    await assignment.on_partitions_assigned([A1])

    assignment.done([late])

    assert assignment.take_done() == {}


async def test_what_is_done_is_committed_once_and_as_far_as_it_goes() -> None:
    assignment, _ = an_assignment(InMemoryLedger())
    await assignment.on_partitions_assigned([A0])
    assignment.done([progress(assignment, A0, 11)])
    assignment.done([progress(assignment, A0, 12)])
    assert assignment.take_done() == {A0: 12}
    assert assignment.take_done() == {}


async def test_an_empty_assignment_asks_nobody() -> None:
    assignment, consumer = an_assignment(InMemoryLedger())
    await assignment.on_partitions_assigned([])
    assert consumer.positions == {}


async def test_a_claim_that_fails_is_not_swallowed_by_the_client(monkeypatch: pytest.MonkeyPatch) -> None:
    assignment, consumer = an_assignment(InMemoryLedger())

    async def cut_off(partitions: Iterable[TopicPartition]) -> dict[TopicPartition, int]:
        raise KafkaConnectionError("cut off")

    monkeypatch.setattr(consumer, "beginning_offsets", cut_off)
    assignment.check()
    await assignment.on_partitions_assigned([A0])
    with pytest.raises(KafkaConnectionError, match="cut off"):
        assignment.check()
