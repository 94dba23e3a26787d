"""Messages that must become dead letters, each for its own reason."""

from __future__ import annotations

import gzip
import json
from collections.abc import Callable
from datetime import datetime
from typing import Any

from bench.faults.message import Fate, Message
from bench.faults.rules import LONG
from bench.faults.stories import SOURCE
from orchestrator.domain.commands import RequestHandoff
from orchestrator.domain.identity import handoff_id
from orchestrator.domain.model import Receiver
from streams.topics.table import REPLIES, in_topic_of
from tests import builders as b

_REQUESTS = in_topic_of(RequestHandoff.type)
_LIMIT = 1_048_576


def _request(id: str, at: datetime) -> b.Record:
    command = b.a_request(case_id=id, kind=LONG, receiver=Receiver(team="billing"))
    return b.a_record(command, id=id, at=at, source=SOURCE)


Bad = Callable[[str, datetime], tuple[str, bytes | None, bytes | None, list[tuple[str, Any]]]]


def _changed(
    value: Callable[[bytes], bytes | None] = lambda value: value,
    *,
    key: Callable[[bytes], bytes | None] = lambda key: key,
    headers: Callable[[list[tuple[str, bytes]]], list[tuple[str, Any]]] = lambda headers: headers,
) -> Bad:
    """Return a good request with one thing spoilt."""

    def make(id: str, at: datetime) -> tuple[str, bytes | None, bytes | None, list[tuple[str, Any]]]:
        good = _request(id, at)
        return _REQUESTS, key(good.key), value(good.value), headers(list(good.headers))

    return make


def _typed(name: str) -> Bad:
    return _changed(headers=lambda given: [(k, name.encode() if k == "ce_type" else v) for k, v in given])


def _without(name: str) -> Bad:
    return _changed(headers=lambda given: [(k, v) for k, v in given if k != name])


def _with(*more: tuple[str, Any]) -> Bad:
    return _changed(headers=lambda given: [*given, *more])


def _edited(**fields: Any) -> Bad:
    return _changed(lambda value: json.dumps(json.loads(value) | fields).encode())


def _padded(value: bytes) -> bytes:
    """Fill a value up to one byte more than is read."""
    return value[:-1] + b" " * (_LIMIT + 1 - len(value)) + value[-1:]


def _bomb(value: bytes) -> bytes:
    return gzip.compress(value[:-1] + b" " * 50_000_000 + value[-1:], compresslevel=1)


_packed_bomb = _bomb(b'{"summary":""}')


def _unknown_handoff(id: str, at: datetime) -> tuple[str, bytes, bytes, list[tuple[str, Any]]]:
    reply = b.an_accept(handoff_id(SOURCE, f"{id}-never-sent"))
    key, headers, value = b.a_record(reply, id=id, at=at, source=SOURCE, key=id)
    return REPLIES, key, value, list(headers)


POISON: dict[str, tuple[str, Bad]] = {
    "truncated": ("malformed-json", _changed(lambda value: value[: len(value) // 2])),
    "not UTF-8": ("not-utf8", _changed(lambda value: value.replace(b"Ada", b"A\xff\xfe"))),
    "10,000 levels": ("malformed-json", _changed(lambda _: b'{"a":' * 10_000 + b"1" + b"}" * 10_000)),
    "1 MB + 1": ("too-large", _changed(_padded)),
    "NaN": ("malformed-json", _changed(lambda value: value[:-1] + b',"score":NaN}')),
    "gzip bomb": (
        "unsupported-encoding",
        _changed(lambda _: _packed_bomb, headers=lambda given: [*given, ("content-encoding", b"gzip")]),
    ),
    "gzip bomb that says nothing": ("not-utf8", _changed(lambda _: _packed_bomb)),
    "unknown schema": ("invalid-data", _edited(customer={"name": "nobody"})),
    "unknown type": ("unknown-type", _typed("support.parcel.sent.v1")),
    "unknown version": ("unknown-version", _typed("support.handoff.transfer.requested.v9")),
    "null key": ("null-key", _changed(key=lambda _: None)),
    "null value": ("null-value", _changed(lambda _: None)),
    "huge headers": ("headers-too-large", _with(("x-padding", b"x" * 100_000))),
    "many headers": ("headers-too-large", _with(*((f"x-{n}", b"") for n in range(200)))),
    "unknown team": ("unknown-team", _edited(receiver={"team": "moon-base"})),
    "missing id": ("not-cloudevents", _without("ce_id")),
    "another key": ("key-mismatch", _changed(key=lambda key: key + b"-other")),
    "NUL in text": ("invalid-data", _edited(case_id="a\x00b")),
    "unknown handoff": ("unknown-handoff", _unknown_handoff),
}
"""What is wrong -> the code it must get, and how to make it."""


def poisoned(what: str, id: str, at: datetime) -> Message:
    """Return a bad message."""
    code, make = POISON[what]
    topic, key, value, headers = make(id, at)
    return Message(id, topic, key, value, headers, Fate.DEAD, code=code)
