"""An answer that goes on for hours ends when whoever it goes to may no longer look."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Final

import structlog
from starlette.types import Message, Send

log = structlog.get_logger(__name__)

ASK_EVERY_S: Final = 5.0
"""Seconds; nothing is asked while nothing is sent, and a stream sends at least its pings."""


class Standing:
    """Sends on, and asks now and then whether it still may.

    Args:
        still_stands: whether whoever began to look still may.
        send: where messages go.
        ask_every_s: seconds between two questions.
    """

    def __init__(
        self, still_stands: Callable[[], Awaitable[bool]], send: Send, *, ask_every_s: float = ASK_EVERY_S
    ) -> None:
        self._still_stands = still_stands
        self._send = send
        self._ask_every_s = ask_every_s
        self._asked_at = asyncio.get_running_loop().time()
        self._is_over = False

    async def send(self, message: Message) -> None:
        """Send a message on, or end the answer before it."""
        if self._is_over:
            return
        if message["type"] == "http.response.body" and await self._has_lost_access():
            self._is_over = True
            log.info("access.stream_ended")
            # The server then says to the application that who listened is gone.
            await self._send({"type": "http.response.body", "body": b"", "more_body": False})
            return
        await self._send(message)

    async def _has_lost_access(self) -> bool:
        now = asyncio.get_running_loop().time()
        if now - self._asked_at < self._ask_every_s:
            return False
        self._asked_at = now
        return not await self._still_stands()
