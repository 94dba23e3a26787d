"""Gives dead letters another chance: the same bytes, on the same topic, as an event that is not known yet."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from aiokafka import AIOKafkaProducer

from orchestrator.inbound import DeadLetter
from orchestrator.ledger import reading
from orchestrator.ledger.reading import BuriedHere
from orchestrator.wall_clock import SystemClock
from streams.cli.output import progress
from streams.kafka.tolerant_records import sendable
from streams.messages.cloudevents import decode
from streams.messages.dead_letters import without_ours

_MAX_REQUEST_BYTES = 16 * 1024 * 1024
_NEVER_IN_INBOX = "processing-failed"


def inbox_entry(letter: BuriedHere) -> UUID | None:
    """Return the event that has to leave the inbox, so that it is no duplicate when it comes again.

    What could not be decoded never entered it, nor did what our own code failed on: if its id is there, then
    another copy of it was handled, and this one is a duplicate indeed.
    """
    if letter.buried.letter.code == _NEVER_IN_INBOX:
        return None
    read = decode(letter.buried.letter.origin)
    return None if isinstance(read, DeadLetter) else read.event_id


async def replay(
    letters: Sequence[BuriedHere], dsn: str, kafka: dict[str, Any], *, idempotent: bool, quiet: bool
) -> int:
    r"""Send dead letters to their topics again, the oldest first, and return how many.

    A byte that is not UTF-8 in the name of a header is sent as `\xff`, so that the message can be read now.

    A letter is marked once its broker has it: after a crash it may be sent twice, and is never forgotten.
    """
    producer = AIOKafkaProducer(
        **kafka, acks="all", enable_idempotence=idempotent, max_request_size=_MAX_REQUEST_BYTES
    )
    await producer.start()
    try:
        async with reading.reading(dsn) as db:
            with progress("replaying", len(letters), quiet=quiet) as bar:
                for letter in sorted(letters, key=lambda each: each.number):
                    origin = letter.buried.letter.origin
                    event = inbox_entry(letter)
                    if event is not None:
                        await reading.forget_event(db, event)
                    headers = [(sendable(name), value) for name, value in without_ours(origin.headers)]
                    await producer.send_and_wait(origin.topic, origin.value, key=origin.key, headers=headers)
                    await reading.mark_replayed(db, letter.number, SystemClock().now())
                    bar.advance(bar.task_ids[0])
    finally:
        await producer.stop()
    return len(letters)
