"""Rows to and from what the desk speaks."""

from __future__ import annotations

from datetime import datetime
from hashlib import sha256
from typing import Any
from uuid import UUID
from zlib import crc32

from orchestrator.domain.clocks.clock import Clock
from orchestrator.domain.commands import COMMANDS, RequestHandoff
from orchestrator.domain.events import (
    ConcurrentWork,
    Event,
    PacketPrepared,
    QuestionAnswered,
    QuestionAsked,
    SenderNotified,
)
from orchestrator.domain.handoff import Handoff
from orchestrator.domain.model import Cause
from orchestrator.inbound import Delivery, Headers, Origin
from orchestrator.ledger.caller_keys import keys_of
from orchestrator.ledger.port import Changes, Parked, Stored

HANDOFF_COLUMNS = (
    "id",
    "case_id",
    "customer_id",
    "account_id",
    "kind",
    "status",
    "sending_team",
    "receiving_team",
    "priority",
    "reason",
    "requested_at",
    "state",
    "request_type",
    "request",
    "chain",
    "caller_keys",
)
CLOCK_COLUMNS = (
    "handoff_id",
    "kind",
    "generation",
    "team",
    "state",
    "started_at",
    "ended_at",
    "due_at",
    "next_rung",
    "next_at",
)
JOURNAL_COLUMNS = ("handoff_id", "version", "case_id", "type", "at", "data", "hash")
OUTBOX_COLUMNS = ("shard", "stream", "team", "key", "handoff_id", "version", "dead_letter_id", "created_at")
PARKED_COLUMNS = (
    "event_id",
    "handoff_id",
    "cause",
    "type",
    "command",
    "code",
    "message",
    "expires_at",
    "topic",
    "partition",
    "offset",
    "key",
    "value",
    "header_names",
    "header_values",
)

Row = tuple[Any, ...]
DEAD_LETTERS = "dead-letters"
"""The stream of the outbox on which dead letters leave."""


def shard_of(case_id: str, shards: int) -> int:
    """Return the outbox shard of a case: one relay sends all that concerns it, in order."""
    return crc32(case_id.encode()) % shards


def journal_rows(changes: Changes) -> tuple[list[Row], dict[UUID, bytes]]:
    """Return the journal's rows, and the newest hash of each handoff's chain."""
    chains = dict(changes.chains)
    rows: list[Row] = []
    for event in changes.events:
        data = event.model_dump_json()
        chain = sha256(chains.get(event.handoff_id, b"") + data.encode()).digest()
        chains[event.handoff_id] = chain
        rows.append((event.handoff_id, event.version, event.case_id, event.type, event.at, data, chain))
    return rows, chains


def outbox_rows(changes: Changes, shards: int, *, with_routine: bool) -> list[Row]:
    """Return the rows of those events that leave, in order; routine ones only where they are wanted."""
    return [
        (
            shard_of(e.case_id, shards),
            e.stream.value,
            _team(e),
            e.case_id,
            e.handoff_id,
            e.version,
            None,
            changes.now,
        )
        for e in changes.events
        if e.stream is not None and (with_routine or not e.is_routine)
    ]


def dead_letter_outbox_row(number: int, now: datetime) -> Row:
    """Return the row that sends the dead letter `number`."""
    return (0, DEAD_LETTERS, None, None, None, None, number, now)


def _team(event: Event) -> str | None:
    match event:
        case PacketPrepared():
            return event.packet.receiver.team
        case SenderNotified() | ConcurrentWork() | QuestionAsked() | QuestionAnswered():
            return event.team
        case _:
            return None


def handoff_row(handoff: Handoff, delivery: Delivery, chain: bytes) -> Row:
    """Return the row of a new handoff."""
    command = delivery.command
    return (
        handoff.id,
        handoff.case_id,
        handoff.customer_id,
        handoff.account_id,
        handoff.kind,
        handoff.status.value,
        handoff.sending_team,
        handoff.receiving_team,
        handoff.priority.value,
        handoff.reason,
        handoff.requested_at,
        handoff.model_dump_json(),
        command.type,
        # Not the bytes that came: they may say more than was read, and cleaned of secrets.
        command.model_dump_json(),
        chain,
        keys_of(command.links.values()) if isinstance(command, RequestHandoff) else [],
    )


def clock_row(handoff: UUID, clock: Clock) -> Row:
    """Return the row of one run of a clock, with the instants that the sweep and the board need."""
    return (
        handoff,
        clock.kind,
        clock.generation,
        clock.team,
        clock.state.value,
        clock.started_at,
        clock.ended_at,
        clock.due_at,
        clock.next_rung,
        clock.next_at,
    )


def stored(row: Any) -> Stored:
    """Return a loaded handoff."""
    request = row["request"]
    return Stored(
        handoff=Handoff.model_validate_json(row["state"]),
        chain=row["chain"],
        request=_request(row["request_type"], request) if request is not None else None,
    )


def _request(type: str, data: str) -> RequestHandoff:
    command = COMMANDS[type].model_validate_json(data)
    assert isinstance(command, RequestHandoff)
    return command


def header_arrays(headers: Headers) -> tuple[list[bytes], list[bytes | None]]:
    """Return header names and values as two arrays; a byte that is not UTF-8 came as a lone surrogate."""
    return [name.encode(errors="surrogateescape") for name, _ in headers], [value for _, value in headers]


def headers(row: Any) -> Headers:
    """Return the headers that the two arrays of a row hold."""
    names = (name.decode(errors="surrogateescape") for name in row["header_names"])
    return tuple(zip(names, row["header_values"], strict=True))


def origin_of(row: Any) -> Origin:
    """Return where a message stood, and its bytes."""
    return Origin(
        topic=row["topic"],
        partition=row["partition"],
        offset=row["offset"],
        key=row["key"],
        value=row["value"],
        headers=headers(row),
    )


def parked_row(parked: Parked) -> Row:
    """Return the row of a reply that waits."""
    delivery, origin = parked.delivery, parked.delivery.origin
    command = delivery.command
    assert not isinstance(command, RequestHandoff)
    return (
        delivery.event_id,
        command.handoff,
        delivery.cause.model_dump_json(),
        command.type,
        command.model_dump_json(exclude_defaults=True),
        parked.code,
        parked.message,
        parked.expires_at,
        origin.topic,
        origin.partition,
        origin.offset,
        origin.key,
        origin.value,
        *header_arrays(origin.headers),
    )


def parked(row: Any) -> Parked:
    """Return a reply that waited."""
    delivery = Delivery(
        origin=origin_of(row),
        event_id=row["event_id"],
        cause=Cause.model_validate_json(row["cause"]),
        command=COMMANDS[row["type"]].model_validate_json(row["command"]),
    )
    return Parked(delivery, row["code"], row["message"], row["expires_at"])
