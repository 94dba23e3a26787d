"""The board in a process of its own, beside whatever runs in this one."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from contextlib import closing
from pathlib import Path
from typing import Final

from streams.app import NotReady, dsn_of
from streams.board.address import address_at
from streams.embedded.child import Child
from streams.embedded.ports import free_port, is_free
from streams.settings import Settings

_LOG: Final = "board.log"
_START_WITHIN_S: Final = 60.0
_ANSWER_WITHIN_S: Final = 5.0
_POLL_S: Final = 0.05
_END_WITHIN_S: Final = 10.0
_HOME: Final = Path(__file__).parents[2]
"""Where this program's modules are."""


class BoardChild:
    """Runs `handoff board` with these settings; `folder` gets its log."""

    def __init__(self, settings: Settings, folder: Path) -> None:
        self._settings = settings
        self.log = folder / _LOG
        self._child: Child | None = None
        host, port = settings.board.host, settings.board.port
        self.is_moved = bool(port) and not is_free(port, host)
        """Whether the port of the settings was taken."""
        self._port = free_port() if self.is_moved or not port else port
        self.address = address_at(host, self._port)

    def start(self) -> None:
        """Start it."""
        argv = [sys.executable, "-m", "streams.cli", "board", "--port", str(self._port)]
        self._child = Child(argv, log=self.log, last_signal=signal.SIGTERM, env=self._environment())

    async def until_ready(self) -> None:
        """Wait until it answers, once it was started.

        Raises:
            NotReady: it ended, or did not answer in time; its log says why.
        """
        deadline = asyncio.get_running_loop().time() + _START_WITHIN_S
        while not await self._answers():
            if self._child is None or not self._child.is_running:
                raise NotReady(f"the board ended while it started; its log: {self.log}")
            if asyncio.get_running_loop().time() > deadline:
                raise NotReady(f"the board did not answer within {_START_WITHIN_S:g} s; its log: {self.log}")
            await asyncio.sleep(_POLL_S)

    async def stop(self) -> None:
        """End it in an orderly way; do nothing when it does not run."""
        child, self._child = self._child, None
        if child is not None:
            await asyncio.to_thread(child.stop, signal.SIGTERM, patience_s=_END_WITHIN_S)

    async def _answers(self) -> bool:
        """Whether it answers anything: it listens some time before that."""
        try:
            async with asyncio.timeout(_ANSWER_WITHIN_S):
                reader, writer = await asyncio.open_connection(self._settings.board.host, self._port)
                with closing(writer):
                    name = self.address.removeprefix("http://")
                    writer.write(f"HEAD / HTTP/1.1\r\nHost: {name}\r\n\r\n".encode())
                    return (await reader.readline()).startswith(b"HTTP/")
        except (OSError, TimeoutError):
            return False

    def _environment(self) -> dict[str, str]:
        """Return this process's own, with the addresses of the embedded servers, as seen from anywhere."""
        settings = self._settings
        given = {
            "HANDOFF_POSTGRES__DSN": dsn_of(settings),
            "HANDOFF_KAFKA__BOOTSTRAP": settings.kafka.bootstrap,
            "HANDOFF_DATA": str(settings.data.absolute()),
            "HANDOFF_TEMPLATES": settings.templates and str(settings.templates.absolute()),
            "HANDOFF_KNOWLEDGE__FOLDER": settings.knowledge.folder
            and str(settings.knowledge.folder.absolute()),
            "PYTHONPATH": os.pathsep.join(filter(None, (str(_HOME), os.environ.get("PYTHONPATH")))),
        }
        return {**os.environ, **{name: value for name, value in given.items() if value}}
