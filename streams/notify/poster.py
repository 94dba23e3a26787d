"""One attempt: a POST to one endpoint, and its answer."""

from __future__ import annotations

import asyncio
import logging
from types import TracebackType
from typing import Final, Self

import httpx

from orchestrator.wall_clock import WallClock
from streams.notify import signature
from streams.notify.answer import Answer, retry_after
from streams.notify.endpoint import Endpoint

ANSWER_BYTES: Final = 2_048
"""What is read of an answer; the rest is left, and its connection closed."""
_SHOWN_CHARS: Final = 200
_HEADERS: Final = {
    "content-type": "application/json",
    "user-agent": "handoff-orchestrator",
    # A few bytes of gzip may unpack to gigabytes.
    "accept-encoding": "identity",
}
# It logs the address of every request, and whoever knows that of a chat channel can write to it.
logging.getLogger("httpx").setLevel(logging.WARNING)


class Poster:
    """Sends to one endpoint, over connections of its own. An async context manager."""

    def __init__(
        self,
        endpoint: Endpoint,
        clock: WallClock,
        *,
        connections: int = 1,
        transport: httpx.AsyncBaseTransport | None = None,
    ) -> None:
        self._endpoint = endpoint
        self._clock = clock
        self._client = httpx.AsyncClient(
            headers=_HEADERS,
            follow_redirects=False,
            timeout=endpoint.timeout.total_seconds(),
            limits=httpx.Limits(max_connections=connections),
            # What stays on this machine goes through no proxy.
            trust_env=not endpoint.is_local,
            transport=transport,
        )

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._client.aclose()

    async def post(self, id: str, body: bytes) -> Answer:
        """Send once. What can go wrong on the way is an answer too."""
        endpoint, now = self._endpoint, self._clock.now()
        headers = signature.headers(id, now, body, endpoint.secrets)
        limit_s = endpoint.timeout.total_seconds()
        answer = Answer(None, f"no answer within {limit_s:g} s")
        try:
            async with (
                # The client's own limit is for each read, and never reached by one who drips.
                asyncio.timeout(limit_s),
                self._client.stream(
                    "POST", endpoint.url.get_secret_value(), content=body, headers=headers
                ) as response,
            ):
                wait = retry_after(response.headers.get("retry-after"), now)
                answer = Answer(response.status_code, "", wait)
                answer = Answer(response.status_code, await _beginning(response), wait)
        except (TimeoutError, httpx.TimeoutException):
            # Of one that says what came of it and then goes on for ever, what it said counts.
            return answer
        except (httpx.HTTPError, OSError) as error:
            words = f"{type(error).__name__}: {error}".removesuffix(": ")
            return answer if answer.status is not None else Answer(None, words)
        return answer


async def _beginning(response: httpx.Response) -> str:
    read = b""
    async for chunk in response.aiter_raw(ANSWER_BYTES):
        read += chunk
        if len(read) >= ANSWER_BYTES:
            break
    text = " ".join(read[:ANSWER_BYTES].decode(errors="replace").split())
    return "".join(c if c.isprintable() else "�" for c in text[:_SHOWN_CHARS])
