"""An answer that goes on for hours ends when whoever it goes to may no longer look."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

from starlette.requests import Request
from starlette.responses import StreamingResponse
from starlette.routing import Route
from starlette.types import Message

from orchestrator.board.access import admission
from orchestrator.board.access.standing import Standing
from orchestrator.ledger.port import LedgerUnavailable
from tests.access_builders import ABoard


class Answers:
    """Says yes until a test says no, and counts how often it was asked."""

    def __init__(self) -> None:
        self.stands = True
        self.asked = 0

    async def __call__(self) -> bool:
        self.asked += 1
        return self.stands


def a_piece(body: bytes) -> Message:
    return {"type": "http.response.body", "body": body, "more_body": True}


async def test_nothing_is_sent_after_access_was_lost() -> None:
    sent: list[Message] = []
    answers = Answers()

    async def send(message: Message) -> None:
        sent.append(message)

    standing = Standing(answers, send, ask_every_s=0)
    await standing.send({"type": "http.response.start", "status": 200, "headers": []})
    await standing.send(a_piece(b"one"))
    answers.stands = False
    await standing.send(a_piece(b"two"))
    await standing.send(a_piece(b"three"))
    assert [(each["type"], each.get("body"), each.get("more_body")) for each in sent] == [
        ("http.response.start", None, None),
        ("http.response.body", b"one", True),
        ("http.response.body", b"", False),
    ]


async def test_it_is_not_asked_at_each_piece() -> None:
    sent: list[Message] = []
    answers = Answers()

    async def send(message: Message) -> None:
        sent.append(message)

    standing = Standing(answers, send, ask_every_s=60)
    for _ in range(100):
        await standing.send(a_piece(b"x"))
    assert (answers.asked, len(sent)) == (0, 100)


async def _pieces_until(board: ABoard, secret: str, happens: dict[int, object]) -> list[str]:
    """Return what a stream says of eight pieces; before the n-th, `happens[n]` is called."""

    async def pieces() -> AsyncIterator[str]:
        for number in range(8):
            if callable(act := happens.get(number)):
                act()
            yield f"{number} "
            await asyncio.sleep(0)

    async def stream(_: Request) -> StreamingResponse:
        return StreamingResponse(pieces(), media_type="text/event-stream")

    board.app.router.routes.insert(0, Route("/live", stream))
    async with board.client() as program:
        answer = await program.get("/live", headers={"authorization": f"Bearer {secret}"})
    return answer.text.split()


class _Eager(Standing):
    """Asks before each piece."""

    def __init__(self, still_stands: object, send: object) -> None:
        super().__init__(still_stands, send, ask_every_s=0)  # type: ignore[arg-type]


async def test_a_stream_ends_when_its_token_is_revoked_and_outlives_the_database(monkeypatch) -> None:  # type: ignore[no-untyped-def]
    monkeypatch.setattr(admission, "Standing", _Eager)
    board = ABoard(login="tokens")
    secret = board.tokens.make("agent")

    def away() -> None:
        board.tokens.error = LedgerUnavailable("away")

    def back_and_revoked() -> None:
        board.tokens.error = None
        board.tokens.revoke(secret)

    assert await _pieces_until(board, secret, {2: away, 5: back_and_revoked}) == ["0", "1", "2", "3", "4"]
