"""Tries until an endpoint has taken a notification, or until it is given up."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from tenacity import AsyncRetrying, RetryCallState, retry_if_result, wait_random_exponential

from orchestrator.wall_clock import WallClock
from streams.notify.answer import Answer, Reason, Verdict
from streams.settings import Notify

Pause = Callable[[float], Awaitable[None]]
"""Waits for so many seconds; it raises when nobody waits any more."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """How it ended."""

    answer: Answer
    """The last one."""
    attempts: int
    first_failed_at: datetime | None
    reason: Reason | None
    """Why it was given up; None when it was taken."""


class Retries:
    """When to try again: exponential backoff with full jitter, capped, and as an endpoint asks."""

    def __init__(self, settings: Notify, clock: WallClock) -> None:
        self._settings = settings
        self._clock = clock
        self._backoff = wait_random_exponential(
            multiplier=settings.first_wait.total_seconds(), max=settings.longest_wait
        )

    async def run(
        self,
        attempt: Callable[[], Awaitable[Answer]],
        pause: Pause,
        on_retry: Callable[[Answer, int, float], None] = lambda answer, attempts, wait_s: None,
    ) -> Outcome:
        """Attempt until it is taken, refused for good, or given up."""
        first_failed_at: datetime | None = None
        attempts = 0

        async def once() -> Answer:
            nonlocal attempts, first_failed_at
            answer = await attempt()
            attempts += 1
            if answer.verdict is not Verdict.TAKEN and first_failed_at is None:
                first_failed_at = self._clock.now()
            return answer

        def gives_up(state: RetryCallState) -> bool:
            return attempts >= self._settings.attempts or self._is_too_late(first_failed_at)

        def told(state: RetryCallState) -> None:
            on_retry(_last(state), attempts, state.upcoming_sleep)

        answer: Answer = await AsyncRetrying(
            retry=retry_if_result(lambda answer: answer.verdict is Verdict.LATER),
            wait=self._wait_s,
            stop=gives_up,
            sleep=pause,
            before_sleep=told,
            retry_error_callback=_last,
        )(once)
        return Outcome(answer, attempts, first_failed_at, self._reason(answer, first_failed_at))

    def asked_for(self, answer: Answer) -> timedelta:
        """Return the pause that an answer asks for, which is capped."""
        return min(answer.retry_after or timedelta(0), self._settings.longest_retry_after)

    def _wait_s(self, state: RetryCallState) -> float:
        return max(self._backoff(state), self.asked_for(_last(state)).total_seconds())

    def _is_too_late(self, first_failed_at: datetime | None) -> bool:
        return (
            first_failed_at is not None
            and self._clock.now() - first_failed_at >= self._settings.give_up_after
        )

    def _reason(self, answer: Answer, first_failed_at: datetime | None) -> Reason | None:
        match answer.verdict:
            case Verdict.TAKEN:
                return None
            case Verdict.NEVER:
                return answer.reason
        return Reason.TOO_LATE if self._is_too_late(first_failed_at) else Reason.TOO_MANY_ATTEMPTS


def _last(state: RetryCallState) -> Answer:
    assert state.outcome is not None
    answer: Answer = state.outcome.result()
    return answer
