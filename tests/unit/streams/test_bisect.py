"""One message that our code cannot handle is found and put aside; the others are handled, in their order."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st
from structlog.testing import capture_logs

from orchestrator.desk import Outcome
from orchestrator.inbound import DeadLetter, Delivery, Origin
from orchestrator.ledger.port import Fenced, LedgerUnavailable, Progress
from streams.intake.bisect import Arrivals, FailureLimit, TooManyFailures, deliver
from streams.messages.cloudevents import decode
from tests import builders as b
from tests.unit.domain.properties import PROPERTY

HELD = [Progress("topic", 0, 100, epoch=1)]
REACHED = [Progress("topic", 0, 200, epoch=1)]


def an_arrival(offset: int) -> Delivery:
    record = b.a_record(b.a_request(), id=f"request-{offset}")
    arrival = decode(Origin("topic", 0, offset, record.key, record.value, tuple(record.headers)))
    assert isinstance(arrival, Delivery)
    return arrival


ARRIVALS = [an_arrival(offset) for offset in range(64)]


class Store:
    """Takes batches as a transaction would: all of one, or nothing of it."""

    def __init__(self, fails: Callable[[Arrivals], Exception | None]) -> None:
        self._fails = fails
        self.attempts = 0
        self.stored: list[Delivery | DeadLetter] = []
        self.progress: list[Sequence[Progress]] = []

    async def attempt(self, arrivals: Arrivals, progress: Sequence[Progress]) -> Outcome:
        self.attempts += 1
        error = self._fails(arrivals)
        if error is not None:
            raise error
        self.stored += arrivals
        self.progress.append(progress)
        buried = sum(isinstance(arrival, DeadLetter) for arrival in arrivals)
        return Outcome(new=len(arrivals) - buried, events=1, parked=2, dead_letters=buried)

    @property
    def offsets(self) -> list[int]:
        return [arrival.origin.offset for arrival in self.stored]

    @property
    def buried(self) -> list[DeadLetter]:
        return [arrival for arrival in self.stored if isinstance(arrival, DeadLetter)]


def a_store(poison: set[int] | frozenset[int]) -> Store:
    """Return a store that our code cannot bring these offsets into."""

    def fails(arrivals: Arrivals) -> Exception | None:
        bad = [a.origin.offset for a in arrivals if isinstance(a, Delivery) and a.origin.offset in poison]
        return RuntimeError(f"cannot handle {bad[0]}") if bad else None

    return Store(fails)


async def run(store: Store, arrivals: Arrivals, *, per_minute: int = 1_000) -> Outcome:
    # What is logged is read elsewhere; printing it takes longer than all else here.
    with capture_logs():
        return await deliver(store.attempt, arrivals, REACHED, HELD, limit=FailureLimit(per_minute))


async def test_a_good_batch_is_one_attempt() -> None:
    store = a_store(set())
    outcome = await run(store, ARRIVALS)
    assert (store.attempts, store.stored, store.progress) == (1, ARRIVALS, [REACHED])
    assert outcome == Outcome(new=64, events=1, parked=2)


async def test_halving_isolates_the_one() -> None:
    store = a_store({37})
    outcome = await run(store, ARRIVALS)
    assert store.offsets == list(range(64))
    [letter] = store.buried
    assert (letter.origin, letter.code) == (ARRIVALS[37].origin, "processing-failed")
    assert letter.message.startswith("RuntimeError at test_bisect.py:")
    assert "cannot handle 37" in letter.message
    assert (outcome.new, outcome.dead_letters) == (63, 1)
    # Six halvings of 64, two attempts each, and those of the whole and of the dead letter.
    assert store.attempts == 14
    assert outcome.events == len(store.progress)
    assert outcome.parked == 2 * len(store.progress)


async def test_a_failure_alone_in_its_batch_is_put_aside() -> None:
    store = a_store({5})
    await run(store, ARRIVALS[5:6])
    assert [letter.origin.offset for letter in store.buried] == [5]
    assert store.progress == [REACHED]


@PROPERTY
@given(size=st.integers(1, 64), poison=st.frozensets(st.integers(0, 63)))
def test_whatever_fails_each_is_stored_once_and_progress_moves_with_the_last(
    size: int, poison: frozenset[int]
) -> None:
    store = a_store(poison)
    outcome = asyncio.run(run(store, ARRIVALS[:size]))
    assert store.offsets == list(range(size))
    assert {letter.origin.offset for letter in store.buried} == {bad for bad in poison if bad < size}
    # A crash in between finds the progress of before: what was stored comes again, and the inbox knows it.
    assert store.progress[-1] == REACHED
    assert all(progress == HELD for progress in store.progress[:-1])
    assert outcome.new + outcome.dead_letters == size


@pytest.mark.parametrize("error", [Fenced("another worker has it"), LedgerUnavailable("down")])
async def test_what_says_nothing_about_a_message_is_passed_on_at_once(error: Exception) -> None:
    store = Store(lambda _: error)
    with pytest.raises(type(error)) as caught:
        await run(store, ARRIVALS)
    assert caught.value is error
    assert store.attempts == 1


async def test_a_claim_that_is_lost_while_halving_ends_it() -> None:
    answers = iter([RuntimeError("bad batch"), None, Fenced("another worker has it")])
    store = Store(lambda _: next(answers))
    with pytest.raises(Fenced):
        await run(store, ARRIVALS)
    assert store.progress == [HELD]


async def test_too_many_failures_stop_the_worker() -> None:
    store = a_store({1, 2, 3})
    with pytest.raises(TooManyFailures, match=r"3 messages failed within a minute \(limit 2\)"):
        await run(store, ARRIVALS, per_minute=2)
    assert [letter.origin.offset for letter in store.buried] == [1, 2]
    assert REACHED not in store.progress


async def test_failures_are_forgotten_after_a_minute(monkeypatch: pytest.MonkeyPatch) -> None:
    limit, loop, now = FailureLimit(2), asyncio.get_running_loop(), 1_000.0
    with monkeypatch.context() as moved:
        moved.setattr(loop, "time", lambda: now)
        for now in (1_000.0, 1_030.0, 1_061.0, 1_091.0):  # noqa: B007  # the clock reads it
            limit.count()
        now = 1_092.0
        with pytest.raises(TooManyFailures):
            limit.count()


async def test_a_long_error_is_cut() -> None:
    store = Store(lambda arrivals: RuntimeError("x" * 10_000) if isinstance(arrivals[0], Delivery) else None)
    await run(store, ARRIVALS[:1])
    assert len(store.buried[0].message) < 700
