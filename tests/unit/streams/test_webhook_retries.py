"""What an answer means, when the next attempt comes, and when there is none."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from datetime import timedelta

import pytest

from streams.notify.answer import Answer, Reason, Verdict, retry_after
from streams.notify.retries import Outcome, Retries
from streams.settings import Notify
from tests.builders import T0
from tests.unit.streams.webhook_builders import Clock


@pytest.mark.parametrize(
    ("status", "verdict"),
    [
        (None, Verdict.LATER),
        (199, Verdict.LATER),
        (200, Verdict.TAKEN),
        (202, Verdict.TAKEN),
        (204, Verdict.TAKEN),
        (301, Verdict.NEVER),
        (307, Verdict.NEVER),
        (400, Verdict.NEVER),
        (404, Verdict.NEVER),
        (408, Verdict.LATER),
        (410, Verdict.NEVER),
        (425, Verdict.NEVER),
        (429, Verdict.LATER),
        (500, Verdict.LATER),
        (503, Verdict.LATER),
        (599, Verdict.LATER),
    ],
)
def test_what_follows_from_a_status(status: int | None, verdict: Verdict) -> None:
    assert Answer(status).verdict is verdict


def test_answers_in_words() -> None:
    assert str(Answer(503)) == "503 Service Unavailable"
    assert str(Answer(404, "no_service")) == "404 Not Found: no_service"
    assert str(Answer(599)) == "599"
    assert str(Answer(None, "no answer within 10 s")) == "no answer within 10 s"


@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        (None, None),
        ("", None),
        ("120", 120),
        (" 0 ", 0),
        ("Mon, 02 Mar 2026 09:00:30 GMT", 30),
        ("Mon, 02 Mar 2026 08:59:00 GMT", 0),
        ("Mon, 02 Mar 2026 10:00:30 +0100", 30),
        ("Mon, 02 Mar 2026 09:00:30 -0000", 30),
        ("soon", None),
        ("-5", None),
        ("1.5", None),
        ("٣", None),
        ("9" * 5_000, None),
    ],
)
def test_retry_after(header: str | None, seconds: int | None) -> None:
    expected = None if seconds is None else timedelta(seconds=seconds)
    assert retry_after(header, T0) == expected


class Run:
    """Answers one after the other, and what came of them."""

    def __init__(self, answers: Sequence[Answer], **settings: object) -> None:
        self.clock = Clock()
        self.told: list[tuple[int | None, int, float]] = []
        self._left = list(answers)
        self._retries = Retries(Notify.model_validate(settings), self.clock)

    async def outcome(self, *, each_takes: timedelta = timedelta(0)) -> Outcome:
        async def attempt() -> Answer:
            self.clock.at += each_takes
            return self._left.pop(0)

        def on_retry(answer: Answer, attempts: int, wait_s: float) -> None:
            self.told.append((answer.status, attempts, wait_s))

        return await self._retries.run(attempt, self.clock.pause, on_retry)


async def test_taken_at_once() -> None:
    run = Run([Answer(200)])
    assert await run.outcome() == Outcome(Answer(200), 1, None, None)
    assert run.clock.waited == []


async def test_taken_in_the_end() -> None:
    run = Run([Answer(503), Answer(None, "no answer"), Answer(204)])
    assert await run.outcome(each_takes=timedelta(seconds=1)) == Outcome(
        Answer(204), 3, T0 + timedelta(seconds=1), None
    )
    assert [told[:2] for told in run.told] == [(503, 1), (None, 2)]
    assert [told[2] for told in run.told] == run.clock.waited


@pytest.mark.parametrize(
    ("status", "reason"),
    [(400, Reason.REFUSED), (404, Reason.REFUSED), (410, Reason.GONE), (302, Reason.REDIRECTED)],
)
async def test_refused_for_good(status: int, reason: Reason) -> None:
    run = Run([Answer(status)])
    assert await run.outcome() == Outcome(Answer(status), 1, T0, reason)
    assert run.clock.waited == []


async def test_refused_for_good_after_a_while() -> None:
    run = Run([Answer(500), Answer(410)])
    outcome = await run.outcome()
    assert (outcome.attempts, outcome.reason) == (2, Reason.GONE)


async def test_attempts_come_to_an_end() -> None:
    run = Run([Answer(503)] * 4, attempts=4)
    outcome = await run.outcome()
    assert (outcome.attempts, outcome.reason) == (4, Reason.TOO_MANY_ATTEMPTS)
    assert len(run.clock.waited) == 3


async def test_patience_comes_to_an_end() -> None:
    run = Run([Answer(503)] * 99, attempts=99, give_up_after=timedelta(seconds=10))
    outcome = await run.outcome(each_takes=timedelta(seconds=4))
    assert outcome.reason is Reason.TOO_LATE
    assert outcome.first_failed_at == T0 + timedelta(seconds=4)
    assert run.clock.at - outcome.first_failed_at >= timedelta(seconds=10)
    assert 2 <= outcome.attempts <= 4


async def test_waits_double_up_to_a_cap_and_are_spread_over_all_of_it() -> None:
    waits: list[list[float]] = []
    for _ in range(200):
        run = Run(
            [Answer(503)] * 8, attempts=8, first_wait=timedelta(seconds=1), longest_wait=timedelta(seconds=16)
        )
        await run.outcome()
        waits.append(run.clock.waited)
    for column, limit in zip(zip(*waits, strict=True), (1, 2, 4, 8, 16, 16, 16), strict=True):
        assert max(column) <= limit
        # Full jitter: of 200 waits some are in the lowest quarter, and some in the highest.
        assert min(column) < limit / 4
        assert max(column) > limit * 3 / 4


async def test_an_endpoint_may_ask_for_more_time_but_not_for_any() -> None:
    long, short = timedelta(seconds=90), timedelta(0)
    run = Run(
        [Answer(429, "", long), Answer(503, "", short), Answer(503, "", timedelta(days=9)), Answer(200)],
        first_wait=timedelta(seconds=1),
        longest_retry_after=timedelta(hours=1),
    )
    await run.outcome()
    first, second, third = run.clock.waited
    assert first == 90
    assert second <= 2
    assert third == 3_600


async def test_what_ends_the_wait_ends_the_work() -> None:
    class Stopped(Exception):
        pass

    async def pause(seconds: float) -> None:
        raise Stopped

    async def attempt() -> Answer:
        return Answer(503)

    with pytest.raises(Stopped):
        await Retries(Notify(), Clock()).run(attempt, pause)


async def test_what_an_attempt_fails_with_is_not_swallowed() -> None:
    async def attempt() -> Answer:
        raise ZeroDivisionError

    failing: Callable[[], Awaitable[Answer]] = attempt
    with pytest.raises(ZeroDivisionError):
        await Retries(Notify(), Clock()).run(failing, Clock().pause)
