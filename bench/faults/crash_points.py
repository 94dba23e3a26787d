"""Places at which a worker can be told to die or to freeze, put around the real functions from outside.

A process that comes to its place for the n-th time ends at once, as after kill -9: no handler runs, no
buffer is written, no connection is closed in an orderly way. Or it stops, as a machine that is suspended,
and goes on where it was when somebody sends SIGCONT.
"""

from __future__ import annotations

import functools
import os
import signal
import sys
from collections.abc import Callable
from contextvars import ContextVar
from typing import Any

from aiokafka import AIOKafkaConsumer, AIOKafkaProducer

from orchestrator.desk import Desk
from orchestrator.ledger.outbox import Outbox
from orchestrator.ledger.postgres import PostgresLedger, PostgresTransaction
from streams.relay.publisher import Publisher

CRASHED = "FAULTS: died at its crash point"
FROZEN = "FAULTS: froze at its place"
_DIED = 137
_within: ContextVar[str] = ContextVar("within", default="")
_within_doors: list[str] = []
_is_mid_send: ContextVar[int] = ContextVar("sent", default=0)


def die() -> None:
    """End this process at once."""
    _say(CRASHED)
    os._exit(_DIED)


def freeze() -> None:
    """Stop this process until it gets SIGCONT."""
    _say(FROZEN)
    os.kill(os.getpid(), signal.SIGSTOP)


def _say(what: str) -> None:
    sys.stdout.write(f"{what}\n")
    sys.stdout.flush()


class _Point:
    """Counts down to what happens to this process."""

    def __init__(self, hit: int, act: Callable[[], None]) -> None:
        self._left = hit
        self._act = act

    def come(self) -> None:
        self._left -= 1
        if self._left == 0:
            self._act()


Arm = Callable[[_Point], None]


def _around(
    owner: type,
    name: str,
    point: _Point,
    *,
    is_before: bool = False,
    within: str | None = None,
    when: Callable[[Any], bool] = lambda _: True,
) -> None:
    """Make `owner.name` come to `point` before it begins, or when it ended with a result that fits."""
    original = getattr(owner, name)

    @functools.wraps(original)
    async def wrapped(*args: Any, **options: Any) -> Any:
        counts = within is None or _within.get() == within
        if counts and is_before:
            point.come()
        result = await original(*args, **options)
        if counts and not is_before and when(result):
            point.come()
        return result

    setattr(owner, name, wrapped)


def _mark(name: str) -> None:
    """Let `_within` tell which of the desk's doors a statement belongs to."""
    original = getattr(Desk, name)

    @functools.wraps(original)
    async def wrapped(*args: Any, **options: Any) -> Any:
        token = _within.set(name)
        try:
            return await original(*args, **options)
        finally:
            _within.reset(token)

    setattr(Desk, name, wrapped)


def _at(owner: type, name: str, **where: Any) -> Arm:
    return lambda point: _around(owner, name, point, **where)


def _mid_send(point: _Point) -> None:
    """Die with one partition's records appended and others not."""
    send, send_batch = Publisher.send, AIOKafkaProducer.send_batch

    async def marked(*args: Any, **options: Any) -> Any:
        token = _is_mid_send.set(1)
        try:
            return await send(*args, **options)
        finally:
            _is_mid_send.reset(token)

    async def waiting(*args: Any, **options: Any) -> Any:
        future = await send_batch(*args, **options)
        if _is_mid_send.get():
            await future
            point.come()
        return future

    Publisher.send = marked  # type: ignore[method-assign]
    AIOKafkaProducer.send_batch = waiting


_wrote: Callable[[Any], bool] = lambda outcome: outcome.wrote  # noqa: E731
_some: Callable[[Any], bool] = bool

POINTS: dict[str, Arm] = {
    "before-advance": _at(PostgresTransaction, "advance", is_before=True),
    "after-advance": _at(PostgresTransaction, "advance"),
    "after-inbox": _at(PostgresTransaction, "claim_events", when=_some),
    "after-load": _at(PostgresTransaction, "load", within="handle"),
    "before-commit": _at(PostgresTransaction, "save", within="handle"),
    "after-commit": _at(Desk, "handle", when=_wrote),
    "before-kafka-commit": _at(AIOKafkaConsumer, "commit", is_before=True),
    "after-kafka-commit": _at(AIOKafkaConsumer, "commit"),
    "before-seek": _at(PostgresLedger, "claim_partitions"),
    "sweep-after-load": _at(PostgresTransaction, "load_due", when=_some),
    "sweep-before-commit": _at(PostgresTransaction, "save", within="fire_due"),
    "sweep-after-commit": _at(Desk, "fire_due", when=_wrote),
    "parked-before-commit": _at(PostgresTransaction, "save", within="settle_parked"),
    "before-send": _at(Publisher, "send", is_before=True),
    "mid-send": _mid_send,
    "after-send": _at(Publisher, "send"),
    "after-settle": _at(Outbox, "settle"),
    "found-sent": _at(Publisher, "already_sent", when=_some),
}
"""Place -> how to put it in. Their order is the order of writes."""


def arm(name: str, hit: int, act: Callable[[], None] = die) -> None:
    """Let this process die, or do something else, when it comes to a place for the `hit`-th time."""
    if not _within_doors:
        _within_doors.extend(("handle", "fire_due", "settle_parked"))
        for door in _within_doors:
            _mark(door)
    POINTS[name](_Point(hit, act))
