"""One message that our code cannot handle must not stop the others: halve the batch until it stands alone."""

from __future__ import annotations

import asyncio
import traceback
from collections import deque
from collections.abc import Awaitable, Callable, Sequence

import structlog

from orchestrator.desk import Outcome
from orchestrator.inbound import DeadLetter, Delivery, Origin
from orchestrator.ledger.port import Fenced, LedgerUnavailable, Progress

log = structlog.get_logger(__name__)

Arrivals = Sequence[Delivery | DeadLetter]
Attempt = Callable[[Arrivals, Sequence[Progress]], Awaitable[Outcome]]


class TooManyFailures(Exception):
    """Our code fails on so many messages that the code is wrong, not the messages: the worker stops."""


class FailureLimit:
    """Counts the failures of the last minute."""

    def __init__(self, per_minute: int) -> None:
        self._per_minute = per_minute
        self._instants: deque[float] = deque()

    def count(self) -> None:
        """Count one failure.

        Raises:
            TooManyFailures: there were more than allowed within a minute.
        """
        now = asyncio.get_running_loop().time()
        self._instants.append(now)
        while self._instants[0] < now - 60:
            self._instants.popleft()
        if len(self._instants) > self._per_minute:
            raise TooManyFailures(
                f"{len(self._instants)} messages failed within a minute (limit {self._per_minute}): "
                "nothing is lost, the topics keep them; mend the code, then start the worker again"
            )


async def deliver(
    attempt: Attempt,
    arrivals: Arrivals,
    reached: Sequence[Progress],
    held: Sequence[Progress],
    *,
    limit: FailureLimit,
) -> Outcome:
    """Deliver a batch; a message that fails on its own becomes a dead letter `processing-failed`.

    Args:
        attempt: delivers a batch in one transaction, or raises and leaves nothing behind.
        arrivals: the batch, in order.
        reached: progress to store with the last of it.
        held: progress before the batch, stored with all but the last: it proves the claim still holds.
        limit: counts the failures.

    Raises:
        Fenced, LedgerUnavailable: as `attempt` raises them.
        TooManyFailures: see `FailureLimit`.
    """
    try:
        return await attempt(arrivals, reached)
    except (Fenced, LedgerUnavailable):
        raise
    except Exception as error:
        if len(arrivals) != 1:
            log.warning("intake.batch_failed", size=len(arrivals), error=repr(error))
        else:
            return await _bury(attempt, arrivals[0], reached, error, limit)
    middle = len(arrivals) // 2
    first = await deliver(attempt, arrivals[:middle], held, held, limit=limit)
    second = await deliver(attempt, arrivals[middle:], reached, held, limit=limit)
    return Outcome(
        first.new + second.new,
        first.events + second.events,
        first.parked + second.parked,
        first.dead_letters + second.dead_letters,
    )


async def _bury(
    attempt: Attempt,
    arrival: Delivery | DeadLetter,
    reached: Sequence[Progress],
    error: Exception,
    limit: FailureLimit,
) -> Outcome:
    limit.count()
    return await attempt([as_dead_letter(arrival.origin, error)], reached)


def as_dead_letter(at: Origin, error: Exception) -> DeadLetter:
    """Return what becomes of a message that our code failed on, and log where it did."""
    last = traceback.extract_tb(error.__traceback__)[-1]
    where = f"{last.filename.rpartition('/')[2]}:{last.lineno}"
    log.error(
        "intake.message_failed",
        topic=at.topic,
        partition=at.partition,
        offset=at.offset,
        exc_info=error,
    )
    message = f"{type(error).__name__} at {where}: {str(error)[:500]}; mend it, then replay this dead letter"
    return DeadLetter(at, "processing-failed", message)
