"""One answer for each key that a client puts on its writes, however often it sends them.

The deed itself is done once whatever happens here: its cause follows from the owner and the key.
"""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any, Final

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from orchestrator.board.api.problems import KeyMissing, KeyUsed
from orchestrator.board.parts import Parts
from orchestrator.board.problems import MEDIA_TYPE
from orchestrator.ledger import api_answers
from orchestrator.ledger.api_answers import StoredAnswer

HEADER: Final = "Idempotency-Key"
REPLAY: Final = "Idempotent-Replay"
LONGEST: Final = 100
_SWEPT_EVERY: Final = timedelta(minutes=10)


@dataclass(frozen=True, slots=True)
class Decided:
    """What became of a write, for good."""

    answer: StoredAnswer
    is_repeat: bool = False
    """Whether it had been done before."""


Decide = Callable[[], Awaitable[Decided]]


def key_of(request: Request) -> str:
    """Return the key that a client chose, with or without the quotes that it has as a structured header.

    Raises:
        KeyMissing: there is none, or it is none.
    """
    given = request.headers.getlist(HEADER)
    key = given[0].strip() if len(given) == 1 else ""
    if len(key) > 1 and key[0] == key[-1] == '"':
        key = key[1:-1]
    if not key or len(key) > LONGEST or not (key.isascii() and key.isprintable()):
        raise KeyMissing(
            f"send one {HEADER} header of 1 to {LONGEST} printable ASCII characters: a new one for each "
            "thing that you want done, and the same one when you send that again"
        )
    return key


def fingerprint(request: Request, raw: bytes) -> bytes:
    """Return what tells one request from another: its address and what its body says, however spaced."""
    said = json.dumps(json.loads(raw or b"{}"), sort_keys=True, separators=(",", ":"))
    return sha256(f"{request.method} {request.url.path}\n{said}".encode()).digest()


class Answers:
    """Answers of one application to writes."""

    def __init__(self, parts: Parts) -> None:
        self._parts = parts
        self._swept_at: datetime | None = None

    async def once(self, request: Request, owner: str, key: str, raw: bytes, decide: Decide) -> Response:
        """Return what was answered to this request before, else what `decide` says, which is kept.

        What `decide` raises is told and not kept: the key is free again.

        Raises:
            KeyUsed: the key belongs to another request.
            LedgerUnavailable: nothing was decided, or nobody knows: send it again.
        """
        asked, now = fingerprint(request, raw), self._parts.clock.now()
        async with self._parts.readers.for_people() as db:
            claim = await api_answers.claim(db, owner, key, asked, now=now)
        if not claim.is_same:
            raise KeyUsed(f"{HEADER} {key!r} was sent with another request: choose a new one for this")
        if claim.answer is not None:
            return _response(claim.answer, is_replay=True)
        try:
            decided = await decide()
        except Exception as error:
            if getattr(error, "status", 500) < 500:
                async with self._parts.readers.for_people() as db:
                    await api_answers.release(db, owner, key, asked)
            raise
        async with self._parts.readers.for_people() as db:
            kept = await api_answers.keep(db, owner, key, decided.answer)
            if self._swept_at is None or now - self._swept_at >= _SWEPT_EVERY:
                self._swept_at = now
                await api_answers.sweep(db, now=now)
        return _response(kept, is_replay=decided.is_repeat)


def answers_of(request: Request, parts: Parts) -> Answers:
    """Return those of the application that answers."""
    state: Any = request.app.state
    if not hasattr(state, "api_answers"):
        state.api_answers = Answers(parts)
    found = state.api_answers
    assert isinstance(found, Answers)
    return found


def _response(stored: StoredAnswer, *, is_replay: bool) -> Response:
    headers = {"Cache-Control": "no-store"} | ({REPLAY: "true"} if is_replay else {})
    is_problem = stored.status >= 400
    return JSONResponse(
        dict(stored.answer),
        stored.status,
        headers=headers,
        media_type=MEDIA_TYPE if is_problem else "application/json",
    )
