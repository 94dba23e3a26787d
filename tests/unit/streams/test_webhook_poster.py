"""One attempt: what is sent, and what is read of the answer, or of what went wrong."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Callable
from datetime import timedelta

import httpx
import pytest

from streams.notify.answer import Answer
from streams.notify.endpoint import Endpoint
from streams.notify.poster import ANSWER_BYTES, Poster
from streams.notify.signature import read_secrets
from tests.unit.streams.webhook_builders import SECRET, Clock, an_answer, an_endpoint

Handler = Callable[[httpx.Request], httpx.Response]


async def post(handler: Handler, endpoint: Endpoint | None = None) -> Answer:
    transport = httpx.MockTransport(handler)
    async with Poster(endpoint or an_endpoint(), Clock(), transport=transport) as poster:
        return await poster.post("n-1", b'{"a":1}')


async def test_what_is_sent() -> None:
    seen: list[httpx.Request] = []

    def handler(request: httpx.Request) -> httpx.Response:
        seen.append(request)
        return an_answer(200, b"ok")

    answer = await post(handler, an_endpoint(secrets=read_secrets(SECRET)))
    assert answer == Answer(200, "ok")
    [request] = seen
    assert (request.method, str(request.url)) == ("POST", "https://ops.example/hooks/t0p-s3cr3t")
    assert request.content == b'{"a":1}'
    assert request.headers["content-type"] == "application/json"
    assert request.headers["user-agent"] == "handoff-orchestrator"
    assert request.headers["accept-encoding"] == "identity"
    assert request.headers["webhook-id"] == "n-1"
    assert request.headers["webhook-timestamp"] == "1772442000"
    assert request.headers["webhook-signature"].startswith("v1,")


async def test_a_redirect_is_not_followed() -> None:
    seen: list[str] = []

    def handler(request: httpx.Request) -> httpx.Response:
        seen.append(str(request.url))
        return an_answer(302, location="http://169.254.169.254/")

    assert (await post(handler)).status == 302
    assert len(seen) == 1


async def test_retry_after_is_read() -> None:
    answer = await post(lambda _: an_answer(429, retry_after="30"))
    assert answer == Answer(429, "", timedelta(seconds=30))


class Endless(httpx.AsyncByteStream):
    """A body without an end; `every` is the pause between two pieces."""

    def __init__(self, piece: bytes, every: float = 0) -> None:
        self.sent = 0
        self._piece = piece
        self._every = every

    async def __aiter__(self) -> AsyncIterator[bytes]:
        while True:
            await asyncio.sleep(self._every)
            self.sent += len(self._piece)
            yield self._piece


async def test_of_an_endless_answer_the_beginning_is_read() -> None:
    body = Endless(b"x" * 1_000)
    answer = await post(lambda _: httpx.Response(400, stream=body))
    assert answer == Answer(400, "x" * 200)
    assert body.sent <= ANSWER_BYTES + 2_000


async def test_of_a_dripping_answer_the_status_counts() -> None:
    body = Endless(b"x", every=0.05)
    answer = await post(
        lambda _: httpx.Response(200, stream=body), an_endpoint(timeout=timedelta(seconds=0.2))
    )
    assert answer == Answer(200)


async def test_an_answer_is_one_printable_line() -> None:
    answer = await post(lambda _: an_answer(500, b"a\r\n\x1b[31m \xff b\x00"))
    assert answer.text == "a �[31m � b�"


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (
            httpx.ConnectError("All connection attempts failed"),
            "ConnectError: All connection attempts failed",
        ),
        (httpx.RemoteProtocolError("Server disconnected"), "RemoteProtocolError: Server disconnected"),
        (httpx.ReadError(""), "ReadError"),
        (httpx.ReadTimeout(""), "no answer within 10 s"),
        (ConnectionResetError("reset"), "ConnectionResetError: reset"),
    ],
)
async def test_what_goes_wrong_on_the_way_is_an_answer(error: Exception, words: str) -> None:
    def handler(request: httpx.Request) -> httpx.Response:
        raise error

    assert await post(handler) == Answer(None, words)


async def test_one_that_hangs_is_left() -> None:
    class Hanging(httpx.AsyncBaseTransport):
        async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
            await asyncio.sleep(60)
            raise AssertionError

    endpoint = an_endpoint(timeout=timedelta(seconds=0.05))
    async with Poster(endpoint, Clock(), transport=Hanging()) as poster:
        assert await poster.post("n-1", b"{}") == Answer(None, "no answer within 0.05 s")


async def test_no_log_has_the_address_or_the_secret(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    endpoint = an_endpoint(secrets=read_secrets(SECRET))
    await post(lambda _: an_answer(200), endpoint)
    assert "t0p-s3cr3t" not in caplog.text
    for shown in (repr(endpoint), str(endpoint)):
        assert "t0p-s3cr3t" not in shown
        assert repr(endpoint.secrets[0]) not in shown
