"""What is turned away before anybody asks who sent it: the wrong name, a hidden proxy, too many bytes."""

from __future__ import annotations

from typing import Final

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from orchestrator.board.access.access import Access
from orchestrator.board.access.addresses import is_our_name
from orchestrator.board.access.refusals import BehindProxy, TooLarge, WrongHost
from orchestrator.domain.sentence import Sentence

_OF_PROXIES: Final = ("forwarded", "x-forwarded-for", "x-forwarded-host", "x-real-ip")


class Gate:
    """Lets in what was sent to us, in a size that can be read."""

    def __init__(self, app: ASGIApp, access: Access) -> None:
        self._app = app
        self._options = access.options

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on.

        Raises:
            WrongHost: it was sent to another name.
            BehindProxy: it was forwarded to a board that is for this machine only.
            TooLarge: it has too many bytes, also while they are read.
        """
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        headers, limit = Headers(scope=scope), self._options.body_limit
        host = headers.get("host", "")
        if not is_our_name(host, self._options):
            raise WrongHost(
                Sentence(
                    "{host} is not a name of this board: "
                    "set HANDOFF_BOARD__PUBLIC_URL or HANDOFF_BOARD__HOSTS",
                    host=repr(host),
                )
            )
        if self._options.is_local and any(name in headers for name in _OF_PROXIES):
            raise BehindProxy
        length = headers.get("content-length", "0")
        if not length.isdigit() or int(length) > limit:
            raise TooLarge(limit)
        received = 0

        async def receive_within_limit() -> Message:
            nonlocal received
            message = await receive()
            received += len(message.get("body", b""))
            if received > limit:
                raise TooLarge(limit)
            return message

        await self._app(scope, receive_within_limit, send)
