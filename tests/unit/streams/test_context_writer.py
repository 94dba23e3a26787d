"""Batches to the store: bad ones beside good ones, our own failures, and what is noted of each."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

import pytest

from orchestrator.domain.flow_health.noted import Noted
from orchestrator.inbound import DeadLetter, Origin
from orchestrator.ledger.context import Heard, Merged
from orchestrator.ledger.port import LedgerUnavailable
from streams.context.batches import Batches
from streams.context.decoding import Arrival
from streams.context.gaps import Gaps
from streams.context.topics import topic_of
from streams.context.writer import Writer
from streams.intake.bisect import FailureLimit, TooManyFailures
from tests.builders import T0, Record
from tests.context_builders import a_message
from tests.fake_context import InMemoryContext
from tests.fakes import ManualClock

BILLING = topic_of("billing")
NOW = T0 + timedelta(hours=1)


class FragileStore(InMemoryContext):
    """A store on which our code fails for some accounts, and which is away for the first few times."""

    def __init__(self, *fails_for: str, away: int = 0) -> None:
        super().__init__()
        self.fails_for = fails_for
        self.away = away
        self.batches: list[int] = []

    async def merge(
        self, batch: Sequence[Heard], *, now: datetime, dead_letters: Sequence[DeadLetter] = ()
    ) -> Merged:
        if self.away:
            self.away -= 1
            raise LedgerUnavailable("away")
        if any(heard.address.key.endswith(self.fails_for) for heard in batch if self.fails_for):
            raise ZeroDivisionError("a bug")
        self.batches.append(len(batch))
        return await super().merge(batch, now=now, dead_letters=dead_letters)


def arrivals(*messages: Record) -> list[Arrival]:
    return [
        Arrival(Origin(BILLING, 0, n, m.key, m.value, tuple(m.headers)), T0) for n, m in enumerate(messages)
    ]


def a_writer(store: InMemoryContext, noted: list[Noted] | None = None, **over: Any) -> Writer:
    notes = noted.extend if noted is not None else None
    return Writer(store, ManualClock(NOW), over.pop("limit", FailureLimit(10)), notes=notes, **over)


async def test_bad_and_good_go_in_one_transaction_and_each_is_noted() -> None:
    store, noted = FragileStore(), list[Noted]()
    bad = a_message(account="b")._replace(value=b"{")
    future = a_message(account="c", at=NOW + timedelta(hours=1))
    merged = await a_writer(store, noted).write(arrivals(a_message(account="a"), bad, future))
    assert merged.changed == 1
    assert {letter.code for letter in merged.refused} == {"malformed-json", "from-the-future"}
    assert store.batches == [2]
    assert [(note.system, note.failure) for note in noted] == [
        ("billing", None),
        ("billing", "malformed-json"),
        ("billing", "from-the-future"),
    ]
    assert noted[0].fields == {"payment_state": "paid"}


async def test_one_that_our_code_fails_on_is_found_and_the_others_are_stored() -> None:
    store, noted = FragileStore("acct-5"), list[Noted]()
    messages = [a_message(account=f"acct-{n}", id=f"e-{n}") for n in range(8)]
    bad = a_message()._replace(value=b"{")
    merged = await a_writer(store, noted).write(arrivals(*messages, bad))
    assert merged.changed == 7
    assert {letter.code for letter in store.dead_letters.values()} == {"processing-failed", "malformed-json"}
    assert [note.failure for note in noted] == [None] * 5 + [
        "processing-failed",
        None,
        None,
        "malformed-json",
    ]
    assert {a.key for a in store.records} == {f"account:acct-{n}" for n in range(8) if n != 5}


async def test_too_many_failures_stop_it_and_nothing_is_noted() -> None:
    store, noted = FragileStore("1", "2", "3"), list[Noted]()
    messages = [a_message(account=f"acct-{n}") for n in range(4)]
    with pytest.raises(TooManyFailures):
        await a_writer(store, noted, limit=FailureLimit(2)).write(arrivals(*messages))
    assert noted == []


async def test_a_store_that_is_away_is_waited_for() -> None:
    store = FragileStore(away=2)
    assert (await a_writer(store).write(arrivals(a_message()))).changed == 1


async def test_a_store_that_is_away_is_left_when_the_work_is_not_wanted_any_more() -> None:
    with pytest.raises(LedgerUnavailable):
        await a_writer(FragileStore(away=99), wanted=lambda: False).write(arrivals(a_message()))


# Batches


async def test_a_batch_is_full_or_a_moment_old_and_keeps_the_order() -> None:
    done: list[list[int]] = []

    async def work(batch: Sequence[int]) -> None:
        done.append(list(batch))
        await asyncio.sleep(0)

    batches: Batches[int] = Batches(work, size=4, most_bytes=1_000, within_s=0.02)
    running = asyncio.create_task(batches.run())
    for n in range(10):
        await batches.put(n, 1)
    await asyncio.sleep(0.1)
    running.cancel()
    assert [n for batch in done for n in batch] == list(range(10))
    assert [len(batch) for batch in done] == [4, 4, 2]


async def test_a_batch_is_full_by_its_bytes_too() -> None:
    done: list[int] = []

    async def work(batch: Sequence[str]) -> None:
        done.append(len(batch))

    batches: Batches[str] = Batches(work, size=100, most_bytes=1_000, within_s=0.02)
    running = asyncio.create_task(batches.run())
    for size in (600, 600, 5_000, 10):
        await batches.put("x", size)
    await asyncio.sleep(0.1)
    running.cancel()
    assert done == [2, 1, 1]


async def test_what_the_work_raises_ends_the_batches() -> None:
    async def work(_: Sequence[int]) -> None:
        raise ValueError("no")

    batches: Batches[int] = Batches(work, size=1, most_bytes=10, within_s=1)
    await batches.put(1, 1)
    with pytest.raises(ValueError, match="no"):
        await batches.run()


# Gaps


class FakeFaust:
    """As much of Faust as knows of gaps."""

    def __init__(self, committed: int | None) -> None:
        self.consumer = self
        self._committed_offset = {"tp": committed}
        self.told: list[tuple[int, int]] = []

    async def _add_gap(self, _: str, since: int, until: int) -> None:
        self.told.append((since, until))


class Message:
    def __init__(self, offset: int, generation: int = 1) -> None:
        self.tp, self.offset, self.generation_id = "tp", offset, generation


@pytest.mark.parametrize(
    ("committed", "offsets", "told"),
    [
        (None, [0, 1, 2], []),
        (None, [0, 50, 90], [(1, 49)]),
        (None, [7, 50], []),
        (1, [50, 90], [(1, 49)]),
        (8, [50, 90], []),
    ],
)
async def test_faust_is_told_of_the_gap_that_it_does_not_see(
    committed: int | None, offsets: list[int], told: list[tuple[int, int]]
) -> None:
    app = FakeFaust(committed)
    gaps = Gaps(app)
    for offset in offsets:
        await gaps.notice(Message(offset))
    assert app.told == told


async def test_a_new_generation_begins_anew() -> None:
    app = FakeFaust(None)
    gaps = Gaps(app)
    await gaps.notice(Message(0))
    await gaps.notice(Message(20, generation=2))
    assert app.told == []
