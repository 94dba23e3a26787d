"""Server-sent events as bytes.

What is told to many tabs is written down once: the library would look for line breaks in it for each of them.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import Any, Final

from orchestrator.board.live.change import Message

_KEPT: Final = 128
"""Messages that are kept as bytes; tabs that show the same are told the same at about the same time."""


def event(
    name: str, data: Mapping[str, Any], seq: int | None = None, *, retry_ms: int | None = None
) -> bytes:
    """Return an event; `seq` is its id."""
    retry = b"" if retry_ms is None else b"retry: %d\n" % retry_ms
    return retry + _head(name, seq) + _data(data)


def patches(messages: Iterable[Message], seq: int) -> list[bytes]:
    """Return events of which only the last has the id `seq`: who misses it is told all of them again."""
    told = list(messages)
    return [
        _head("patch", seq if number == len(told) else None) + _patch(message)
        for number, message in enumerate(told, start=1)
    ]


def _head(name: str, seq: int | None) -> bytes:
    id = b"" if seq is None else b"id: %d\n" % seq
    return id + b"event: %b\n" % name.encode()


def _data(data: Mapping[str, Any]) -> bytes:
    # JSON has no line breaks of its own, and those in texts are escaped.
    text = json.dumps(data, ensure_ascii=False, separators=(",", ":"))
    return b"data: %b\n\n" % text.encode()


@lru_cache(maxsize=_KEPT)
def _patch(message: Message) -> bytes:
    return _data(message.as_json())
