"""Open tabs on the board: they read what they are told, and say when something was in it."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator
from time import perf_counter

_HELLO = b"event: hello"
_LIMIT = 16 * 1024 * 1024


class Tabs:
    """So many connections to one stream."""

    def __init__(self) -> None:
        self.awaited: dict[bytes, list[float]] = {}
        """What is looked for -> when each tab had it."""
        self.told = 0
        """Bytes."""
        self._closed = 0

    def look_for(self, text: str) -> list[float]:
        """Note from now on when each tab is told of `text`, in the list that is returned."""
        return self.awaited.setdefault(text.encode(), [])

    def require_open(self) -> None:
        """Raise `RuntimeError` when a tab was ended."""
        if self._closed:
            raise RuntimeError(f"{self._closed} tabs were ended by the board")

    async def _read(self, reader: asyncio.StreamReader, hello: asyncio.Event) -> None:
        missing = set[bytes]()
        known = 0
        while line := await reader.readline():
            self.told += len(line)
            if line.startswith(_HELLO):
                hello.set()
            if len(self.awaited) != known:
                missing |= set(list(self.awaited)[known:])
                known = len(self.awaited)
            for text in [each for each in missing if each in line]:
                self.awaited[text].append(perf_counter())
                missing.remove(text)
        self._closed += 1


@contextlib.asynccontextmanager
async def open_tabs(address: str, path: str, count: int) -> AsyncIterator[Tabs]:
    """Open tabs, and wait until each of them was greeted."""
    host, _, port = address.removeprefix("http://").rpartition(":")
    tabs = Tabs()
    writers: list[asyncio.StreamWriter] = []
    async with asyncio.TaskGroup() as reading:
        hellos = []
        for _ in range(count):
            reader, writer = await asyncio.open_connection(host, int(port), limit=_LIMIT)
            writer.write(f"GET {path} HTTP/1.1\r\nHost: {host}:{port}\r\n\r\n".encode())
            writers.append(writer)
            hello = asyncio.Event()
            hellos.append(hello.wait())
            reading.create_task(tabs._read(reader, hello))
        async with asyncio.timeout(60):
            await asyncio.gather(*hellos)
        try:
            yield tabs
            tabs.require_open()
        finally:
            for writer in writers:
                writer.close()
