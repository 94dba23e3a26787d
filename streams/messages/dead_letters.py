"""A dead letter on Kafka: the original bytes and headers, and in further headers why and from where."""

from __future__ import annotations

from orchestrator.inbound import Headers
from orchestrator.ledger.outbox import Buried
from streams.kafka.tolerant_records import sendable

_ID = "handoff_dead-letter-id"
_CODE = "handoff_reason-code"
_ATTEMPTS = "handoff_attempts"
_FIRST_FAILED_AT = "handoff_first-failed-at"
_ORIGINAL_TOPIC = "kafka_dlt-original-topic"
_KIP_1034 = "__streams.errors."
_OURS = (_ID, _CODE, _ATTEMPTS, _FIRST_FAILED_AT, _ORIGINAL_TOPIC)


def headers_of(buried: Buried, id: str) -> list[tuple[str, bytes | None]]:
    r"""Return the original headers, and those that say why it is dead (KIP-1034's names where they fit).

    A byte that is not UTF-8 in the name of an original header is written as `\xff`.
    """
    letter = buried.letter
    origin = letter.origin
    added = {
        _ID: id,
        _CODE: letter.code,
        _ATTEMPTS: str(buried.attempts),
        _FIRST_FAILED_AT: buried.failed_at.isoformat(),
        _ORIGINAL_TOPIC: origin.topic,
        f"{_KIP_1034}exception": letter.code,
        f"{_KIP_1034}message": letter.message,
        f"{_KIP_1034}stacktrace": "",
        f"{_KIP_1034}topic": origin.topic,
        f"{_KIP_1034}partition": str(origin.partition),
        f"{_KIP_1034}offset": str(origin.offset),
    }
    original = ((sendable(name), value) for name, value in origin.headers)
    return [*original, *((name, value.encode()) for name, value in added.items())]


def without_ours(headers: Headers) -> Headers:
    """Return the headers as they were before the message became a dead letter."""
    return tuple(
        (name, value) for name, value in headers if name not in _OURS and not name.startswith(_KIP_1034)
    )


def id_of(headers: Headers) -> str | None:
    """Return the dead letter's own id; None for a record that is no dead letter of ours."""
    value = dict(headers).get(_ID)
    return value.decode() if value is not None else None


def origin_of(headers: Headers) -> str | None:
    """Return topic/partition/offset of a dead letter's message; None for what is no dead letter of ours."""
    found = dict(headers)
    if _ID not in found:
        return None
    return "/".join(
        (found[f"{_KIP_1034}{part}"] or b"").decode() for part in ("topic", "partition", "offset")
    )
